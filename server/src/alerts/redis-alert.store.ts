import { fromJson, type Database } from '../infra/database/database.js';

/** The process that last reported Redis as unusable, and when (ms since 1970); undefined when the alert is not open. */
export async function readRedisAlert(
  db: Pick<Database, 'query'>,
  openKey: string,
): Promise<{ who: string; seenAt: number } | undefined> {
  const [row] = await db.query<{ metadata_json: unknown }[]>(
    'SELECT metadata_json FROM system_alerts WHERE open_key = ? AND resolved_at IS NULL',
    [openKey],
  );
  return row && (fromJson<{ who: string; seenAt: number }>(row.metadata_json) ?? { who: '', seenAt: 0 });
}
