import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.js';
import { keepDays, RETENTION_RULES, type RetentionRule } from '../core/operations/retention.js';
import { deleteOldRows } from './retention.store.js';

const STEP_ROWS = 500;
/** Between two steps, so that the load of the cleaning stays small beside trading. */
const PAUSE_MS = 25;

/**
 * Deletes rows that are kept long enough (core/operations/retention.ts), in small steps, until none is left or `signal`
 * aborts. Returns how many of each table are gone.
 */
export async function cleanUp(
  { db }: Pick<Context, 'db'>,
  { config, signal }: { config: unknown; signal: AbortSignal },
): Promise<Partial<Record<RetentionRule, number>>> {
  const deleted: Partial<Record<RetentionRule, number>> = {};
  for (const rule of RETENTION_RULES) {
    const days = keepDays(rule, config);
    for (let step = STEP_ROWS; step === STEP_ROWS && !signal.aborted;) {
      step = await deleteOldRows(db, rule, { days, limit: STEP_ROWS });
      deleted[rule] = (deleted[rule] ?? 0) + step;
      if (step === STEP_ROWS) await sleep(PAUSE_MS);
    }
  }
  return deleted;
}
