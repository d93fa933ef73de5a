import type { Context } from '../context.js';
import { roundMoney } from '../core/money/money.js';
import { recomputeResults } from '../core/position/recompute-results.js';
import { Batch, type Tx } from '../infra/database/database.js';
import { lockOldResults, readWithoutCost } from './old-results.store.js';
import { addCost, addRecomputed } from './position-writes.store.js';

const PAGE = 500;

/**
 * Brings positions up to date that were booked before fees were part of what coins cost: their results and those of
 * their fills, worked out anew from the fills. Each position is one transaction and is marked by it (`cost_quote`), so it
 * is done once, whoever does it, and a stop in the middle leaves the rest for the next start. Answers how many were done.
 */
export async function recomputeOldResults(ctx: Pick<Context, 'db' | 'log'>): Promise<number> {
  let done = 0;
  for (let after = 0; ;) {
    const ids = await readWithoutCost(ctx.db, { after, limit: PAGE });
    for (const id of ids) if (await ctx.db.transaction((tx) => recomputeOne(ctx, tx, id))) done++;
    if (ids.length < PAGE) break;
    after = ids.at(-1) ?? after;
  }
  if (done > 0)
    ctx.log.info({ positions: done }, 'the results of earlier positions were worked out anew, with all fees');
  return done;
}

async function recomputeOne({ log }: Pick<Context, 'log'>, tx: Tx, id: number): Promise<boolean> {
  const old = await lockOldResults(tx, id);
  if (!old) {
    await tx.rollback();
    return false;
  }
  const after = recomputeResults(old);
  const batch = new Batch();
  if (!after) {
    log.error({ positionId: id }, 'the fills of a position do not add up to it; its results stay as they were');
    await tx.commit(addCost(batch, id, roundMoney(old.entryPrice.mul(old.qtyRemaining))));
    return true;
  }
  addRecomputed(batch, id, after);
  await tx.commit(batch);
  return true;
}
