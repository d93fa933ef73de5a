/** A count of a sliding window: how many entries of a key may lie within it; null = it is counted and never refuses. */
export interface WindowCount {
  key: string;
  max: number | null;
}

/**
 * When the next entry may be taken (ms since 1970) by keys with these earlier entries; 0 = now. `timesOf` gives the
 * entries of a key within the window, the oldest first.
 */
export function freeAt(
  counts: readonly WindowCount[],
  timesOf: (key: string) => readonly number[],
  windowMs: number,
): number {
  const waits = counts.map(({ key, max }) => {
    const times = timesOf(key);
    if (max === null || times.length < max) return 0;
    return (times[times.length - max] ?? 0) + windowMs;
  });
  return Math.max(0, ...waits);
}
