import type { EscalatedAlert } from '../core/operations/alert-escalation.js';
import type { AlertSeverity } from '../core/operations/monitor-alerts.js';
import type { Database } from '../infra/database/database.js';

/** More open alerts than this wait for a later run. */
const LIMIT = 1_000;

interface UnansweredAlert extends EscalatedAlert {
  id: number;
  /** null = the operators' */
  userId: number | null;
}

/** The open alerts that nobody acknowledged, those that were raised longest ago first. */
export async function readUnanswered(db: Pick<Database, 'query'>): Promise<UnansweredAlert[]> {
  const rows = await db.query<
    {
      id: number;
      user_id: number | null;
      severity: AlertSeverity;
      created_at: Date;
      escalation_level: number;
      escalated_at: Date | null;
    }[]
  >(
    `SELECT id, user_id, severity, created_at, escalation_level, escalated_at FROM system_alerts
      WHERE open_key IS NOT NULL AND acknowledged_at IS NULL AND severity <> 'low'
      ORDER BY COALESCE(escalated_at, created_at), id LIMIT ?`,
    [LIMIT],
  );
  return rows.map((row) => ({
    ...{ id: row.id, userId: row.user_id, severity: row.severity, level: row.escalation_level, isAcknowledged: false },
    ...{ createdAt: row.created_at.getTime(), escalatedAt: row.escalated_at?.getTime() ?? null },
  }));
}
