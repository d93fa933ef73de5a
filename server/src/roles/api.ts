import { randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { createAuth } from '../auth/auth.js';
import { createGuessLimit } from '../auth/guess-limit.js';
import type { Context } from '../context.js';
import { createApollo } from '../api/apollo.js';
import { buildApiSchema } from '../api/build-schema.js';
import type { ApiServices } from '../graphql/context.js';
import { graphqlRoute, requestFacts } from '../api/graphql.route.js';
import { exportRoute } from '../reports/export/export.route.js';
import { serveWebsocket } from '../api/websocket.js';
import { createLiveHub } from '../live/live-hub.js';
import { webhooksRoutes } from '../webhooks/ingest/webhooks.route.js';
import { healthRoutes } from './health.route.js';
import { servePage } from './page.route.js';

export interface ApiOptions {
  /** 0 = any free port. */
  port: number;
  host: string;
  /** The folder of the built page. */
  distDir?: string;
  /** All roles of this process, for serverInfo and /readyz. */
  roles?: readonly string[];
}

export interface RunningApi {
  /** 'http://127.0.0.1:4000' */
  url: string;
  /** Accepts no new requests, answers running ones, closes the sockets. Takes at most 8 s. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 6_000;
const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** The API role: webhook ingest, GraphQL over HTTP and websocket, and the built page, on one port. */
export async function startApi(
  ctx: Context,
  { port, host, distDir = BUILT_PAGE, roles = ['api'] }: ApiOptions,
): Promise<RunningApi> {
  const hub = createLiveHub({ db: ctx.db, signals: ctx.live, log: ctx.log });
  const services: ApiServices = { app: ctx, auth: createAuth(ctx), guesses: createGuessLimit(ctx), hub, roles };
  const schema = await buildApiSchema();
  const apollo = createApollo(schema, ctx.log);
  await apollo.start();

  const state = { isStopping: false };
  const fastify = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  // Otherwise a connection whose last answer is sent while stopping would be kept for another request.
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.isStopping) void reply.header('connection', 'close');
    done();
  });
  fastify.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) ctx.log.error({ err: error, requestId: request.id }, 'a request failed');
    const code = status >= 500 ? 'INTERNAL' : 'BAD_REQUEST';
    const message = status >= 500 ? 'Something went wrong on the server.' : 'The request could not be read.';
    return reply.code(status).send({ error: { code, message, requestId: request.id } });
  });
  await protect(fastify, ctx.env.PUBLIC_URL);
  await fastify.register(healthRoutes({ ctx, roles, state }));
  await fastify.register(graphqlRoute(services, apollo));
  await fastify.register(exportRoute(services, ({ id, raw }) => requestFacts(services, id, raw)));
  await webhooksRoutes(fastify, ctx);
  await servePage(fastify, distDir);
  const sockets = serveWebsocket(fastify.server, services, schema);
  const unused = trackUnused(fastify);
  await fastify.listen({ port, host });

  const { port: actualPort } = fastify.server.address() as AddressInfo;
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shownHost}:${actualPort}`,
    async stop() {
      state.isStopping = true;
      const laggards = setTimeout(() => fastify.server.closeAllConnections(), STOP_LIMIT_MS);
      const closed = fastify.close(); // no new connections from here on
      for (const socket of unused) socket.destroy();
      await sockets.dispose();
      hub.close();
      await closed;
      clearTimeout(laggards);
      await apollo.stop();
    },
  };
}

/** Connections without a request yet, which browsers open in advance: stopping does not wait for them. */
function trackUnused({ server }: FastifyInstance): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  server.on('upgrade', ({ socket }) => unused.delete(socket));
  return unused;
}

/**
 * Security headers: everything the page needs comes from this server, no other site may frame it, and it loads nothing
 * from elsewhere.
 */
async function protect(fastify: FastifyInstance, publicUrl: string): Promise<void> {
  const isHttps = publicUrl.startsWith('https:');
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // Dialogs, toasts and the chart add their own <style> elements to the page.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'", new URL(publicUrl).origin.replace(/^http/, 'ws')],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        ...(isHttps && { 'upgrade-insecure-requests': [] }),
      },
    },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
  });
}
