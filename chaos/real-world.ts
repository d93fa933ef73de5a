import { existsSync, readFileSync } from 'node:fs';
import { createWorld, type World } from '../e2e/testing/world.js';
import { credentialPlace } from '../server/src/accounts/keys/credentials.store.js';
import { createSecrets } from '../server/src/infra/secrets.js';
import { findWrong } from '../server/src/testing/simulation/find-wrong.js';
import {
  startFakeExchange,
  type FakeExchange,
  type FakeExchangeOptions,
} from '../server/src/testing/fake-exchange/start-fake-exchange.js';

const PRICES = { 'BTC/USDT': '100000', 'ETH/USDT': '4000', 'SOL/USDT': '200' };
const PRICE_EVERY_MS = 500;
/** The prefix of client order ids of orders that the owner placed by hand. */
export const BY_HAND = 'hand-';
/** The same value as in the processes of the world. */
const SECRET_KEY = { id: 'k1', key: Buffer.alloc(32, 7) };
const NAMES = { binance: 'BINANCE_SPOT', bybit: 'BYBIT_SPOT' } as const;

/** The processes of the program with a REAL account at a fake exchange on a real socket. */
export interface RealWorld extends World {
  fake: FakeExchange;
  /** The prices at the exchange from now on, by symbol. */
  prices: Record<string, string>;
  webhookCode: string;
  accountId: number;
  /** Sets the price of a market. */
  setPrice(symbol: string, last: string): void;
  /** The differences between the books and the exchange; empty = none. */
  wrong(): Promise<string[]>;
  /** Jobs that have not ended. */
  open(): Promise<number>;
  /** Resident memory of all living processes. */
  memoryMb(): number;
}

/** The exchange has the rate limits of the real one, unless `limits` replace them: tests without limits hide their cost. */
export async function createRealWorld({
  dialect = 'binance',
  env = () => ({}),
  ...exchange
}: {
  dialect?: keyof typeof NAMES;
  env?: (databaseUrl: string) => Record<string, string>;
} & Pick<FakeExchangeOptions, 'clock' | 'limits'> = {}): Promise<RealWorld> {
  const balances = { USDT: '1000000', BTC: '1', ETH: '10', SOL: '100' };
  const fake = await startFakeExchange({ dialect, balances, ...exchange });
  const prices: Record<string, string> = { ...PRICES };
  const tick = () => Object.entries(prices).forEach(([symbol, last]) => fake.setPrice(symbol, { last }));
  tick();
  const ticking = setInterval(tick, PRICE_EVERY_MS);
  const world = await createWorld({
    forManySignals: true,
    env: (databaseUrl) => ({
      REAL_TRADING: 'true',
      EXCHANGE_API_URLS: JSON.stringify({ [NAMES[dialect]]: fake.url }),
      ...env(databaseUrl),
    }),
  });
  const { db } = world;
  const { accountId, vaultId, webhookCode } = await makeReal(world, fake, NAMES[dialect]);
  return {
    ...world,
    ...{ fake, prices, webhookCode, accountId },
    setPrice(symbol, last) {
      prices[symbol] = last;
      tick();
    },
    wrong() {
      const orders = fake.orders().filter(({ clientId }) => !clientId.startsWith(BY_HAND));
      return findWrong({
        db,
        account: { id: accountId },
        vaultId,
        orders,
        trades: orders.flatMap((one) => one.trades),
      });
    },
    async open() {
      const [row] = await db.query<{ open: number }[]>(
        `SELECT COUNT(*) AS open FROM trade_jobs j LEFT JOIN trade_executions x ON x.trade_job_id = j.id
          WHERE j.status IN ('PENDING', 'EXECUTING') OR x.status_exchange IN ('SENDING', 'UNKNOWN')`,
      );
      return Number(row?.open ?? 0);
    },
    memoryMb: () => world.programs.reduce((sum, { pid }) => sum + residentMb(pid), 0),
    async close() {
      clearInterval(ticking);
      await world.close();
      await fake.stop();
    },
  };
}

/** 0 for a process that has ended, and on systems that do not report it. */
function residentMb(pid: number): number {
  const file = `/proc/${pid}/status`;
  const [, kilobytes = '0'] = (existsSync(file) && /VmRSS:\s*(\d+)/.exec(readFileSync(file, 'utf8'))) || [];
  return Number(kilobytes) / 1024;
}

/** The demo trader's account, vault and source, made REAL with a key to the fake exchange. */
async function makeReal({ db }: World, { credentials }: FakeExchange, exchange: string) {
  const [row] = await db.query<{ account: number; vault: number; code: string }[]>(
    `SELECT a.id AS account, (SELECT MIN(id) FROM vaults) AS vault, s.webhook_code AS code
       FROM exchange_accounts a JOIN account_webhook_bindings b ON b.exchange_account_id = a.id
       JOIN webhook_sources s ON s.id = b.webhook_source_id LIMIT 1`,
  );
  if (!row) throw new Error('the demo was not seeded');
  const { account: accountId, vault: vaultId, code: webhookCode } = row;
  const secrets = createSecrets([SECRET_KEY]);
  const seal = (column: 'api_key_enc' | 'api_secret_enc', text: string) =>
    secrets.seal(text, credentialPlace(column, accountId));
  await db.query(
    'UPDATE exchange_accounts SET is_simulation = 0, exchange = ?, api_key_enc = ?, api_secret_enc = ? WHERE id = ?',
    [exchange, seal('api_key_enc', credentials.apiKey), seal('api_secret_enc', credentials.secret), accountId],
  );
  await db.query("UPDATE account_balances_cache SET trade_mode = 'REAL', free = 1000000 WHERE asset = 'USDT'");
  await db.query("UPDATE vaults SET trade_mode = 'REAL'");
  // Enough for every signal of the full sizes, with the deposit that explains it.
  await db.query('UPDATE vault_balances SET balance = 900000');
  await db.query('UPDATE vault_transactions SET amount = 900000, balance_delta = 900000');
  await db.query("UPDATE webhook_sources SET trade_mode = 'REAL'");
  return { accountId, vaultId, webhookCode };
}
