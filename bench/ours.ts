// mvcashnode itself: all three roles in one process, as `npm start` runs it, with the stub exchange behind the port.
import { createContext } from '../server/src/create-context.js';
import { loadEnv } from '../server/src/env.js';
import { atVenue } from '../server/src/prices/price-board.js';
import { startApi } from '../server/src/roles/api.js';
import { startExecutor } from '../server/src/roles/executor.js';
import { answerParent, nowMs } from './child.js';
import { exchanges } from './http-exchange.js';

const { ROLES = 'api,executor' } = process.env;
const price = atVenue('SIMULATION', { symbol: 'BTC/USDT', last: '100', at: 0, source: 'bench' });

const { ctx, close } = await createContext(loadEnv(), { exchanges });
// A standing price: what is measured is the road, not a market.
ctx.prices.get = (key) => (key === price.key ? { ...price, at: ctx.clock.now() } : undefined);

// The commit of the booking is the moment after which the owner is woken; each bench user has one signal in flight.
let wakes: [user: number, at: number][] = [];
const { wake } = ctx.live;
ctx.live.wake = (userId) => {
  wakes.push([userId, nowMs()]);
  wake.call(ctx.live, userId);
};

const roles = new Set(ROLES.split(','));
const executor = roles.has('executor') ? await startExecutor(ctx) : undefined;
const api = roles.has('api') ? await startApi(ctx, { host: '127.0.0.1', port: 0 }) : undefined;
answerParent({
  wakes: () => {
    const taken = wakes;
    wakes = [];
    return taken;
  },
});
process.on('SIGTERM', async () => {
  await api?.stop();
  await executor?.stop();
  await close();
  process.exit(0);
});
process.send?.({ type: 'ready', url: api?.url ?? '' });
