// A database of its own for a bench run, and users whose signals can be told apart by whom they wake.
import { randomBytes } from 'node:crypto';
import { createSecrets } from '../server/src/infra/secrets.js';
import { createTestDatabase, type TestDatabase } from '../server/src/testing/test-database.js';
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

export interface Bench {
  database: TestDatabase;
  sources: BenchSource[];
  stub: Child<{ url: string }>;
  env(extra?: Record<string, string>): Record<string, string>;
  addSource(accounts?: number): Promise<BenchSource>;
  close(): Promise<void>;
}

const SOURCES = 50;

export async function prepareBench(): Promise<Bench> {
  const database = await createTestDatabase();
  const stub = await startChild<{ url: string }>('./stub-exchange.ts');
  const [keyId = '', key = ''] = SECRET_KEYS.split(':');
  const secrets = createSecrets([{ id: keyId, key: Buffer.from(key, 'base64') }]);

  const addSource = async (accounts = 1): Promise<BenchSource> => {
    const { db } = database;
    const user = await makeUser(db);
    const vault = await makeVault(db, { user_id: user.id, balances: { USDT: '1000000000' } });
    const source = await makeSource(db, {
      owner_user_id: user.id,
      require_signature: true,
      rate_limit_per_min: 1_000_000,
    });
    await db.query('UPDATE webhook_sources SET signing_secret_enc = ? WHERE id = ?', [
      secrets.seal(BENCH_SECRET, `webhook_sources.signing_secret_enc:${source.id}`),
      source.id,
    ]);
    let accountId = 0;
    for (let index = 0; index < accounts; index++) {
      const account = await makeAccount(db, { user_id: user.id });
      await makeParameter(db, {
        user_id: user.id,
        exchange_account_id: account.id,
        quote_amount_fixed: '100',
        vault_id: vault.id,
      });
      await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
      accountId = account.id;
    }
    return { userId: user.id, accountId, vaultId: vault.id, sourceId: source.id, code: source.webhook_code };
  };

  const sources: BenchSource[] = [];
  for (let index = 0; index < SOURCES; index++) sources.push(await addSource());

  return {
    database,
    sources,
    stub,
    addSource,
    env: (extra = {}) => ({
      DATABASE_URL: database.url,
      REDIS_URL: process.env.REDIS_URL ?? '',
      REDIS_PREFIX: `bench${process.pid}`,
      SECRET_KEYS,
      SECRET: BENCH_SECRET,
      STUB_URL: stub.ready.url,
      LOG_LEVEL: 'warn',
      PORT: '4999',
      DEMO_SEED: 'false',
      ...extra,
    }),
    async close() {
      await stub.stop();
      await database.drop();
    },
  };
}
