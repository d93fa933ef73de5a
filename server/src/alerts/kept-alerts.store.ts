import { fromJson, type Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** The open alerts with this prefix and their texts; `_` and `%` in it are literal. */
export async function readOpenTexts(db: Db, prefix: string): Promise<Map<string, string>> {
  const rows = await db.query<{ open_key: string; message: string }[]>(
    'SELECT open_key, message FROM system_alerts WHERE open_key LIKE ?',
    [`${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`],
  );
  return new Map(rows.map(({ open_key, message }) => [open_key, message]));
}

/** `<key> <evidence>` of the alerts of a type that people resolved in the last 30 days. */
export async function readResolvedByHand(db: Db, type: string): Promise<Set<string>> {
  const rows = await db.query<{ metadata_json: unknown }[]>(
    `SELECT metadata_json FROM system_alerts
      WHERE alert_type = ? AND resolved_at > UTC_TIMESTAMP(3) - INTERVAL 30 DAY AND resolved_by IS NOT NULL
        AND metadata_json IS NOT NULL`,
    [type],
  );
  return new Set(
    rows.flatMap((row) => {
      const said = fromJson<{ key?: string; evidence?: string }>(row.metadata_json);
      return said?.key === undefined ? [] : [`${said.key} ${said.evidence ?? ''}`];
    }),
  );
}
