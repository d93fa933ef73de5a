import type { Database, WriteResult } from './database.js';

/** A column of sealed secrets. The place of a row's secret is `<table>.<column>:<id>`. */
export interface SealedColumn {
  table: string;
  column: string;
}

/** Every column that holds sealed secrets. A test finds columns with such a name that are missing here. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'webhook_sources', column: 'signing_secret_enc' },
  { table: 'exchange_accounts', column: 'api_key_enc' },
  { table: 'exchange_accounts', column: 'api_secret_enc' },
  { table: 'exchange_accounts', column: 'api_passphrase_enc' },
  { table: 'exchange_accounts', column: 'proxy_url' },
  { table: 'profiles', column: 'twofa_secret' },
  { table: 'audit_chain', column: 'key_enc' },
  { table: 'notification_channels', column: 'config_enc' },
  { table: 'notification_servers', column: 'smtp_url_enc' },
  { table: 'notification_servers', column: 'vapid_private_key_enc' },
  { table: 'whatsapp_global_configs', column: 'api_key' },
  { table: 'installation_setup', column: 'code_enc' },
  { table: 'installation_setup', column: 'totp_secret_enc' },
];

/** Secrets of a column in rows with ids above `after`, ordered by id. */
export const readSealed = (
  db: Pick<Database, 'query'>,
  { table, column }: SealedColumn,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; sealed: string }[]> =>
  db.query(
    `SELECT id, \`${column}\` AS sealed FROM \`${table}\` WHERE id > ? AND \`${column}\` IS NOT NULL ORDER BY id LIMIT ?`,
    [after, limit],
  );

/**
 * Replaces a secret only if the stored one is still `sealed` (compared byte by byte). The row's `updated_at` stays
 * unchanged.
 */
export async function replaceSealed(
  db: Pick<Database, 'query'>,
  { table, column }: SealedColumn,
  { id, sealed, fresh }: { id: number; sealed: string; fresh: string },
): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE \`${table}\` SET \`${column}\` = ?, updated_at = updated_at
     WHERE id = ? AND CAST(\`${column}\` AS BINARY) = CAST(? AS BINARY)`,
    [fresh, id, sealed],
  );
  return affectedRows === 1;
}
