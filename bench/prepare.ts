// A separate database for a benchmark, and users whose signals can be distinguished by the user that is woken.
import { randomBytes } from 'node:crypto';
import { credentialPlace } from '../server/src/accounts/keys/credentials.store.js';
import type { Database } from '../server/src/infra/database/database.js';
import { createSecrets, type Secrets } from '../server/src/infra/secrets.js';
import { createTestDatabase, type TestDatabase } from '../server/src/testing/services/test-database.js';
import {
  makeAccount,
  makeBinding,
  makeParameter,
  makeSource,
  makeUser,
  makeVault,
} from '../server/src/testing/make.js';
import { type Child, startChild } from './child.js';

export const BENCH_SECRET = 'bench-signing-secret';
const SECRET_KEYS = `bench:${randomBytes(32).toString('base64')}`;

export interface BenchSource {
  userId: number;
  accountId: number;
  vaultId: number;
  sourceId: number;
  code: string;
}

/**
 * stub: simulated accounts, whose orders go through a plain port to the stub exchange. ccxt: REAL accounts with encrypted
 * keys, whose orders go through the ccxt adapter to the fake Binance.
 */
export type PipelineName = 'stub' | 'ccxt';

export interface Bench {
  pipeline: PipelineName;
  database: TestDatabase;
  sources: BenchSource[];
  /** Reports when each order arrived; the floors use the stub. */
  exchange: Child<{ url: string }>;
  env(extra?: Record<string, string>): Record<string, string>;
  addSource(accounts?: number): Promise<BenchSource>;
  close(): Promise<void>;
}

const SOURCES = 50;
const MEANS = { USDT: '1000000000' };

let prefixes = 0;
/**
 * The Redis prefix that processes of one part share. A later part starts without the request counts of earlier ones,
 * which are far above the default limits of an account.
 */
export const newPrefix = (): string => `bench${process.pid}n${++prefixes}`;

/** Creates the accounts of a benchmark; those over ccxt have their own key at the exchange. */
const accountMaker =
  ({ pipeline, db, exchange, secrets }: Pick<Bench, 'pipeline' | 'exchange'> & { db: Database; secrets: Secrets }) =>
  async (user_id: number): Promise<number> => {
    if (pipeline === 'stub') return (await makeAccount(db, { user_id })).id;
    const { id } = await makeAccount(db, { user_id, balances: MEANS, is_simulation: false });
    const keys = await exchange.ask<{ apiKey: string; secret: string }>('openAccount', MEANS);
    await db.query('UPDATE exchange_accounts SET api_key_enc = ?, api_secret_enc = ? WHERE id = ?', [
      secrets.seal(keys.apiKey, credentialPlace('api_key_enc', id)),
      secrets.seal(keys.secret, credentialPlace('api_secret_enc', id)),
      id,
    ]);
    return id;
  };

async function prepareBench(pipeline: PipelineName): Promise<Bench> {
  const database = await createTestDatabase();
  const exchange = await startChild<{ url: string }>(pipeline === 'ccxt' ? './fake-exchange.ts' : './stub-exchange.ts');
  const [keyId = '', key = ''] = SECRET_KEYS.split(':');
  const secrets = createSecrets([{ id: keyId, key: Buffer.from(key, 'base64') }]);
  const { db } = database;
  const trade_mode = pipeline === 'ccxt' ? 'REAL' : 'SIMULATION';

  const addAccount = accountMaker({ pipeline, db, exchange, secrets });
  const addSource = async (accounts = 1): Promise<BenchSource> => {
    const user = await makeUser(db);
    const vault = await makeVault(db, { user_id: user.id, balances: MEANS, trade_mode });
    const source = await makeSource(db, {
      owner_user_id: user.id,
      require_signature: true,
      rate_limit_per_min: 1_000_000,
      trade_mode,
    });
    await db.query('UPDATE webhook_sources SET signing_secret_enc = ? WHERE id = ?', [
      secrets.seal(BENCH_SECRET, `webhook_sources.signing_secret_enc:${source.id}`),
      source.id,
    ]);
    let accountId = 0;
    for (let index = 0; index < accounts; index++) {
      accountId = await addAccount(user.id);
      await makeParameter(db, {
        user_id: user.id,
        exchange_account_id: accountId,
        quote_amount_fixed: '100',
        vault_id: vault.id,
      });
      await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: accountId });
    }
    return { userId: user.id, accountId, vaultId: vault.id, sourceId: source.id, code: source.webhook_code };
  };

  const sources: BenchSource[] = [];
  for (let index = 0; index < SOURCES; index++) sources.push(await addSource());

  return {
    pipeline,
    database,
    sources,
    exchange,
    addSource,
    env: (extra = {}) => ({
      DATABASE_URL: database.url,
      REDIS_URL: process.env.REDIS_URL ?? '',
      REDIS_PREFIX: newPrefix(),
      SECRET_KEYS,
      SECRET: BENCH_SECRET,
      STUB_URL: exchange.ready.url,
      PIPELINE: pipeline,
      ...(pipeline === 'ccxt' && {
        REAL_TRADING: 'true',
        EXCHANGE_API_URLS: JSON.stringify({ BINANCE_SPOT: exchange.ready.url }),
      }),
      LOG_LEVEL: 'warn',
      PORT: '4999',
      DEMO_SEED: 'false',
      ...extra,
    }),
    async close() {
      await exchange.stop();
      await database.drop();
    },
  };
}

/** Runs a part of the benchmarks with its own database and exchange, so that earlier parts do not slow it down. */
export async function withBench<T>(pipeline: PipelineName, work: (bench: Bench) => Promise<T>): Promise<T> {
  const bench = await prepareBench(pipeline);
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}
