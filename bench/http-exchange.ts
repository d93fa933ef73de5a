// The exchange port over the stub exchange: one signed HTTP request per order, as at a real exchange.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { DEMO_MARKETS } from '../server/src/exchange/simulated/demo-markets.js';
import type { Exchange, ExchangeRegistry, OrderSnapshot } from '../server/src/exchange/exchange.js';
import { STUB_SECRET } from './secrets.js';

const { STUB_URL = '' } = process.env;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

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

/** Sends any market order of BTC/USDT as one signed request. */
const stub: Exchange = {
  name: 'BINANCE_SPOT',
  admission: { windowMs: 5_000 },
  market: async (symbol) => DEMO_MARKETS.find((market) => market.symbol === symbol),
  markets: async () => [...DEMO_MARKETS],
  balances: async () => [],
  price: async () => ({ symbol: 'BTC/USDT', last: '100', at: Date.now(), source: 'bench' }),
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
export const exchanges: ExchangeRegistry = {
  forAccount: () => ({ ok: true, exchange: stub }),
  forReading: () => ({ ok: true, exchange: stub }),
};
