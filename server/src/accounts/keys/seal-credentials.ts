import { keyHint, type ApiKeys } from '../../core/exchange/exchange-keys.js';
import type { Secrets } from '../../infra/secrets.js';
import { credentialPlace, type CredentialColumn } from './credentials.store.js';

type Seal = Pick<Secrets, 'seal'>;

const sealFor = (secrets: Seal, accountId: number, column: CredentialColumn, plain: string | null): string | null =>
  plain === null ? null : secrets.seal(plain, credentialPlace(column, accountId));

/** The columns of an account's keys, sealed for its row. */
export const sealedKeys = (secrets: Seal, accountId: number, keys: ApiKeys) => ({
  api_key_enc: sealFor(secrets, accountId, 'api_key_enc', keys.apiKey),
  api_secret_enc: sealFor(secrets, accountId, 'api_secret_enc', keys.apiSecret),
  api_passphrase_enc: sealFor(secrets, accountId, 'api_passphrase_enc', keys.passphrase),
  api_key_hint: keyHint(keys.apiKey),
});

/** The columns of an account's proxy; null = none. */
export const sealedProxy = (secrets: Seal, accountId: number, proxy: { proxyUrl: string; hint: string } | null) => ({
  proxy_url: sealFor(secrets, accountId, 'proxy_url', proxy?.proxyUrl ?? null),
  proxy_hint: proxy?.hint ?? null,
});
