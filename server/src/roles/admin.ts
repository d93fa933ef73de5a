import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Context } from '../context.js';
import { healthRoutes } from './health.route.js';
import { logLevelRoute } from './metrics/log-level.route.js';
import { type GraphqlMetrics, metricsRoute } from './metrics/metrics.route.js';
import { isServedHost } from './host-header.js';
import { serverOptions } from './server-options.js';

const LOOPBACK = '127.0.0.1';

export interface RunningAdmin {
  /** 'http://127.0.0.1:4001' */
  url: string;
  stop(): Promise<void>;
}

type AdminContext = Pick<Context, 'db' | 'redis' | 'clock' | 'log'> & { env: Pick<Context['env'], 'BACKUP_DIR'> };

interface AdminOptions {
  port: number;
  roles: readonly string[];
  state: { isStopping: boolean; isStarting?: boolean };
  graphqlMetrics?: GraphqlMetrics | undefined;
}

/**
 * The admin port of a process, for the operator on this machine: its state in detail, its metrics, and the level of its
 * log. It listens on the loopback address only.
 */
export async function startAdmin(
  ctx: AdminContext,
  { port, roles, state, graphqlMetrics }: AdminOptions,
): Promise<RunningAdmin> {
  const fastify = Fastify({ ...serverOptions(), forceCloseConnections: true });
  fastify.addHook('onRequest', async (request, reply) => {
    // Its only names are localhost and addresses, so no page of another name reads it through a browser.
    if (isServedHost(request.headers.host, { PUBLIC_URL: `http://${LOOPBACK}`, ALLOWED_HOSTS: [] })) return undefined;
    return reply.code(421).send({ status: 'misdirected' });
  });
  await fastify.register(healthRoutes({ ctx, roles, state, withDetails: true }));
  await fastify.register(logLevelRoute(ctx));
  await fastify.register(metricsRoute(ctx, graphqlMetrics));
  await fastify.listen({ port, host: LOOPBACK });
  const { port: actualPort } = fastify.server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${actualPort}`, stop: () => fastify.close() };
}
