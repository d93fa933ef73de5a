import type { AddressInfo } from 'node:net';
import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Context } from '../context.js';
import { loadEnv } from '../env.js';
import type { LiveNotifier } from '../ports.js';
import { createMarketDirectory } from '../exchange/market-directory.js';
import { createSecrets } from '../infra/secrets.js';
import { fakeClock, type FakeClock } from './fake-clock.js';
import { createTestDatabase, type TestDatabase } from './services/test-database.js';
import { createTestRedis } from './services/test-redis.js';
import type { JobMessage } from '../ports.js';
import { webhooksRoutes, type WebhookRouteOptions } from '../webhooks/ingest/webhooks.route.js';

export type WebhookContext = Pick<
  Context,
  'env' | 'db' | 'clock' | 'secrets' | 'log' | 'trades' | 'redis' | 'markets'
> & {
  clock: FakeClock;
  live: LiveNotifier;
};

/**
 * For tests: the webhook routes on a real socket with a separate database. The jobs that they hand over are recorded.
 */
export interface WebhookTestServer {
  ctx: WebhookContext;
  test: TestDatabase;
  url: string;
  port: number;
  messages: JobMessage[];
  woken: number[];
  logged: string[];
  /** Another server with the same database and other parts. */
  listen(changes: Partial<WebhookContext>, options?: WebhookRouteOptions): Promise<{ url: string; port: number }>;
  close(): Promise<void>;
}

export async function startWebhookServer(settings: Record<string, string> = {}): Promise<WebhookTestServer> {
  const test = await createTestDatabase();
  const redis = await createTestRedis();
  const messages: JobMessage[] = [];
  const woken: number[] = [];
  const logged: string[] = [];
  const apps: FastifyInstance[] = [];
  const ctx: WebhookContext = {
    env: loadEnv({
      NODE_ENV: 'test',
      DATABASE_URL: test.url,
      REDIS_URL: process.env.REDIS_URL,
      SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
      ...settings,
    }),
    db: test.db,
    clock: fakeClock(),
    secrets: createSecrets([{ id: 'k1', key: Buffer.alloc(32, 7) }]),
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    trades: { enqueue: (batch) => void messages.push(...batch) },
    live: { notify: (userId) => void woken.push(userId) },
    redis,
    markets: createMarketDirectory({ db: test.db, clock: { now: () => Date.now() }, log: pino({ level: 'silent' }) }),
  };
  const listen = async (changes: Partial<WebhookContext>, options?: WebhookRouteOptions) => {
    const app: FastifyInstance = fastify({ loggerInstance: ctx.log as FastifyBaseLogger });
    await webhooksRoutes(app, { ...ctx, ...changes }, options);
    await app.listen({ port: 0, host: '127.0.0.1' });
    apps.push(app);
    const { port } = app.server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, port };
  };
  const { url, port } = await listen({}, { answerWithinMs: 60_000 });
  return {
    ...{ ctx, test, url, port, messages, woken, logged, listen },
    async close() {
      await Promise.all(apps.map((app) => app.close()));
      await redis.close();
      await test.drop();
    },
  };
}
