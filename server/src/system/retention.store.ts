import type { RetentionRule } from '../core/operations/retention.js';
import type { Database, WriteResult } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/**
 * The rows that a rule deletes: the table, its key, and the condition, which reads one index from its beginning. The
 * one `?` is the time before which rows are old.
 */
const RULES: Record<RetentionRule, { table: string; where: string; order: string }> = {
  live_events: { table: 'live_events', where: 'created_at < ?', order: 'created_at' },
  system_monitoring_logs: { table: 'system_monitoring_logs', where: 'timestamp < ?', order: 'timestamp' },
  cron_job_executions: { table: 'cron_job_executions', where: 'started_at < ?', order: 'started_at' },
  webhook_blocked_attempts: { table: 'webhook_blocked_attempts', where: 'created_at < ?', order: 'id' },
  login_history: { table: 'login_history', where: 'created_at < ?', order: 'id' },
  whatsapp_notification_logs: { table: 'whatsapp_notification_logs', where: 'sent_at < ?', order: 'sent_at' },
  // Its deliveries and their attempts go with it; one that still waits to be sent stays.
  notification_events: {
    table: 'notification_events',
    where:
      "created_at < ? AND NOT EXISTS (SELECT 1 FROM notification_deliveries d WHERE d.event_id = notification_events.id AND d.status NOT IN ('SENT', 'FAILED'))",
    order: 'created_at',
  },
  resolved_alerts: { table: 'system_alerts', where: 'resolved_at < ?', order: 'id' },
  price_seconds: { table: 'price_seconds', where: 'minute_at < ?', order: 'minute_at' },
  candles_minute: { table: 'price_candles', where: 'interval_s = 60 AND opened_at < ?', order: 'opened_at' },
  candles_hour: { table: 'price_candles', where: 'interval_s = 3600 AND opened_at < ?', order: 'opened_at' },
  candles_day: { table: 'price_candles', where: 'interval_s = 86400 AND opened_at < ?', order: 'opened_at' },
  expired_sessions: { table: 'sessions', where: 'expires_at < ?', order: 'expires_at' },
};
/** In the order of their ids, rows are old at the beginning and new afterwards: reading stops at the first new one. */
const BY_ID: ReadonlySet<RetentionRule> = new Set(['webhook_blocked_attempts', 'login_history', 'resolved_alerts']);

/** Deletes at most `limit` rows from before `days` days, by the database's clock. Returns how many are gone. */
export async function deleteOldRows(
  db: Db,
  rule: RetentionRule,
  { days, limit }: { days: number; limit: number },
): Promise<number> {
  const { table, where, order } = RULES[rule];
  const before = 'UTC_TIMESTAMP(3) - INTERVAL ? SECOND';
  const condition = where.replace('?', before);
  const seconds = Math.round(days * 86_400);
  if (!BY_ID.has(rule)) {
    const sql = `DELETE FROM ${table} WHERE ${condition} ORDER BY ${order} LIMIT ?`;
    return (await db.query<WriteResult>(sql, [seconds, limit])).affectedRows;
  }
  const oldest = await db.query<{ id: number }[]>(
    `SELECT id FROM (SELECT id, ${where.split(' ')[0]} AS at FROM ${table} ORDER BY id LIMIT ?) page
      WHERE at < ${before}`,
    [limit, seconds],
  );
  if (oldest.length === 0) return 0;
  const sql = `DELETE FROM ${table} WHERE id IN (?) AND ${condition}`;
  return (await db.query<WriteResult>(sql, [oldest.map(({ id }) => id), seconds])).affectedRows;
}
