import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { Context } from '../context.js';
import { healthRoutes } from './health.route.js';
import { isServedHost } from './host-header.js';
import { serverOptions } from './server-options.js';

const LOOPBACK = '127.0.0.1';

export interface RunningAdmin {
  /** 'http://127.0.0.1:4001' */
  url: string;
  stop(): Promise<void>;
}

/**
 * The admin port of a process, for the operator on this machine: its state in detail. It listens on the loopback address
 * only and takes nothing in.
 */
export async function startAdmin(
  ctx: Pick<Context, 'db' | 'redis' | 'clock'>,
  { port, roles, state }: { port: number; roles: readonly string[]; state: { isStopping: boolean } },
): Promise<RunningAdmin> {
  const fastify = Fastify({ ...serverOptions(), forceCloseConnections: true });
  fastify.addHook('onRequest', async (request, reply) => {
    // Its only names are localhost and addresses, so no page of another name reads it through a browser.
    if (isServedHost(request.headers.host, { PUBLIC_URL: `http://${LOOPBACK}`, ALLOWED_HOSTS: [] })) return undefined;
    return reply.code(421).send({ status: 'misdirected' });
  });
  await fastify.register(healthRoutes({ ctx, roles, state, withDetails: true }));
  await fastify.listen({ port, host: LOOPBACK });
  const { port: actualPort } = fastify.server.address() as AddressInfo;
  return { url: `http://${LOOPBACK}:${actualPort}`, stop: () => fastify.close() };
}
