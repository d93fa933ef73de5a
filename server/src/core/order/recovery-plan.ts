/** An order of unknown state, with the fields that the search needs. Times are ms since 1970. */
export interface LostOrder {
  executionId: number;
  symbol: string;
  createdAt: number;
  /** It is not sent after this moment. */
  sendBefore: number;
}

/** A time window of a market's lists. One reading answers for all orders that were sent in it. */
export interface ReadingWindow {
  symbol: string;
  since: number;
  until: number;
  executionIds: number[];
}

/** Clocks may differ by this much. */
const CLOCK_MARGIN_MS = 10_000;
/** Orders sent within this interval share a reading: a list of a few minutes costs about as much as one of a moment. */
const SHARED_WITHIN_MS = 5 * 60_000;

/**
 * The fewest time windows that answer for all these orders. An exchange can create an order from just before it was
 * stored until its admission window ends, so the rest of the day is not read.
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

/** Added to the exchange's own window: clocks differ and requests can be delayed. */
const ABSENCE_MARGIN_MS = 1_000;

/** From this moment (ms since 1970) on, a lookup that finds nothing counts towards the proof that there is no order. */
export const countsFrom = ({ sendBefore }: Pick<LostOrder, 'sendBefore'>, { windowMs }: { windowMs: number }): number =>
  sendBefore + windowMs + ABSENCE_MARGIN_MS;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * The wait before the next lookup of an order that was not found. Before an absence counts, the pauses grow, because
 * the order may still appear. The first lookup that counts runs as soon as possible, the one that completes the proof a
 * moment later. `looks`: the number of lookups so far.
 */
export function nextLookInMs({
  looks,
  now,
  countsFrom,
  notFoundCount,
}: {
  looks: number;
  now: number;
  countsFrom: number;
  notFoundCount: number;
}): number {
  if (notFoundCount > 0) return FIRST_PAUSE_MS;
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, looks - 1));
  const untilItCounts = countsFrom - now + 1;
  return untilItCounts > 0 ? Math.min(pause, untilItCounts) : pause;
}
