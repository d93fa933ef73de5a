import type { AlertSeverity, MonitorAlertType } from '../core/operations/monitor-alerts.js';
import { Batch, type Database, type Tx, type WriteResult } from '../infra/database/database.js';
import { addLiveEvents, addLiveEventsOfUsers, type LiveChange } from '../infra/database/live-events.js';

export interface Alert {
  type:
    | 'STALE_PRICES'
    | 'TRIGGER_MISSED'
    | 'EXTERNAL_ORDER'
    | 'RECONCILE_FAILED'
    | 'POSITION_INVALID_QTY'
    | 'VAULT_NOT_COVERED'
    | 'POSITION_UNSELLABLE'
    | 'CLOCK_SKEW'
    | 'REDIS_AWAY'
    | 'LEDGER_DRIFT'
    | 'SCHEDULED_JOB_FAILED'
    | 'NOTIFICATION_CHANNEL_DOWN'
    | 'NOTIFICATION_SERVER_DOWN'
    | MonitorAlertType;
  severity: AlertSeverity;
  message: string;
  /** Type and subject: at most one alert with this key is open. */
  openKey: string;
  /** Owner of the alert; null = the operators. */
  userId: number | null;
  /** Data for programs. */
  metadata?: Record<string, unknown>;
}

/**
 * Opens an alert or updates the text of the open one, and notifies its owner; every admin gets the operators' alerts.
 */
export async function openAlert(db: Pick<Database, 'query' | 'transaction'>, alert: Alert): Promise<void> {
  const admins = alert.userId === null ? await readAdminIds(db) : [];
  await db.transaction((tx) => tx.commit(addToldTo(addAlert(new Batch(), alert), admins, { sql: '@alert' })));
}

/** Users with the role admin: the operators. */
export async function readAdminIds(db: Pick<Database, 'query'>): Promise<number[]> {
  const rows = await db.query<{ user_id: number }[]>("SELECT DISTINCT user_id FROM user_roles WHERE role = 'admin'");
  return rows.map(({ user_id }) => user_id);
}

const addToldTo = (batch: Batch, userIds: readonly number[], entityId: LiveChange['entityId']): Batch =>
  addLiveEventsOfUsers(
    batch,
    userIds.map((userId) => ({ userId, topic: 'ALERT' as const, entityId })),
  );

/** Does the same at the end of the last batch of a transaction, with other live events for its owner. */
export function addAlert(batch: Batch, alert: Alert, others: readonly LiveChange[] = []): Batch {
  batch
    .add(
      `INSERT INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key, metadata_json)
       VALUES (?, ?, ?, 'MONITORS', ?, ?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id),
         severity = VALUES(severity), message = VALUES(message), metadata_json = VALUES(metadata_json)`,
      [
        ...[alert.type, alert.severity, alert.message.slice(0, 1000), alert.userId, alert.openKey],
        alert.metadata ? JSON.stringify(alert.metadata) : null,
      ],
    )
    .add('SET @alert := LAST_INSERT_ID()');
  if (alert.userId !== null) {
    addLiveEvents(batch, alert.userId, [...others, { topic: 'ALERT', entityId: { sql: '@alert' } }]);
  }
  return batch;
}

/** Ends the alert if it is open, and notifies its owner. */
export async function closeAlert(
  db: Pick<Database, 'query' | 'transaction'>,
  { openKey, now }: { openKey: string; now: number },
): Promise<void> {
  // There is almost never an alert, and then nothing is locked.
  const [alert] = await db.query<{ id: number; user_id: number | null }[]>(
    'SELECT id, user_id FROM system_alerts WHERE open_key = ?',
    [openKey],
  );
  if (!alert) return;
  const batch = new Batch().add(
    'UPDATE system_alerts SET resolved_at = ?, open_key = NULL WHERE id = ? AND open_key = ?',
    [new Date(now), alert.id, openKey],
  );
  addToldTo(batch, alert.user_id === null ? await readAdminIds(db) : [alert.user_id], alert.id);
  await db.transaction((tx) => tx.commit(batch));
}

/** The keys of open alerts with this prefix; `_` and `%` in it are literal. */
export async function readOpenKeys(db: Pick<Database, 'query'>, prefix: string): Promise<string[]> {
  const rows = await db.query<{ open_key: string }[]>('SELECT open_key FROM system_alerts WHERE open_key LIKE ?', [
    `${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`,
  ]);
  return rows.map((row) => row.open_key);
}

/** An alert of the executor for the owner of an order. */
export interface OrderAlert {
  type: 'LEDGER_DRIFT' | 'POSITION_INVALID_QTY' | 'POSITION_SHORTFALL' | 'POSITION_UNSELLABLE';
  severity: 'high' | 'critical';
  message: string;
  openKey: string;
}

/** Adds such an alert or updates the text of the open one; the result goes into the live events at the end. */
export function addOrderAlert(batch: Batch, userId: number, alert: OrderAlert): LiveChange {
  batch.add(
    `INSERT INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key)
     VALUES (?, ?, ?, 'EXECUTOR', ?, ?) ON DUPLICATE KEY UPDATE message = VALUES(message)`,
    [alert.type, alert.severity, alert.message.slice(0, 1000), userId, alert.openKey],
  );
  const sql = '(SELECT id FROM system_alerts WHERE open_key = ?)';
  return { topic: 'ALERT', entityId: { sql, values: [alert.openKey] } };
}

/** Ends the open alerts with these keys. Sends no event for them: the change that ends them has its own. */
export function addAlertEnds(batch: Batch, openKeys: readonly string[], now: number): void {
  if (openKeys.length === 0) return;
  batch.add('UPDATE system_alerts SET resolved_at = ?, open_key = NULL WHERE open_key IN (?)', [
    new Date(now),
    openKeys,
  ]);
}

/**
 * Opens the alert of an order whose outcome stays unknown. Returns whether the alert is new: false when it is already
 * open or the outcome is known by now.
 */
export async function openUnknownOrderAlert(
  db: Pick<Database, 'transaction'>,
  { executionId, openKey, message, userId }: { executionId: number; openKey: string; message: string; userId: number },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { affectedRows, insertId } = await tx.query<WriteResult>(
      `INSERT IGNORE INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key)
       SELECT 'ORDER_UNKNOWN', 'high', ?, 'EXECUTOR', ?, ? FROM trade_executions
       WHERE id = ? AND status_exchange IN ('SENDING', 'UNKNOWN')`,
      [message, userId, openKey, executionId],
    );
    if (affectedRows !== 1) {
      await tx.rollback();
      return false;
    }
    await tx.commit(addLiveEvents(new Batch(), userId, [{ topic: 'ALERT', entityId: insertId }]));
    return true;
  });
}

/** An alert, locked until the end of the transaction. `userId` null = the operators' alert. */
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

/** Ends the alert in the name of a user, frees its key for the next one, and notifies those who see it. */
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
