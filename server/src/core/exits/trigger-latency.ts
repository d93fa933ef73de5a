/** The moments of one exit, ms since 1970; null = not reached. */
export interface ExitTimestamps {
  tickAt: number | null;
  decidedAt: number | null;
  sentAt: number | null;
  acknowledgedAt: number | null;
}

export interface LatencyStage {
  exits: number;
  p50Ms: number | null;
  p95Ms: number | null;
  maxMs: number | null;
}

export interface LatencySummary {
  exits: number;
  tickToDecided: LatencyStage;
  decidedToSent: LatencyStage;
  sentToAcknowledged: LatencyStage;
  tickToAcknowledged: LatencyStage;
}

/** Percentiles of each interval by the nearest-rank method, over the exits that have both of its timestamps. */
export function summarizeLatency(exits: readonly ExitTimestamps[]): LatencySummary {
  const stage = (from: keyof ExitTimestamps, to: keyof ExitTimestamps): LatencyStage => {
    const spans = exits
      .flatMap((one) => {
        const [start, end] = [one[from], one[to]];
        // Timestamps come from several machines, so a difference can be negative: it counts as zero.
        return start === null || end === null ? [] : [Math.max(0, end - start)];
      })
      .sort((a, b) => a - b);
    const rank = (share: number): number | null => spans[Math.ceil(spans.length * share) - 1] ?? null;
    return { exits: spans.length, p50Ms: rank(0.5), p95Ms: rank(0.95), maxMs: spans.at(-1) ?? null };
  };
  return {
    exits: exits.length,
    tickToDecided: stage('tickAt', 'decidedAt'),
    decidedToSent: stage('decidedAt', 'sentAt'),
    sentToAcknowledged: stage('sentAt', 'acknowledgedAt'),
    tickToAcknowledged: stage('tickAt', 'acknowledgedAt'),
  };
}
