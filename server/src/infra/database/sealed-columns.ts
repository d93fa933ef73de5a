import type { Database, WriteResult } from './database.js';

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

/** Secrets of a column in rows above `after`, by id. */
export const readSealed = (
  db: Pick<Database, 'query'>,
  { table, column }: SealedColumn,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; sealed: string }[]> =>
  db.query(
    `SELECT id, \`${column}\` AS sealed FROM \`${table}\` WHERE id > ? AND \`${column}\` IS NOT NULL ORDER BY id LIMIT ?`,
    [after, limit],
  );

/** Writes a secret only over the one it was made from (compared byte by byte); the row's `updated_at` stays. */
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
