import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startFakeExchange } from '../testing/fake-exchange/start-fake-exchange.js';
import { createSharedBudget } from './ccxt/budget/shared-budget.js';
import type { Credentials } from './ccxt/session/open-api.js';
import { createExchangeRegistry, type RealRules } from './exchange-registry.js';
import type { SimulationRules } from './simulated/simulated-exchange.js';

const simulation = { prices: { get: () => undefined } } as unknown as SimulationRules;
const account = { id: 1, exchange: 'BINANCE_SPOT', isSimulation: false, testnet: false } as const;
const REFUSED = { ok: false, code: 'REAL_NOT_AVAILABLE' };

const real = (over: Partial<RealRules> = {}): RealRules => ({
  isTradingOn: true,
  origins: {},
  clock: { now: () => Date.now() },
  log: pino({ level: 'silent' }),
  allowPrivateProxies: false,
  budget: createSharedBudget(undefined, pino({ level: 'silent' })),
  loadCredentials: async () => undefined,
  ...over,
});

it('a real account trades only while REAL_TRADING is on, and can be read without it', () => {
  const off = createExchangeRegistry(simulation, real({ isTradingOn: false }));
  expect(off.forAccount(account)).toMatchObject(REFUSED);
  expect(off.forReading(account)).toMatchObject({ exchange: { name: 'BINANCE_SPOT' } });
  const on = createExchangeRegistry(simulation, real());
  expect(on.forAccount(account)).toMatchObject({ exchange: { name: 'BINANCE_SPOT' } });
  expect(on.forReading(account)).toEqual(on.forAccount(account));
  expect(createExchangeRegistry(simulation).forReading(account)).toMatchObject(REFUSED);
});

it('while trading is halted a real account is only read, and a simulated one trades on', () => {
  let why: string | undefined = 'a restore';
  const halted = createExchangeRegistry(simulation, real({ whyHalted: () => why }));
  expect(halted.forAccount(account)).toMatchObject({ ok: false, code: 'TRADING_HALTED', message: 'a restore' });
  expect(halted.forReading(account)).toMatchObject({ ok: true });
  expect(halted.forAccount({ ...account, isSimulation: true })).toMatchObject({ ok: true });
  why = undefined;
  expect(halted.forAccount(account)).toMatchObject({ ok: true });
});

it('an account is opened again when its keys changed, and an account without keys reports that', async () => {
  const fake = await startFakeExchange({ dialect: 'binance' });
  fake.setPrice('BTC/USDT', { last: '100000' });
  const second = fake.openAccount({ USDT: '7' });
  let credentials: Credentials | undefined;
  const keys = ({ apiKey, secret }: { apiKey: string; secret: string }, version: number): Credentials => ({
    ...{ apiKey, apiSecret: secret, version, passphrase: null, proxyUrl: null, testnet: false },
  });
  const registry = createExchangeRegistry(
    simulation,
    real({ origins: { BINANCE_SPOT: fake.url }, credentialsForMs: 0, loadCredentials: async () => credentials }),
  );
  const found = registry.forAccount(account);
  if (!found.ok) throw new Error('refused');
  await expect(found.exchange.balances()).rejects.toThrow('no API key');
  credentials = keys(fake.credentials, 1);
  expect(await found.exchange.balances()).toContainEqual({ asset: 'USDT', free: '100000', locked: '0' });
  credentials = keys(second, 2);
  expect(await found.exchange.balances()).toEqual([{ asset: 'USDT', free: '7', locked: '0' }]);
  await registry.close();
  await fake.stop();
});

it('the markets that one account read from its exchange are reported once, with their venue', async () => {
  const fake = await startFakeExchange({ dialect: 'binance' });
  const { apiKey, secret } = fake.credentials;
  const credentials: Credentials = {
    ...{ apiKey, apiSecret: secret, version: 1, passphrase: null, proxyUrl: null, testnet: false },
  };
  const told: [string, string[]][] = [];
  const registry = createExchangeRegistry(
    simulation,
    real({
      origins: { BINANCE_SPOT: fake.url },
      loadCredentials: async () => credentials,
      rememberMarkets: (venue, markets) => void told.push([venue, markets.map(({ symbol }) => symbol)]),
    }),
  );
  for (const id of [1, 2]) {
    const found = registry.forAccount({ ...account, id });
    if (!found.ok) throw new Error('refused');
    await found.exchange.balances();
  }
  expect(told).toEqual([['BINANCE_SPOT', expect.arrayContaining(['BTC/USDT'])]]);
  await registry.close();
  await fake.stop();
});
