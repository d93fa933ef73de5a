// mvcashnode itself: the roles of ROLES in one process, as `npm start` runs them. Orders go through ccxt to the fake
// exchange when ROAD is ccxt, otherwise through a plain port to the stub exchange.
import { createContext } from '../server/src/create-context.js';
import type { PriceVenue } from '../server/src/core/price/price-key.js';
import { loadEnv } from '../server/src/env.js';
import { atVenue } from '../server/src/core/price/venue-price.js';
import { startApi } from '../server/src/roles/api.js';
import { forkGraphql } from '../server/src/roles/graphql-process.js';
import { startExecutor } from '../server/src/roles/executor.js';
import { watchTriggers } from '../server/src/exits/watch-triggers.js';
import { answerParent, nowMs } from './child.js';
import { exchanges } from './http-exchange.js';

const SYMBOL = 'BTC/USDT';
const { ROLES = 'api,executor', PIPELINE = 'stub' } = process.env;
const roles = new Set(ROLES.split(','));
const [venue, overrides]: [PriceVenue, object] =
  PIPELINE === 'ccxt' ? ['BINANCE_SPOT', {}] : ['SIMULATION', { exchanges }];

// Counts the statements of this process and their round trips to the database.
const asked = { statements: 0, roundTrips: 0 };
const onRoundTrip = ({ length }: readonly string[]) => {
  asked.statements += length;
  asked.roundTrips++;
};
const { ctx, close } = await createContext(loadEnv(), { ...overrides, onRoundTrip });
// The price is constant. When exits are watched, the benchmark publishes the prices.
if (!roles.has('triggers')) {
  const price = atVenue(venue, { symbol: SYMBOL, last: '100', at: 0, source: 'bench' });
  ctx.prices.get = (key) => (key === price.key ? { ...price, at: ctx.clock.now() } : undefined);
}

// After the commit of the booking, the owner's subscribers are woken.
let wakes: [user: number, at: number][] = [];
const { notify } = ctx.live;
ctx.live.notify = (userId) => {
  wakes.push([userId, nowMs()]);
  notify.call(ctx.live, userId);
};

// The limits come with the markets. A process that knew only the default limits of Binance would be delayed by the
// requests that the others have already sent.
if (PIPELINE === 'ccxt' && roles.has('executor')) {
  const [account] = await ctx.db.query<{ id: number }[]>('SELECT MIN(id) AS id FROM exchange_accounts');
  const ref = { id: account?.id ?? 0, exchange: 'BINANCE_SPOT', isSimulation: false, testnet: false } as const;
  const found = ctx.exchanges.forReading(ref);
  if (!found.ok) throw new Error(found.message);
  await found.exchange.markets();
}

let executor: ReturnType<typeof startExecutor> | undefined;
let watch: ReturnType<typeof watchTriggers> | undefined;
const graphql = roles.has('api') ? await forkGraphql({ roles: ['api'] }) : undefined;
await graphql?.start(ctx);
const api = graphql && (await startApi(ctx, { host: '127.0.0.1', port: 0, graphql }));
let lastAt = 0;
answerParent({
  begin: () => {
    if (roles.has('executor')) executor = startExecutor(ctx);
    if (roles.has('triggers')) watch = watchTriggers(ctx);
  },
  wakes: () => {
    const taken = wakes;
    wakes = [];
    return taken;
  },
  asked: () => ({ ...asked }),
  graphqlPid: () => graphql?.pid() ?? 0,
  notify: (userId: number) => ctx.live.notify(userId),
  /** Positions whose triggers are watched. */
  watched: () => watch?.size() ?? 0,
  tick: (last: string) => {
    const at = nowMs();
    lastAt = Math.max(lastAt + 1, Math.floor(at));
    ctx.prices.publish(venue, [{ symbol: SYMBOL, last, at: lastAt, source: 'bench' }]);
    return at;
  },
});
process.on('SIGTERM', async () => {
  await api?.stop();
  await watch?.stop();
  await executor?.stop();
  await close();
  process.exit(0);
});
process.send?.({ type: 'ready', url: api?.url ?? '' });
