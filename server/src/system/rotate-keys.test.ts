import { expect, it } from 'vitest';
import { loadCredentials } from '../accounts/keys/credentials.store.js';
import { createRealAccount, type NewRealAccount } from '../accounts/create-real-account.js';
import { createSecrets } from '../infra/secrets.js';
import { SEALED_COLUMNS } from '../infra/database/sealed-columns.js';
import { makeAccount, makeSource, makeUser } from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { rotateKeys } from './rotate-keys.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const [k1, k2, k3] = [1, 2, 3].map((n) => ({ id: `k_${n}`, key: Buffer.alloc(32, n) })) as [Key, Key, Key];
type Key = { id: string; key: Buffer };
const old = createSecrets([k1]);
const both = createSecrets([k2, k1]);
const ctx = (secrets = both) => createTestContext(t.db, { secrets });

async function sealedThings(count: number) {
  const { id: owner } = await makeUser(t.db);
  const accounts: number[] = [];
  for (let n = 0; n < count; n++) {
    const account: NewRealAccount = {
      ...{ label: `a${n}`, exchange: 'OKX_SPOT', testnet: false, apiKey: `key-${n}`, apiSecret: `secret-${n}` },
      ...{ passphrase: `phrase-${n}`, proxyUrl: `http://u:p${n}@proxy.example.com:3128` },
    };
    const made = await createRealAccount(ctx(old), owner, account, async () => undefined);
    if (!made.ok) throw new Error(made.message);
    accounts.push(made.accountId);
  }
  const source = await makeSource(t.db, { owner_user_id: owner });
  const place = `webhook_sources.signing_secret_enc:${source.id}`;
  await t.db.prisma.webhookSource.update({
    where: { id: source.id },
    data: { signing_secret_enc: old.seal('whsec_x', place) },
  });
  return { accounts, source, place };
}
const total = (
  counts: Awaited<ReturnType<typeof rotateKeys>>,
  name: 'resealed' | 'current' | 'changed' | 'unreadable',
) => counts.reduce((sum, one) => sum + one[name], 0);

it('every column that is named like a sealed one is known, and has an id and an updated_at', async () => {
  const columns = await t.db.query<{ t: string; c: string }[]>(
    `SELECT TABLE_NAME AS t, COLUMN_NAME AS c FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND (COLUMN_NAME LIKE '%\\_enc' OR COLUMN_NAME IN ('proxy_url', 'twofa_secret', 'api_key'))`,
  );
  expect(columns.map(({ t: table, c }) => `${table}.${c}`).sort()).toEqual(
    SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort(),
  );
});

it('everything is sealed with the new key, opens without the old one, and a second run has nothing to do', async () => {
  const { accounts, source, place } = await sealedThings(7);
  const before = await t.db.prisma.exchangeAccount.findMany({ orderBy: { id: 'asc' } });
  const counts = await rotateKeys(ctx(), { batch: 3 });
  expect([total(counts, 'resealed'), total(counts, 'unreadable')]).toEqual([7 * 4 + 1, 0]);
  const onlyNew = createSecrets([k2]);
  for (const [n, id] of accounts.entries())
    expect(await loadCredentials({ db: t.db, secrets: onlyNew }, id)).toMatchObject({
      ...{ apiKey: `key-${n}`, apiSecret: `secret-${n}`, passphrase: `phrase-${n}` },
      ...{ proxyUrl: `http://u:p${n}@proxy.example.com:3128`, version: 1 },
    });
  const row = await t.db.prisma.webhookSource.findUniqueOrThrow({ where: { id: source.id } });
  expect(onlyNew.open(row.signing_secret_enc ?? '', place)).toBe('whsec_x');
  const after = await t.db.prisma.exchangeAccount.findMany({ orderBy: { id: 'asc' } });
  expect(after.map(({ updated_at }) => updated_at)).toEqual(before.map(({ updated_at }) => updated_at));
  const again = await rotateKeys(ctx());
  expect([total(again, 'resealed'), total(again, 'current')]).toEqual([0, 29]);
});

it('a secret that is replaced meanwhile keeps its new value', async () => {
  const { accounts } = await sealedThings(1);
  const [id = 0] = accounts;
  const place = `exchange_accounts.api_secret_enc:${id}`;
  const replaced = both.seal('a newer secret', place);
  let isReplaced = false;
  const secrets: typeof both = {
    ...both,
    open(sealed, at) {
      const plain = both.open(sealed, at);
      // The owner writes before the rotation does.
      if (at === place && !isReplaced) {
        isReplaced = true;
        writing = t.db.query('UPDATE exchange_accounts SET api_secret_enc = ? WHERE id = ?', [replaced, id]);
      }
      return plain;
    },
  };
  let writing: Promise<unknown> = Promise.resolve();
  const db = {
    ...t.db,
    query: async <T>(sql: string, values?: readonly unknown[]) => {
      if (sql.startsWith('UPDATE')) await writing;
      return t.db.query<T>(sql, values);
    },
  };
  const counts = await rotateKeys({ ...ctx(secrets), db });
  expect(total(counts, 'changed')).toBe(1);
  expect(await loadCredentials({ db: t.db, secrets: createSecrets([k2]) }, id)).toMatchObject({
    apiSecret: 'a newer secret',
  });
});

it('a secret that does not open is not changed, is counted, and only its place is logged', async () => {
  const { id } = await makeAccount(t.db, { is_simulation: false, balances: {} });
  const foreign = createSecrets([k3]).seal('canary', `exchange_accounts.api_key_enc:${id}`);
  await t.db.query('UPDATE exchange_accounts SET api_key_enc = ? WHERE id = ?', [foreign, id]);
  const counts = await rotateKeys(ctx());
  expect(counts.find(({ column }) => column === 'api_key_enc')).toMatchObject({ unreadable: 1 });
  const row = await t.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id } });
  expect(row.api_key_enc).toBe(foreign);
});
