import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createAuth } from '../auth/auth.js';
import { createApiToken } from '../auth/tokens/create-api-token.js';
import type { TokenScope } from '../core/access/decide-access.js';
import { hashPassword } from '../auth/password.js';
import type { Clock, Context } from '../context.js';
import type { PriceVenue } from '../core/price/price-key.js';
import { loadEnv } from '../env.js';
import { createMarketDirectory } from '../exchange/market-directory.js';
import { createExchangeRegistry } from '../exchange/exchange-registry.js';
import type { ExchangeRegistry } from '../exchange/exchange.js';
import type { Database } from '../infra/database/database.js';
import { createLogger } from '../infra/log.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { createSecrets } from '../infra/secrets.js';
import { createLiveChannel } from '../live/live-channel.js';
import { atVenue, type VenuePrice } from '../core/price/venue-price.js';
import type { PriceBoard } from '../ports.js';
import { startApi, type RunningApi } from '../roles/api.js';
import { graphqlHere } from './graphql-here.js';
import type { TradeQueue } from '../ports.js';
import { makeUser } from './make.js';

export const PASSWORD = 'a good long password';

/** A price board with the prices that the test sets. */
export function fakePriceBoard(): PriceBoard & {
  /** Sets a price, in the simulation unless a venue is given. */
  set(symbol: string, last: string, at?: number, venue?: PriceVenue): void;
} {
  const prices = new Map<string, VenuePrice>();
  const listeners = new Set<(changed: readonly VenuePrice[]) => void>();
  return {
    get: (key) => prices.get(key),
    all: () => [...prices.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    history: async () => [],
    set(symbol, last, at = Date.now(), venue = 'SIMULATION') {
      const price = atVenue(venue, { symbol, last, at, source: 'demo' });
      prices.set(price.key, price);
      for (const listener of listeners) listener([price]);
    },
  };
}

export interface GraphqlAnswer {
  status: number;
  headers: Headers;
  data: Record<string, never> | null;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  /** The first error's code. */
  code: unknown;
}

export interface TestApi extends RunningApi {
  ctx: Context;
  prices: ReturnType<typeof fakePriceBoard>;
  logged: string[];
  send(query: string, variables?: object, cookie?: string, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  /** Signs in and returns the Cookie header. */
  signIn(email: string, password?: string): Promise<string>;
  /** A user with the password PASSWORD, signed in. */
  newUser(columns?: Parameters<typeof makeUser>[1]): Promise<{ id: number; email: string; cookie: string }>;
  /** An API token of a user, without an Authorization scheme. */
  newToken(userId: number, scopes?: TokenScope[], more?: { allowedIps?: string[]; expiresAt?: Date }): Promise<string>;
  /** A graphql-ws client that sends the cookie. */
  client(cookie?: string, headers?: Record<string, string>): Client;
  wsUrl: string;
}

export interface TestApiOptions {
  env?: Record<string, string>;
  distDir?: string;
  /** The default is the machine's clock. */
  clock?: Clock;
  /** The default is ['api']. */
  roles?: readonly string[];
  /** How long a request may take to arrive. */
  requestTimeoutMs?: number;
  /** The default is the simulated exchange. */
  exchanges?: ExchangeRegistry;
  /** Whether webhooks out are sent; without it nothing reads the database but the requests of the test. */
  sendsWebhooks?: boolean;
  /** Without it, no executor takes jobs. */
  trades?: (ctx: Pick<Context, 'log'>) => TradeQueue;
}

/** The context of a test's API, with its log and a price board with the prices that the test sets. */
function createApiContext({ db, redis }: { db: Database; redis: RedisLink }, overrides: TestApiOptions) {
  const env = loadEnv({
    NODE_ENV: 'test',
    DATABASE_URL: process.env.DATABASE_URL,
    REDIS_URL: process.env.REDIS_URL,
    SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    ...overrides.env,
  });
  const logged: string[] = [];
  const destination = { write: (line: string) => void logged.push(line) };
  const log = createLogger({ level: env.LOG_LEVEL, pretty: false, destination });
  const clock: Clock = overrides.clock ?? { now: () => Date.now() };
  const prices = fakePriceBoard();
  const ctx: Context = {
    ...{ env, log, clock, db, redis, prices },
    markets: createMarketDirectory({ db, clock, log }),
    secrets: createSecrets(env.SECRET_KEYS),
    exchanges: overrides.exchanges ?? createExchangeRegistry({ db, prices, clock, stalePriceMs: env.STALE_PRICE_MS }),
    trades: overrides.trades?.({ log }) ?? { enqueue: () => undefined },
    live: createLiveChannel({ redis, log }),
  };
  return { ctx, prices, logged };
}

/** The API on a free port, with a real database and Redis. */
export async function startTestApi(
  { db, redis }: { db: Database; redis: RedisLink },
  overrides: TestApiOptions = {},
): Promise<TestApi> {
  const { ctx, prices, logged } = createApiContext({ db, redis }, overrides);
  const { distDir, roles = ['api'], requestTimeoutMs, sendsWebhooks = false } = overrides;
  const graphql = await graphqlHere(ctx, { distDir, roles, sendsWebhooks });
  const api = await startApi(ctx, {
    ...{ port: 0, host: '127.0.0.1', roles, graphql },
    ...(requestTimeoutMs && { requestTimeoutMs }),
  });
  const wsUrl = `${api.url.replace('http', 'ws')}/graphql`;

  const send: TestApi['send'] = async (query, variables = {}, cookie, headers = {}) => {
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }), ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await answer.json()) as Partial<Pick<GraphqlAnswer, 'data' | 'errors'>>;
    const errors = body.errors ?? [];
    const code = errors[0]?.extensions.code;
    return { status: answer.status, headers: answer.headers, data: body.data ?? null, errors, code };
  };
  const signIn: TestApi['signIn'] = async (email, password = PASSWORD) => {
    const { headers, errors } = await send(
      'mutation ($input: SignInInput!) { signIn(input: $input) { user { id } } }',
      { input: { email, password } },
    );
    const cookie = headers.get('set-cookie')?.split(';')[0];
    if (!cookie) throw new Error(`signing in failed: ${errors[0]?.message}`);
    return cookie;
  };
  let password: Promise<string> | undefined;
  return {
    ...api,
    ...{ ctx, prices, logged, send, signIn, wsUrl, routes: [...api.routes, ...graphql.routes] },
    async newUser(columns = {}) {
      password ??= hashPassword(PASSWORD);
      const { id, email } = await makeUser(db, { password_hash: await password, ...columns });
      // Creates a session without argon2, for tests that are not about signing in.
      const { cookie } = await createAuth(ctx).openSession(id, { ip: null, userAgent: null });
      return { id, email, cookie: cookie.split(';')[0] ?? '' };
    },
    async newToken(userId, scopes = ['read'], { allowedIps = [], expiresAt } = {}) {
      const input = { name: 'of a test', scopes, allowedIps, expiresAt: expiresAt ?? null };
      const created = await createApiToken(ctx, userId, input);
      if (!created) throw new Error('the user has too many tokens');
      return created.token;
    },
    client: (cookie, headers = {}) =>
      createClient({
        url: wsUrl,
        lazy: false,
        retryAttempts: 0,
        onNonLazyError: () => undefined,
        webSocketImpl: class extends WebSocket {
          constructor(address: string, protocols: string | string[]) {
            super(address, protocols, { headers: { ...(cookie && { cookie }), ...headers } });
          }
        },
      }),
  };
}
