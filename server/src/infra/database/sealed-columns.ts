/** A column of sealed secrets; the place of a row's secret is `<table>.<column>:<id>`. */
export interface SealedColumn {
  table: string;
  column: string;
}

/** Every column that holds sealed secrets. A test finds columns that are named like one and are not here. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'webhook_sources', column: 'signing_secret_enc' },
  { table: 'exchange_accounts', column: 'api_key_enc' },
  { table: 'exchange_accounts', column: 'api_secret_enc' },
  { table: 'exchange_accounts', column: 'api_passphrase_enc' },
  { table: 'exchange_accounts', column: 'proxy_url' },
];
