import type { Socket } from 'node:net';
import { createContext } from './create-context.js';
import type { Context } from './context.js';
import { loadEnv } from './env.js';
import { readMetrics } from './infra/metrics/metrics.js';
import { provideProcessMetrics } from './system/metrics/process-metrics.js';
import type { FromGraphql, ToGraphql } from './roles/graphql-messages.js';
import { type RunningGraphqlServer, startGraphqlServer } from './roles/graphql-server.js';

/** A read of the API that takes longer is ended by the database. */
const READ_TIMEOUT_MS = 5_000;
/** Fewer connections than the trading process has: queries can never take all of the database. */
const POOL_SHARE = 0.5;
const POOL_MIN = 4;

/** The API process reports twice a second. When it is frozen, nothing trades, and pages must see it. */
const SILENT_MS = 1_500;

interface Running {
  server: RunningGraphqlServer;
  tellLive(userIds: readonly number[]): void;
  close(): Promise<void>;
}

const send = (message: FromGraphql): boolean => process.send?.(message) ?? false;

/** Live events come from the API process, which hears those of all processes. */
function liveOf(live: Context['live']): Context['live'] & { tell(userIds: readonly number[]): void } {
  const listeners = new Set<(userIds: readonly number[]) => void>();
  const tell = (userIds: readonly number[]) => {
    for (const listener of listeners) listener(userIds);
  };
  return {
    tell,
    notify(userId) {
      tell([userId]);
      live.notify(userId);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function start(
  { socketPath, roles }: Extract<ToGraphql, { type: 'start' }>,
  isApiAlive: () => boolean,
): Promise<Running> {
  const env = loadEnv();
  const { ctx, close } = await createContext(env, {
    connectionLimit: Math.max(POOL_MIN, Math.floor(env.DB_POOL * POOL_SHARE)),
    readTimeoutMs: READ_TIMEOUT_MS,
  });
  const live = liveOf(ctx.live);
  // The executor is in the API process, which passes the job on when it has no room.
  ctx.trades.attach?.({
    offer: ({ jobId, committedAt, queuedAt, isUrgent }) =>
      process.connected && send({ type: 'job', message: { jobId, committedAt, queuedAt, isUrgent } }),
    reserve: () => undefined,
  });
  provideProcessMetrics(['graphql']);
  const server = await startGraphqlServer({ ...ctx, live }, { socketPath, roles, isApiAlive });
  return { server, tellLive: live.tell, close };
}

function main(): void {
  let running: Promise<Running> | undefined;
  let lastMessageAt = performance.now();
  const isApiAlive = (): boolean => performance.now() - lastMessageAt < SILENT_MS;
  const stop = async (): Promise<void> => {
    const parts = await running?.catch(() => undefined);
    await parts?.server.stop();
    await parts?.close();
    process.exit(0);
  };
  process.on('message', (message: ToGraphql, socket: unknown) => {
    lastMessageAt = performance.now();
    if (message.type === 'start') {
      running ??= start(message, isApiAlive);
      running.then(() => send({ type: 'listening' }), fail);
    } else if (message.type === 'metrics') {
      void readMetrics('graphql').then((values) => send({ type: 'metrics', ask: message.ask, values }));
    } else if (message.type === 'stop') void stop().catch(fail);
    else if (message.type === 'live') void running?.then(({ tellLive }) => tellLive(message.userIds));
    else if (message.type === 'upgrade' && socket)
      void running?.then(({ server }) => server.adopt(message.upgrade, socket as Socket));
  });
  // The API process stops us, in its order. A terminal and a service manager send their signals to both.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  send({ type: 'loaded' });
}

function fail(error: unknown): void {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
}

main();
