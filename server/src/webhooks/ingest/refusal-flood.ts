import type { Context } from '../../context.js';
import type { ReasonCode } from '../../core/reasons.js';
import { addRefusalCounts, type RefusalCount } from './refusal-count.store.js';

const MINUTE_MS = 60_000;
const ROWS_PER_MINUTE = 30;
const FLUSH_MS = 1_000;

export interface RefusalFlood {
  /** Whether a refusal gets its rows. If not, it was counted, and that is all that is kept of it. */
  keepsRows(sourceId: number, reason: ReasonCode, nowMs: number): boolean;
  /** Writes what was counted. */
  stop(): Promise<void>;
}

/**
 * The first refusals of a source in a minute get a receipt and a blocked attempt each. When more come, they are counted
 * per source, minute and reason, and written once a second, so that a stranger who knows an address neither fills the
 * disk nor keeps the database busy.
 */
export function createRefusalFlood({ db, log }: Pick<Context, 'db' | 'log'>): RefusalFlood {
  const kept = new Map<number, { minuteAt: number; rows: number }>();
  let counts = new Map<string, RefusalCount>();
  let timer: NodeJS.Timeout | undefined;
  const add = (one: RefusalCount): void => {
    const key = `${one.sourceId} ${one.minuteAt} ${one.reason}`;
    counts.set(key, { ...one, refused: (counts.get(key)?.refused ?? 0) + one.refused });
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = [...counts.values()];
    counts = new Map();
    if (batch.length === 0) return;
    await addRefusalCounts(db, batch).catch((err: unknown) => {
      log.warn({ err }, 'refused signals could not be counted now');
      for (const one of batch) add(one);
    });
  };
  return {
    keepsRows(sourceId, reason, nowMs) {
      const minuteAt = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
      const known = kept.get(sourceId);
      const rows = known?.minuteAt === minuteAt ? known.rows : 0;
      kept.set(sourceId, { minuteAt, rows: rows + 1 });
      if (rows < ROWS_PER_MINUTE) return true;
      add({ sourceId, minuteAt, reason, refused: 1 });
      timer ??= setTimeout(() => void flush(), FLUSH_MS);
      timer.unref();
      return false;
    },
    stop: flush,
  };
}
