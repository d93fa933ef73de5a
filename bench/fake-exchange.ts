// The exchange for the ccxt benchmarks: the fake Binance of the tests in its own process, with limits that delay no order
// (all accounts of a benchmark share one address), a constant price, and the arrival time of each order.
import { startFakeExchange } from '../server/src/testing/fake-exchange/start-fake-exchange.js';
import { answerParent, nowMs } from './child.js';

const LIMITS = { weightPerMinute: 100_000_000, ordersPer10s: 1_000_000, counts: false };
let arrivals: [id: string, at: number][] = [];

const fake = await startFakeExchange({ dialect: 'binance', limits: LIMITS });
fake.setPrice('BTC/USDT', { last: '100' });
fake.onRequest(({ kind, query, body }, moment) => {
  if (kind !== 'place' || moment !== 'arrived') return;
  arrivals.push([new URLSearchParams(body || query).get('newClientOrderId') ?? '', nowMs()]);
});

answerParent({
  openAccount: (balances: Record<string, string>) => {
    const { apiKey, secret } = fake.openAccount(balances);
    return { apiKey, secret };
  },
  arrivals: () => {
    const taken = arrivals;
    arrivals = [];
    // It keeps all requests, for tests.
    fake.requests.length = 0;
    return taken;
  },
});
process.on('SIGTERM', () => void fake.stop().then(() => process.exit(0)));
process.send?.({ type: 'ready', url: fake.url });
