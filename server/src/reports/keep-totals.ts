import type { Context } from '../context.js';
import { repeat, type Repeated } from '../infra/repeat.js';
import { COUNTED_AT_ONCE, countChanges } from './trading-totals.store.js';

const EVERY_MS = 2_000;

/**
 * Brings the totals up to date, over and over. Any number of processes may do it; each counts other rows. Readings are
 * exact without it, and slower the more is not counted.
 */
export const keepTotals = (ctx: Pick<Context, 'db' | 'log'>): Repeated =>
  repeat(EVERY_MS, async (isStopped) => {
    try {
      while (!isStopped() && (await countChanges(ctx.db)) >= COUNTED_AT_ONCE);
    } catch (err) {
      ctx.log.error({ err }, 'the totals were not brought up to date; readings stay exact');
    }
  });
