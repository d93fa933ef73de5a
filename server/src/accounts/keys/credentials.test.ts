import { expect, it } from 'vitest';
import { createSecrets } from '../../infra/secrets.js';
import { makeAccount } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { credentialPlace, loadCredentials } from './credentials.store.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const secrets = createSecrets([{ id: 'k1', key: Buffer.alloc(32, 7) }]);

async function realAccount(columns: Parameters<typeof makeAccount>[1] = {}) {
  const { id } = await makeAccount(t.db, { is_simulation: false, balances: {}, ...columns });
  const seal = (column: Parameters<typeof credentialPlace>[0], plain: string) =>
    secrets.seal(plain, credentialPlace(column, id));
  await t.db.prisma.exchangeAccount.update({
    where: { id },
    data: {
      api_key_enc: seal('api_key_enc', 'key'),
      api_secret_enc: seal('api_secret_enc', 'secret'),
      api_passphrase_enc: seal('api_passphrase_enc', 'phrase'),
      proxy_url: seal('proxy_url', 'socks5://proxy.example.com:1080'),
      credentials_version: 3,
    },
  });
  return id;
}

it('credentials open for the account they were sealed for', async () => {
  const id = await realAccount({ testnet: true });
  expect(await loadCredentials({ db: t.db, secrets }, id)).toEqual({
    apiKey: 'key',
    apiSecret: 'secret',
    passphrase: 'phrase',
    proxyUrl: 'socks5://proxy.example.com:1080',
    testnet: true,
    version: 3,
  });
});

it('sealed values that were copied to another account do not open there', async () => {
  const [from, to] = [await realAccount(), await realAccount()];
  await t.db.query(
    `UPDATE exchange_accounts a JOIN exchange_accounts b ON b.id = ? SET a.api_secret_enc = b.api_secret_enc WHERE a.id = ?`,
    [from, to],
  );
  await expect(loadCredentials({ db: t.db, secrets }, to)).rejects.toThrow('it was changed or moved');
});

it('an account without keys, a simulated one and an unknown one have none', async () => {
  const { id: bare } = await makeAccount(t.db, { is_simulation: false, balances: {} });
  const { id: simulated } = await makeAccount(t.db);
  for (const id of [bare, simulated, 999_999]) expect(await loadCredentials({ db: t.db, secrets }, id)).toBeUndefined();
});
