/** A table whose old rows are deleted, and for how long they are kept by default. */
export interface Retention {
  /** Days that rows are kept. An admin's setting replaces it, but never with fewer than `leastDays`. */
  days: number;
  leastDays: number;
}

/**
 * Tables that grow with time and whose old rows nothing needs. What explains money (jobs, executions, fills, positions,
 * vault transactions, events, receipts of trades) and the audit log is kept for ever.
 */
export const RETENTION = {
  // A client that was away longer than this reads everything again; see `liveCursor`.
  live_events: { days: 14, leastDays: 2 },
  system_monitoring_logs: { days: 30, leastDays: 1 },
  cron_job_executions: { days: 30, leastDays: 1 },
  webhook_blocked_attempts: { days: 90, leastDays: 7 },
  login_history: { days: 365, leastDays: 30 },
  whatsapp_notification_logs: { days: 180, leastDays: 7 },
  notification_events: { days: 90, leastDays: 7 },
  resolved_alerts: { days: 365, leastDays: 30 },
  // Single seconds are many; a chart of seconds looks back minutes.
  price_seconds: { days: 2, leastDays: 0.25 },
  candles_minute: { days: 30, leastDays: 1 },
  candles_hour: { days: 730, leastDays: 30 },
  candles_day: { days: 3_650, leastDays: 365 },
  expired_sessions: { days: 0, leastDays: 0 },
} as const satisfies Record<string, Retention>;

export type RetentionRule = keyof typeof RETENTION;
export const RETENTION_RULES = Object.keys(RETENTION) as RetentionRule[];

/** The days to keep, from `config_json.keepDays` of the job: `{"keepDays": {"live_events": 7}}`. */
export function keepDays(rule: RetentionRule, config: unknown): number {
  const { days, leastDays } = RETENTION[rule];
  const set = (config as { keepDays?: Record<string, unknown> } | null)?.keepDays?.[rule];
  return typeof set === 'number' && Number.isFinite(set) ? Math.max(leastDays, set) : days;
}
