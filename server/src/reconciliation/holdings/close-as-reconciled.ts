import type { Context } from '../../context.js';
import { compareHolding } from '../../core/position/holdings.js';
import { d } from '../../core/money/money.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { isDust, takeOffMissing } from '../../core/position/position.js';
import { addAlertEnds } from '../../alerts/alert-writes.store.js';
import { unsellableKey } from '../../core/position/unsellable-alert.js';
import { addPositionState } from '../../orders/stores/trade-position.store.js';
import { addDustClose } from '../../positions/position-writes.store.js';
import { lockForSell } from '../../positions/watched-position.store.js';
import { lockAccount } from './adoption.store.js';
import { readSyncedAccount } from '../account-sync.store.js';
import { NO_ALLOCATIONS, readAllocations, readOwnedPosition } from './holdings.store.js';
import { askHoldings } from './compare-holdings.js';

/**
 * Removes missing coins from a position, on request of its owner: coins that were sold, moved or spent outside of this
 * program. They are recorded at their cost, so no profit is booked; no order is sent. Only what the account lacks is
 * removed. The rest stays in the open position, which closes when no order could sell the rest. Refused while the
 * account has the coins of all its positions, and while a sell of the position is live. A repeated request changes
 * nothing.
 */
export async function closeAsReconciled(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'exchanges' | 'live'>,
  ownerUserId: number,
  { positionId }: { positionId: number },
): Promise<{ ok: true; positionId: number } | Refusal> {
  const row = await readOwnedPosition(ctx.db, { positionId, ownerUserId });
  const account = row && (await readSyncedAccount(ctx.db, row.accountId));
  if (!row || !account) return refuse('POSITION_NOT_FOUND');
  if (row.status !== 'OPEN') {
    return row.closeReason === 'RECONCILIATION' ? { ok: true, positionId } : refuse('POSITION_CLOSED');
  }
  const asked = await askHoldings(ctx, { account, symbol: row.symbol });
  if (!asked.ok) return asked;
  const { base } = asked.market;
  const result = await ctx.db.transaction(async (tx): Promise<{ ok: true; positionId: number } | Refusal> => {
    // Only one of two positions that lack the same coins closes.
    await lockAccount(tx, account.id);
    const locked = await lockForSell(tx, positionId);
    const claims = (await readAllocations(tx, account.id)).get(base) ?? NO_ALLOCATIONS;
    const holding = asked.balances.find(({ asset }) => asset === base) ?? { free: '0', locked: '0' };
    const { shortage } = compareHolding(holding, claims);
    const refusal = judge({ isOpen: locked?.status === 'OPEN', isReserved: locked?.qtyReserved.gt(0), ...claims });
    if (!locked || refusal || shortage.lte(0)) {
      await tx.rollback();
      const held = d(holding.free).add(d(holding.locked)).toFixed();
      const present = `The account has ${held} ${base}, enough for its open positions; sell the position instead.`;
      return refusal ?? refuse('HOLDING_PRESENT', present);
    }
    const now = ctx.clock.now();
    const batch = new Batch();
    const state = takeOffMissing(locked.state, shortage, now);
    const price = locked.watched.entryPrice;
    if (isDust(state.qtyRemaining, price, asked.market)) {
      addDustClose(batch, { state, price, now, reason: 'RECONCILIATION' });
    } else {
      addPositionState(batch, { ...state, unsellable: null }, now);
      if (state.unsellable) addAlertEnds(batch, [unsellableKey(positionId)], now);
    }
    await tx.commit(addLiveEvents(batch, ownerUserId, [{ topic: 'POSITION', entityId: positionId }]));
    return { ok: true, positionId };
  });
  if (result.ok) ctx.live.notify(ownerUserId);
  return result;
}

function judge(facts: { isOpen: boolean; isReserved: boolean | undefined; isInFlight: boolean }): Refusal | undefined {
  if (!facts.isOpen) return refuse('POSITION_CLOSED');
  if (facts.isReserved) return refuse('ALREADY_RESERVED', 'A sell of the position is live; cancel it first.');
  return facts.isInFlight ? refuse('ORDER_BUSY') : undefined;
}
