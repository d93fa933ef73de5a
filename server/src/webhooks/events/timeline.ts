/** The stages of a signal, in their order. */
export const TIMELINE_STAGES = [
  'RECEIVED',
  'VERIFIED',
  'READ',
  'COMMITTED',
  'QUEUED',
  'WAITING',
  'CLAIMED',
  'PLANNED',
  'SENT',
  'ACKNOWLEDGED',
  'FILLED',
  'BOOKED',
] as const;
export type TimelineStage = (typeof TIMELINE_STAGES)[number];

export interface TimelineEntry {
  stage: TimelineStage;
  at: Date;
  /** Milliseconds since the first known stage. */
  offsetMs: number;
}

type Timestamp = Date | null;
export interface ReceiptTimestamps {
  received_at: Timestamp;
  verified_at: Timestamp;
  read_at: Timestamp;
}
export interface JobTimestamps {
  committed_at: Timestamp;
  queued_at: Timestamp;
  /** When it first had to wait for an earlier signal. */
  waiting_since?: Timestamp;
  claimed_at: Timestamp;
}
/** A dry run takes the place of a job: it was stored, and decided. */
export interface DryRunTimestamps {
  created_at: Timestamp;
  decided_at: Timestamp;
}
export interface ExecutionTimestamps {
  sent_at: Timestamp;
  acknowledged_at: Timestamp;
  filled_at: Timestamp;
  booked_at: Timestamp;
}

/**
 * The stages that have a timestamp, in their order, with the milliseconds since the first of them. A job without a
 * signal has no receipt and starts with COMMITTED. The timestamps come from the clocks of several machines, so a stage
 * is never shown as earlier than the stage before it.
 */
export function buildTimeline(
  receipt: ReceiptTimestamps | null,
  job: JobTimestamps | null = null,
  execution: ExecutionTimestamps | null = null,
  dryRun: DryRunTimestamps | null = null,
): TimelineEntry[] {
  const timestamps: Record<TimelineStage, Timestamp | undefined> = {
    RECEIVED: receipt?.received_at,
    VERIFIED: receipt?.verified_at,
    READ: receipt?.read_at,
    COMMITTED: job?.committed_at ?? dryRun?.created_at,
    QUEUED: job?.queued_at,
    WAITING: job?.waiting_since,
    CLAIMED: job?.claimed_at,
    PLANNED: dryRun?.decided_at,
    SENT: execution?.sent_at,
    ACKNOWLEDGED: execution?.acknowledged_at,
    FILLED: execution?.filled_at,
    BOOKED: execution?.booked_at,
  };
  const known = TIMELINE_STAGES.flatMap((stage) => {
    const at = timestamps[stage];
    return at ? [{ stage, atMs: at.getTime() }] : [];
  });
  const startMs = known[0]?.atMs ?? 0;
  let latestMs = startMs;
  return known.map(({ stage, atMs }) => {
    latestMs = Math.max(latestMs, atMs);
    return { stage, at: new Date(latestMs), offsetMs: latestMs - startMs };
  });
}
