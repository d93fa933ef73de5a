import { pino } from 'pino';
import { createCcxtExchange, type CcxtExchangeOptions } from '../../exchange/ccxt/create-ccxt-exchange.js';
import { createSharedBudget } from '../../exchange/ccxt/budget/shared-budget.js';
import {
  startFakeExchange,
  type FakeExchange,
  type FakeExchangeOptions,
} from '../fake-exchange/start-fake-exchange.js';

/** Limits so high that no test reaches them by accident. */
const NO_LIMITS = { ordersPer10s: 100_000, weightPerMinute: 1_000_000, perSecond: 100_000, perFiveSeconds: Infinity };
const NAMES = { binance: 'BINANCE_SPOT', bybit: 'BYBIT_SPOT' } as const;

/** An account at a fake exchange, through the adapter that trades with real money. */
export async function openRealExchange(
  options: FakeExchangeOptions,
  over: Partial<CcxtExchangeOptions> = {},
): Promise<{ fake: FakeExchange; exchange: ReturnType<typeof createCcxtExchange>; stop(): Promise<void> }> {
  const fake = await startFakeExchange({ limits: NO_LIMITS, ...options });
  const log = pino({ level: 'silent' });
  const { apiKey, secret } = fake.credentials;
  const exchange = createCcxtExchange({
    account: { id: 1, exchange: NAMES[options.dialect as keyof typeof NAMES] },
    clock: { now: () => Date.now() },
    log,
    allowPrivateProxies: false,
    budget: createSharedBudget(undefined, log),
    origin: fake.url,
    loadCredentials: async () => ({
      ...{ apiKey, apiSecret: secret, passphrase: null, proxyUrl: null, testnet: false, version: 1 },
    }),
    ...over,
  });
  return {
    fake,
    exchange,
    async stop() {
      exchange.close();
      await fake.stop();
    },
  };
}
