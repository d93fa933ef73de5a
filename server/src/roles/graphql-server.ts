// Decorators of GraphQL types need it before the first of them is read.
import 'reflect-metadata';
import { rm } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import Fastify from 'fastify';
import { createApollo } from '../api/apollo.js';
import { ROOT } from '../infra/root.js';
import { createBudgets } from '../api/limits/budgets.js';
import { buildApiSchema } from '../api/build-schema.js';
import { explorerRoute } from '../api/explorer/explorer.route.js';
import { graphqlRoute } from '../api/graphql.route.js';
import { referenceRoute } from '../api/reference/reference.route.js';
import { loadPersistedOperations } from '../api/persisted-operations.js';
import { requestFacts } from '../api/request-facts.js';
import { createPayloadMaker } from '../api/webhooks-out/payload-maker.js';
import { serveWebsocket } from '../api/websocket.js';
import { createAuth } from '../auth/auth.js';
import { createGuessLimit } from '../auth/guess-limit.js';
import type { Context } from '../context.js';
import { startAuditChain } from '../graphql/audit.js';
import type { ApiServices } from '../graphql/context.js';
import { createLiveHub } from '../live/live-hub.js';
import { startNotifier } from '../notifications/deliver/start-notifier.js';
import { ensureVapidKeys } from '../notifications/settings/ensure-vapid-keys.js';
import { exportRoute } from '../reports/export/export.route.js';
import type { Upgrade } from './graphql-link.js';
import { servePage } from './page.route.js';
import { isServedHost } from './host-header.js';
import { checkHost, reportErrors, secureHeaders } from './http-kit.js';
import { requireRouteRules, type Route } from './route-rules.js';
import { serverOptions } from './server-options.js';

export interface GraphqlServerOptions {
  /** The unix socket to listen on. Only the API process of this installation may reach it. */
  socketPath: string;
  /** The folder of the built page. */
  distDir?: string | undefined;
  /** All roles of the API process, for serverInfo. */
  roles: readonly string[];
  /** Whether the API process works. The default is yes: it is this process. */
  isApiAlive?: () => boolean;
  /** Whether it sends webhooks out; the default is yes. */
  sendsWebhooks?: boolean;
}

export interface RunningGraphqlServer {
  /** Every route that it answers. */
  routes: readonly Route[];
  /** Continues a websocket that a client opened at the API process. */
  adopt(upgrade: Upgrade, socket: Socket): void;
  /** Closes the websockets, answers running requests, accepts no new ones. Takes at most 8 s. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 6_000;
/** Longer than the API process keeps an idle connection, so that it never sends a request into one that is closing. */
const KEEP_ALIVE_MS = 120_000;
const BUILT_PAGE = path.join(ROOT, 'web/dist');

/**
 * GraphQL over HTTP and websocket, and the built page, behind the API process. It runs in a process of its own
 * (decision 032), so that no query delays a signal, an order or an exit.
 */
export async function startGraphqlServer(
  ctx: Context,
  { socketPath, distDir = BUILT_PAGE, roles, isApiAlive = () => true, sendsWebhooks = true }: GraphqlServerOptions,
): Promise<RunningGraphqlServer> {
  const hub = createLiveHub({ db: ctx.db, signals: ctx.live, log: ctx.log });
  const services: ApiServices = { app: ctx, auth: createAuth(ctx), guesses: createGuessLimit(ctx), hub, roles };
  // While the database is away, the first entry starts it.
  await startAuditChain(ctx).catch((error: unknown) => ctx.log.warn({ err: error }, 'the audit log was not checked'));
  const schema = await buildApiSchema();
  const makePayload = createPayloadMaker(services, schema);
  services.makePayload = makePayload;
  await ensureVapidKeys(ctx).catch((error: unknown) =>
    ctx.log.warn({ err: error }, 'there are no keys of web push yet'),
  );
  const apollo = createApollo(schema, ctx.log);
  await apollo.start();

  const fastify = Fastify({
    ...serverOptions(),
    forceCloseConnections: 'idle',
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const routes = requireRouteRules(fastify, distDir);
  checkHost(fastify, ctx.env);
  // Otherwise a connection whose last answer is sent while stopping would be kept for another request.
  let isStopping = false;
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping) void reply.header('connection', 'close');
    done();
  });
  reportErrors(fastify, ctx.log);
  await secureHeaders(fastify, ctx.env.PUBLIC_URL);
  const { env } = ctx;
  const budgets = createBudgets({ requestsPerMin: env.API_REQUESTS_PER_MIN, pointsPerMin: env.API_POINTS_PER_MIN });
  const operations = loadPersistedOperations(distDir, { only: env.API_PERSISTED_ONLY });
  await fastify.register(graphqlRoute(services, { apollo, schema, budgets, operations }));
  await fastify.register(exportRoute(services, ({ id, raw }) => requestFacts(services, id, raw)));
  await fastify.register(explorerRoute(services, { schema, budgets }));
  await fastify.register(referenceRoute(services, { schema, budgets }));
  await servePage(fastify, distDir);
  const isOurs = (name: string | undefined): boolean => isServedHost(name, env);
  const parts = { services, schema, budgets, operations, isServedHost: isOurs, isAlive: isApiAlive };
  const sockets = serveWebsocket(fastify.server, parts);
  // A process that was killed leaves its socket behind.
  await rm(socketPath, { force: true });
  await fastify.listen({ path: socketPath });
  // Webhooks out need GraphQL for their bodies, so this process sends them.
  const webhooks = sendsWebhooks ? startNotifier(ctx, { kinds: ['WEBHOOK'], derives: false, makePayload }) : undefined;

  return {
    routes,
    adopt({ method, url, headers, head }, socket) {
      const request = new IncomingMessage(socket);
      Object.assign(request, { method, url, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 });
      request.headers = headers;
      fastify.server.emit('upgrade', request, socket, Buffer.from(head, 'base64'));
    },
    async stop() {
      isStopping = true;
      const laggards = setTimeout(() => fastify.server.closeAllConnections(), STOP_LIMIT_MS);
      const closed = fastify.close();
      await Promise.all([sockets.dispose(), webhooks?.stop()]);
      hub.close();
      await closed;
      clearTimeout(laggards);
      await apollo.stop();
    },
  };
}
