import { createServer, type RequestListener, type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import type { Context } from '../context.js';
import { createDryRunner } from '../webhooks/dry-runs/create-dry-runner.js';
import { webhooksRoutes } from '../webhooks/ingest/webhooks.route.js';
import { createForwarder, type Forwarder } from './forward.js';
import { createGate, limitConnections } from './gate.js';
import { type GraphqlLink, upgradeOf } from './graphql-link.js';
import { healthRoutes } from './health.route.js';
import { isServedHost } from './host-header.js';
import { checkHost, reportErrors, secureHeaders } from './http-kit.js';
import { requireRouteRules, type Route } from './route-rules.js';
import { serverOptions } from './server-options.js';

export interface ApiOptions {
  /** 0 = any free port. */
  port: number;
  host: string;
  /** All roles of this process, for /readyz. */
  roles?: readonly string[];
  /** Where GraphQL and the page are served; stopped with the API. */
  graphql: GraphqlLink;
  /** How long a request may take to arrive; the default is 10 s. */
  requestTimeoutMs?: number;
}

export interface RunningApi {
  /** 'http://127.0.0.1:4000' */
  url: string;
  /** Every route that it answers. */
  routes: readonly Route[];
  /**
   * Says on /readyz that it is not ready, and goes on for `DRAIN_MS`, so that a load balancer passes it over. Then it
   * closes its port, answers running requests and closes the sockets, in at most 8 s.
   */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 6_000;
/** A request may be on its way on a connection that was opened just before the port closed. */
const LINGER_MS = 300;
/**
 * Longer than Caddy (120 s) and nginx (60 s) keep an idle connection, so that the proxy closes it: a signal that it sends
 * into a connection that we are closing is lost. Node's default is 5 s.
 */
const KEEP_ALIVE_MS = 130_000;
/** The paths that this process answers itself. Everything else is GraphQL or the page. */
const OURS = /^\/(webhooks|healthz|readyz|startupz|openapi\.json)(?=[/?]|$)/;

/**
 * The API role: one port for everything. This process takes signals and reports its health. It passes all other
 * requests to the GraphQL process, and hands the sockets of websockets over to it.
 */
export async function startApi(
  ctx: Context,
  { port, host, roles = ['api'], graphql, requestTimeoutMs }: ApiOptions,
): Promise<RunningApi> {
  const state = { isStopping: false };
  const forwarder = createForwarder(graphql, createGate({ trustedProxies: ctx.env.TRUSTED_PROXIES }));
  const options = serverOptions(requestTimeoutMs);
  const fastify = Fastify({
    ...options,
    forceCloseConnections: 'idle',
    // What arrives while it closes is answered like any other request.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    serverFactory: (ours) =>
      createRouter(ours, forwarder, { ...options, isServed: (name) => isServedHost(name, ctx.env) }),
  });
  const routes = requireRouteRules(fastify);
  checkHost(fastify, ctx.env);
  // Otherwise a connection whose last answer is sent while stopping would be kept for another request.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.isStopping) void reply.header('connection', 'close');
    done();
  });
  reportErrors(fastify, ctx.log);
  await secureHeaders(fastify, ctx.env.PUBLIC_URL);
  await fastify.register(healthRoutes({ ctx, roles, state, withDetails: false }));
  await webhooksRoutes(fastify, ctx, { dryRuns: createDryRunner(ctx) });
  fastify.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'NOT_FOUND', message: 'There is nothing at this address.' } }),
  );
  handOverWebsockets(fastify.server, graphql);
  limitConnections(fastify.server, ctx.env.TRUSTED_PROXIES);
  const unused = trackUnused(fastify.server);
  await fastify.listen({ port, host });

  const { port: actualPort } = fastify.server.address() as AddressInfo;
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${actualPort}`,
    routes,
    async stop() {
      state.isStopping = true;
      forwarder.drain();
      await drain(fastify.server, ctx.env.DRAIN_MS);
      forwarder.refuse();
      const laggards = setTimeout(() => fastify.server.closeAllConnections(), STOP_LIMIT_MS);
      const closed = fastify.close(); // no new connections from here on
      for (const socket of unused) socket.destroy();
      await graphql.stop();
      forwarder.close();
      await closed;
      clearTimeout(laggards);
    },
  };
}

/** Goes on for `drainMs` and then closes the port, but no connection: each ends with its next answer. */
async function drain(server: Server, drainMs: number): Promise<void> {
  if (drainMs === 0) return;
  await sleep(drainMs);
  // Connections that the system has opened and we have not accepted are cut when the port closes: accept them first.
  await nextTurn();
  net.Server.prototype.close.call(server);
  await sleep(LINGER_MS);
}

const createRouter = (
  ours: RequestListener,
  { forward }: Forwarder,
  { requestTimeout, http, isServed }: ReturnType<typeof serverOptions> & { isServed: (host?: string) => boolean },
): Server =>
  createServer({ ...http, requestTimeout, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    // Ours also says no to a request for a name that is not ours, before it is passed on under another one.
    const isOurs = OURS.test(request.url ?? '') || !isServed(request.headers.host);
    return isOurs ? ours(request, response) : forward(request, response);
  });

/** From here on the GraphQL process has the socket: its messages cost this process nothing. */
function handOverWebsockets(server: Server, graphql: GraphqlLink): void {
  server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => undefined);
    if (graphql.adopt(upgradeOf(request, head), socket)) return;
    socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n');
  });
}

/** Connections without a request yet, which browsers open in advance: stopping does not wait for them. */
function trackUnused(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  server.on('upgrade', ({ socket }) => unused.delete(socket as Socket));
  return unused;
}
