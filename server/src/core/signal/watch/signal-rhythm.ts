/** Fewer signals than this teach no rhythm. */
const LEAST_SIGNALS = 12;
const LEAST_LIMIT_MS = 15 * 60_000;
/** A pause this much longer than the longest so far is not by chance. */
const BEYOND_LONGEST = 1.5;
const BEYOND_USUAL = 3;

/**
 * The longest silence of a source that its own rhythm explains, in ms: half as long again as the longest pause between
 * its last signals, three times its usual pause, and at least 15 minutes. Undefined: too few signals to know.
 */
export function silenceLimit(times: readonly number[]): number | undefined {
  if (times.length < LEAST_SIGNALS) return undefined;
  const sorted = times.toSorted((a, b) => a - b);
  const pauses = sorted.slice(1).map((at, index) => at - (sorted[index] ?? at));
  const usual = pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? 0;
  return Math.max(LEAST_LIMIT_MS, Math.max(...pauses) * BEYOND_LONGEST, usual * BEYOND_USUAL);
}

/** The silence since the last signal, if the rhythm does not explain it. `times`, `now`: ms since 1970. */
export function silenceBeyondRhythm(
  times: readonly number[],
  now: number,
): { silentMs: number; limitMs: number } | undefined {
  const limitMs = silenceLimit(times);
  if (limitMs === undefined) return undefined;
  const silentMs = now - Math.max(...times);
  return silentMs > limitMs ? { silentMs, limitMs } : undefined;
}
