/** One promise of docs/RELIABILITY.md, with the observed result. */
export interface GuaranteeResult {
  /** R1, R2, ... */
  guarantee: string;
  what: string;
  figure: string;
  target: string;
  holds: boolean;
  /** Commands that repeat the failed cases. */
  replay?: string[];
}

/** The sizes of the run; the full sizes are the defaults of `npm run chaos`. */
export interface Sizes {
  seeds: number;
  /** The first seed. */
  firstSeed: number;
  workers: number;
  /** Jobs over a real socket, for R1 and R4. */
  socketJobs: number;
  kills: number;
  /** Resting orders of R5. */
  liveOrders: number;
  signals: number;
  /** Generated orders of R9. */
  orders: number;
  /** How often the recording of R18 is played. */
  replays: number;
}

export const FULL: Sizes = {
  ...{
    seeds: 10_000,
    firstSeed: 1,
    workers: 2,
    socketJobs: 400,
    kills: 1_000,
    liveOrders: 200,
    signals: 1_000,
    orders: 100_000,
    replays: 10,
  },
};
export const QUICK: Sizes = {
  ...{
    seeds: 200,
    firstSeed: 1,
    workers: 2,
    socketJobs: 60,
    kills: 21,
    liveOrders: 40,
    signals: 90,
    orders: 20_000,
    replays: 1,
  },
};

const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
};
/** The value at this quantile, as '12.0 s'. */
export const seconds = (values: readonly number[], share: number): string =>
  `${(percentile(values, share) / 1000).toFixed(1)} s`;
export const p99 = (values: readonly number[]): number => percentile(values, 0.99);
export const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

export function printResults(rows: readonly GuaranteeResult[]): void {
  const head = ['promise', 'what', 'figure', 'target', ''];
  const lines = rows.map((row) => [row.guarantee, row.what, row.figure, row.target, row.holds ? 'holds' : 'BROKEN']);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0), title.length),
  );
  const text = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  process.stdout.write(`${[head, ...lines].map(text).join('\n')}\n`);
  for (const { replay = [] } of rows) for (const command of replay) process.stdout.write(`replay: ${command}\n`);
}
