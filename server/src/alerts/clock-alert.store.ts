import { fromJson, type Database } from '../infra/database/database.js';

/** A process whose clock differs from the database's, as last reported. */
export interface ClockAlert {
  openKey: string;
  host: string;
  pid: number;
  roles: string[];
  /** How many ms its clock is ahead; negative = behind. */
  skewMs: number;
  trades: boolean;
  /** ms since 1970 */
  seenAt: number;
}

type Said = Omit<ClockAlert, 'openKey'>;

/** The open CLOCK_SKEW alerts of processes that were, or were not, seen since a given time. */
export async function readClockAlerts(
  db: Pick<Database, 'query'>,
  which: { seenSince: number } | { notSeenSince: number },
): Promise<ClockAlert[]> {
  const rows = await db.query<{ open_key: string; metadata_json: unknown }[]>(
    `SELECT open_key, metadata_json FROM system_alerts
      WHERE alert_type = 'CLOCK_SKEW' AND resolved_at IS NULL AND open_key IS NOT NULL ORDER BY id LIMIT 100`,
  );
  const all = rows.flatMap(({ open_key: openKey, metadata_json }) => {
    const said = fromJson<Said>(metadata_json);
    return said ? [{ ...said, openKey }] : [];
  });
  return all.filter(({ seenAt }) => ('seenSince' in which ? seenAt >= which.seenSince : seenAt < which.notSeenSince));
}
