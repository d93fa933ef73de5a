import type { AlertSeverity } from './monitor-alerts.js';

const MINUTE = 60_000;

/** How long an alert that nobody acknowledged waits before each time it is raised again; the last wait repeats. */
const WAITS_MS: Record<AlertSeverity, readonly number[]> = {
  critical: [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE],
  high: [15 * MINUTE, 30 * MINUTE, 60 * MINUTE],
  medium: [60 * MINUTE, 240 * MINUTE],
  // Never: it can wait until somebody looks.
  low: [],
};

const NEXT: Partial<Record<AlertSeverity, AlertSeverity>> = { medium: 'high', high: 'critical' };
/** After so many times without an answer, an alert is one severity more urgent. */
const TIMES_BEFORE_NEXT = 3;

/** An open alert. Times are ms since 1970. */
export interface EscalatedAlert {
  severity: AlertSeverity;
  createdAt: number;
  /** How often it was raised again. */
  level: number;
  /** When it was raised again last; null = never. */
  escalatedAt: number | null;
  isAcknowledged: boolean;
}

/**
 * Whether an open alert is raised again now, and as what; undefined = not now. An alert that somebody acknowledged is
 * never raised again.
 */
export function escalate(
  { severity, createdAt, level, escalatedAt, isAcknowledged }: EscalatedAlert,
  now: number,
): { level: number; severity: AlertSeverity } | undefined {
  const waits = WAITS_MS[severity];
  const waitMs = waits[Math.min(level, waits.length - 1)];
  if (isAcknowledged || waitMs === undefined || now - (escalatedAt ?? createdAt) < waitMs) return undefined;
  const next = level + 1;
  const isMoreUrgent = next % TIMES_BEFORE_NEXT === 0;
  return { level: next, severity: (isMoreUrgent && NEXT[severity]) || severity };
}
