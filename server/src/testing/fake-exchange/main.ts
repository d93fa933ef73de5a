// `npm run fake-exchange`: runs the fake exchange as a separate process until it is stopped.
import { parseArgs } from 'node:util';
import type { DuplicateIds } from './engine-types.js';
import { startFakeExchange, type FakeExchangeOptions } from './start-fake-exchange.js';

const PRICES = { BTC: '98450', ETH: '3850', SOL: '215', BNB: '640', XRP: '2.2', DOGE: '0.38' };
const { values } = parseArgs({
  options: {
    dialect: { type: 'string', default: 'binance' },
    port: { type: 'string', default: '4600' },
    duplicates: { type: 'string' },
    fee: { type: 'string', default: '0.001' },
  },
});
if (values.dialect !== 'binance' && values.dialect !== 'bybit') throw new Error('--dialect is binance or bybit');

const options: FakeExchangeOptions = {
  dialect: values.dialect,
  port: Number(values.port),
  feeRate: values.fee,
  balances: { USDT: '100000', BTC: '1', ETH: '10', BNB: '5' },
  ...(values.duplicates !== undefined && { duplicateIds: values.duplicates as DuplicateIds }),
};
const fake = await startFakeExchange(options);
for (const [base, last] of Object.entries(PRICES)) fake.setPrice(`${base}/USDT`, { last });

// Like an exchange, it repeats an unchanged price. Otherwise clients would consider the stream dead.
setInterval(() => {
  for (const { symbol } of fake.engine.markets) {
    const price = fake.engine.price(symbol);
    if (price) fake.setPrice(symbol, price);
  }
}, 1_000).unref();

const { url, credentials } = fake;
const setting = JSON.stringify({ [`${values.dialect.toUpperCase()}_SPOT`]: url });
process.stdout.write(`A fake ${values.dialect} listens at ${url} (Ctrl+C stops it).

  API key     ${credentials.apiKey}
  API secret  ${credentials.secret}

A program of this house trades there, and nowhere else, when it is started with
  REAL_TRADING=true EXCHANGE_API_URLS='${setting}' npm start
and an account of ${values.dialect.toUpperCase()}_SPOT has the key above.

  curl ${url}/control/orders
  curl ${url}/control/price -d '{"symbol":"BTC/USDT","last":"99000"}'
  curl ${url}/control/order -d '{"symbol":"BTC/USDT","side":"BUY","quantity":"0.01"}'
  curl ${url}/control/fault -d '{"kind":"place","fault":"loseAnswer"}'
  curl ${url}/control/       lists everything else

The faults are in server/src/testing/fake-exchange/faults.ts.
`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void fake.stop());
