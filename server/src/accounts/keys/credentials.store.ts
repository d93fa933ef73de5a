import type { Database } from '../../infra/database/database.js';
import type { Secrets } from '../../infra/secrets.js';

/** The decrypted keys that sign the requests of a real account: never logged, queued, answered or put into an error. */
export interface Credentials {
  apiKey: string;
  apiSecret: string;
  /** OKX, KuCoin and Bitget only. */
  passphrase: string | null;
  proxyUrl: string | null;
  testnet: boolean;
  /** Grows with every change, so that a process can see that its credentials are outdated. */
  version: number;
}

export type CredentialColumn = 'api_key_enc' | 'api_secret_enc' | 'api_passphrase_enc' | 'proxy_url';

/** The context that a sealed value of an account is bound to. In another row or column the value does not open. */
export const credentialPlace = (column: CredentialColumn, accountId: number): string =>
  `exchange_accounts.${column}:${accountId}`;

interface Row extends Record<CredentialColumn, string | null> {
  testnet: number;
  credentials_version: number;
}

/**
 * Opens the credentials of a real account. Undefined when it has no keys (or is simulated or deleted). Throws when none
 * of SECRET_KEYS opens them; the error names the place, never a value.
 */
export async function loadCredentials(
  { db, secrets }: { db: Pick<Database, 'query'>; secrets: Pick<Secrets, 'open'> },
  accountId: number,
): Promise<Credentials | undefined> {
  const [row] = await db.query<Row[]>(
    `SELECT api_key_enc, api_secret_enc, api_passphrase_enc, proxy_url, testnet, credentials_version
     FROM exchange_accounts WHERE id = ? AND NOT is_simulation`,
    [accountId],
  );
  if (!row || row.api_key_enc === null || row.api_secret_enc === null) return undefined;
  const open = (column: CredentialColumn): string | null => {
    const sealed = row[column];
    return sealed === null ? null : secrets.open(sealed, credentialPlace(column, accountId));
  };
  return {
    apiKey: secrets.open(row.api_key_enc, credentialPlace('api_key_enc', accountId)),
    apiSecret: secrets.open(row.api_secret_enc, credentialPlace('api_secret_enc', accountId)),
    passphrase: open('api_passphrase_enc'),
    proxyUrl: open('proxy_url'),
    testnet: Boolean(row.testnet),
    version: row.credentials_version,
  };
}
