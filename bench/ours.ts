// mvcashnode itself: all three roles in one process, as `npm start` runs it, with the stub exchange behind the port.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { createContext } from '../server/src/create-context.js';
import type { Price } from '../server/src/core/domain.js';
import { DEMO_MARKETS } from '../server/src/exchange/demo-markets.js';
import type { Exchange, ExchangeRegistry, OrderSnapshot } from '../server/src/exchange/exchange.js';
import { loadEnv } from '../server/src/env.js';
import { startApi } from '../server/src/roles/api.js';
import { startExecutor } from '../server/src/roles/executor.js';
import { answerParent, nowMs } from './child.js';
import { STUB_SECRET } from './secrets.js';

const { STUB_URL = '', ROLES = 'api,executor' } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const price: Price = { symbol: 'BTC/USDT', last: '100', at: 0, source: 'bench' };

function call(form: string): Promise<{
  orderId: number;
  executedQty: string;
  cummulativeQuoteQty: string;
  fills: { qty: string; price: string; tradeId: number }[];
}> {
  const body = `${form}&signature=${createHmac('sha256', STUB_SECRET).update(form).digest('hex')}`;
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${STUB_URL}/api/v3/order`,
      { method: 'POST', agent, headers: { 'content-length': body.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as never));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const stub: Exchange = {
  name: 'BINANCE_SPOT',
  admission: { windowMs: 5_000 },
  market: async (symbol) => DEMO_MARKETS.find((market) => market.symbol === symbol),
  markets: async () => [...DEMO_MARKETS],
  balances: async () => [],
  price: async () => ({ ...price, at: Date.now() }),
  async place(order) {
    try {
      const form = `symbol=BTCUSDT&side=${order.side}&type=MARKET&quantity=${order.quantity}&newClientOrderId=${order.clientOrderId}&timestamp=${Date.now()}`;
      const answer = await call(form);
      const snapshot: OrderSnapshot = {
        exchangeOrderId: String(answer.orderId),
        clientOrderId: order.clientOrderId,
        status: 'FILLED',
        executedQty: answer.executedQty,
        cummQuoteQty: answer.cummulativeQuoteQty,
        fills: answer.fills.map((fill) => ({
          tradeId: String(fill.tradeId),
          qty: fill.qty,
          price: fill.price,
          feeAmount: '0',
          feeAsset: 'USDT',
          at: Date.now(),
        })),
      };
      return { kind: 'accepted', order: snapshot };
    } catch (error) {
      return { kind: 'unknown', message: String(error) };
    }
  },
  findOrder: async () => undefined,
  cancel: async () => undefined,
};
const exchanges: ExchangeRegistry = { forAccount: () => ({ exchange: stub }) };

const { ctx, close } = await createContext(loadEnv(), { exchanges });
// A standing price: what is measured is the road, not a market.
ctx.prices.get = (symbol) => (symbol === 'BTC/USDT' ? { ...price, at: ctx.clock.now() } : undefined);

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
