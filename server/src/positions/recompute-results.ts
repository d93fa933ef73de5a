import type { Context } from '../context.js';
import { roundMoney } from '../core/money/money.js';
import { recomputeResults } from '../core/position/recompute-results.js';
import { Batch, type Tx } from '../infra/database/database.js';
import { lockOldResults, readWithoutCost } from './old-results.store.js';
import { addCost, addRecomputed } from './position-writes.store.js';

const PAGE = 500;

/**
 * Recomputes the results of positions, and of their fills, that were booked before fees became part of the cost. Each
 * position is one transaction, which also marks it (`cost_quote`): it is recomputed once, by whichever process, and
 * after a stop in the middle the next start continues. Returns how many were recomputed.
 */
export async function recomputeOldResults(ctx: Pick<Context, 'db' | 'log'>): Promise<number> {
  let done = 0;
  for (let after = 0; ;) {
    const ids = await readWithoutCost(ctx.db, { after, limit: PAGE });
    for (const id of ids) if (await ctx.db.transaction((tx) => recomputeOne(ctx, tx, id))) done++;
    if (ids.length < PAGE) break;
    after = ids.at(-1) ?? after;
  }
  if (done > 0) ctx.log.info({ positions: done }, 'the results of earlier positions were recomputed with all fees');
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
    log.error(
      { positionId: id },
      'the fills of a position do not add up to its quantity; its results stay as they were',
    );
    await tx.commit(addCost(batch, id, roundMoney(old.entryPrice.mul(old.qtyRemaining))));
    return true;
  }
  addRecomputed(batch, id, after);
  await tx.commit(batch);
  return true;
}
