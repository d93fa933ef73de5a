import { afterEach } from 'vitest';
import { openRealExchange } from '../../../testing/worlds/real-exchange.js';
import { exchangeContract } from '../../exchange.contract.js';

const opened: Awaited<ReturnType<typeof openRealExchange>>[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

exchangeContract('Bybit through ccxt', async (balances) => {
  const real = await openRealExchange({ dialect: 'bybit', balances });
  opened.push(real);
  return { exchange: real.exchange, setPrice: async ({ symbol, ...price }) => real.fake.setPrice(symbol, price) };
});
