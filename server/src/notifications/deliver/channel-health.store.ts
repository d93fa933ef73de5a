import type { ChannelHealth } from '../../core/notifications/retry-plan.js';
import type { Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

export interface TroubledChannel extends ChannelHealth {
  id: number;
  userId: number;
  kind: string;
  label: string;
  lastError: string | null;
  disabledReason: string | null;
  isAlerted: boolean;
}

/** Channels that fail, or whose failure was told. */
export async function readTroubledChannels(db: Db): Promise<TroubledChannel[]> {
  const rows = await db.query<
    (Omit<TroubledChannel, 'failingSince' | 'isBroken' | 'isAlerted'> & {
      failing_since: Date | null;
      is_broken: number;
      alerted_at: Date | null;
    })[]
  >(
    `SELECT id, user_id AS userId, kind, label, failures, failing_since, is_broken, last_error AS lastError,
            disabled_reason AS disabledReason, alerted_at
       FROM notification_channels WHERE failing_since IS NOT NULL OR alerted_at IS NOT NULL ORDER BY id LIMIT 500`,
  );
  return rows.map(({ failing_since, is_broken, alerted_at, ...row }) => ({
    ...row,
    ...{ failingSince: failing_since?.getTime() ?? null, isBroken: Boolean(is_broken), isAlerted: alerted_at !== null },
  }));
}

export async function writeAlerted(db: Db, id: number, isAlerted: boolean): Promise<void> {
  await db.query(
    `UPDATE notification_channels SET alerted_at = ${isAlerted ? 'UTC_TIMESTAMP(3)' : 'NULL'}, updated_at = updated_at
      WHERE id = ?`,
    [id],
  );
}
