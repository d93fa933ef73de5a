/** The results that separate the bins of a distribution, in percent of what was invested, rising. */
export const RESULT_EDGES_PCT = ['-10', '-5', '-2', '-1', '0', '1', '2', '5', '10'] as const;

/** The bounds of a bin in percent: `from` is part of it, `to` is not; null = without end. */
export interface ResultBin {
  fromPct: string | null;
  toPct: string | null;
}

/** The bin below the first edge has the number 0, the one from the last edge on the highest. */
export function resultBin(number: number): ResultBin {
  if (!Number.isInteger(number) || number < 0 || number > RESULT_EDGES_PCT.length)
    throw new RangeError(`there is no bin ${number}`);
  return { fromPct: RESULT_EDGES_PCT[number - 1] ?? null, toPct: RESULT_EDGES_PCT[number] ?? null };
}
