/** An order of unknown fate, as far as looking for it goes. Times are ms since 1970. */
export interface LostOrder {
  executionId: number;
  symbol: string;
  createdAt: number;
  /** Nobody sends it after this. */
  sendBefore: number;
}

/** A stretch of a market's lists: all orders that were sent in it can be answered for by one reading. */
export interface ReadingWindow {
  symbol: string;
  since: number;
  until: number;
  executionIds: number[];
}

/** Clocks may differ by this much. */
const CLOCK_MARGIN_MS = 10_000;
/** Orders sent within this share a reading: a list of a few minutes costs about as much as one of a moment. */
const SHARED_WITHIN_MS = 5 * 60_000;

/**
 * The fewest stretches of lists that answer for all these orders. An exchange can have made an order from just before it
 * was written down until its admission window was over, so that what else happened that day is not read.
 */
export function readingWindows(orders: readonly LostOrder[], { windowMs }: { windowMs: number }): ReadingWindow[] {
  const windows: ReadingWindow[] = [];
  const last = new Map<string, ReadingWindow>();
  for (const { executionId, symbol, createdAt, sendBefore } of orders.toSorted((a, b) => a.createdAt - b.createdAt)) {
    const until = Math.max(createdAt, sendBefore) + windowMs + CLOCK_MARGIN_MS;
    const open = last.get(symbol);
    if (open && createdAt - open.until <= SHARED_WITHIN_MS) {
      open.until = Math.max(open.until, until);
      open.executionIds.push(executionId);
      continue;
    }
    const window = { symbol, since: createdAt - CLOCK_MARGIN_MS, until, executionIds: [executionId] };
    last.set(symbol, window);
    windows.push(window);
  }
  return windows;
}

/** Beyond the exchange's own window: clocks differ, requests linger. */
const ABSENCE_MARGIN_MS = 1_000;

/** From this moment (ms since 1970) on, a question that finds nothing counts towards proof that there is no order. */
export const countsFrom = ({ sendBefore }: Pick<LostOrder, 'sendBefore'>, { windowMs }: { windowMs: number }): number =>
  sendBefore + windowMs + ABSENCE_MARGIN_MS;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * How long to wait before an order that was not found is looked for again. Before an absence counts it may only appear,
 * which is looked for ever more rarely; the look that counts comes as soon as it can, and the one that proves a moment
 * later. `looks`: how often it was looked for in vain.
 */
export function nextLookInMs({
  looks,
  now,
  countsFrom,
  absences,
}: {
  looks: number;
  now: number;
  countsFrom: number;
  absences: number;
}): number {
  if (absences > 0) return FIRST_PAUSE_MS;
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, looks - 1));
  const untilItCounts = countsFrom - now + 1;
  return untilItCounts > 0 ? Math.min(pause, untilItCounts) : pause;
}
