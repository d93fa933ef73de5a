import { Batch, type Tx } from '../infra/database/database.js';
import { addLiveEventsOfUsers } from '../infra/database/live-events.js';

/** An alert, locked to the end of the transaction. `userId` null = the operators'. */
export async function lockAlert(
  tx: Tx,
  id: number,
): Promise<{ userId: number | null; isResolved: boolean } | undefined> {
  const [rows] = (await tx.run(
    new Batch().add('SELECT user_id, resolved_at FROM system_alerts WHERE id = ? FOR UPDATE', [id]),
  )) as [{ user_id: number | null; resolved_at: Date | null }[]];
  const [row] = rows;
  return row && { userId: row.user_id, isResolved: row.resolved_at !== null };
}

/** Ends it in somebody's name, frees its key for the next one, and tells those who see it. */
export function addResolved(
  batch: Batch,
  { alertId, userId, now, told }: { alertId: number; userId: number; now: number; told: readonly number[] },
): Batch {
  batch.add('UPDATE system_alerts SET resolved_at = ?, resolved_by = ?, open_key = NULL WHERE id = ?', [
    ...[new Date(now), userId, alertId],
  ]);
  return addLiveEventsOfUsers(
    batch,
    told.map((reader) => ({ userId: reader, topic: 'ALERT' as const, entityId: alertId })),
  );
}
