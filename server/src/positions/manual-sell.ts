import type { Context } from '../context.js';
import type { Market, OrderType, OwnerOrigin, TraceEntry } from '../core/domain.js';
import { d, max, roundMoney, type D } from '../core/money/money.js';
import { isDust } from '../core/position/position.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { isJobTerminal } from '../core/order/trade-job.js';
import { Batch, isDuplicateKey, type WriteResult } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import { addDustClose } from './position-writes.store.js';
import { readVenue } from '../orders/claim/read-venue.js';
import { addReservedSell, readSellByKey } from './reserved-sell.store.js';
import { lockForSell, readWatched, type LockedPosition, type PositionAccount } from './watched-position.store.js';

export type ManualContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>;

/** `idempotencyKey` makes a repeated request harmless: the owner chooses one per request. */
export interface ManualRequest {
  positionId: number;
  idempotencyKey: string;
  /** How the owner asked; the default is MANUAL. */
  origin?: OwnerOrigin;
}

/**
 * jobId null: what earlier sales left was too small for the market, so the position was closed with its dust on record.
 */
export type ManualSell = { ok: true; jobId: number | null } | Refusal;

/** What a position can still sell, to decide how much to sell. */
export interface Sellable {
  locked: LockedPosition;
  /** Neither sold nor reserved. */
  free: D;
  market: Market;
  /** The latest known price, else the opening price: for values only. */
  price: D;
}

export type ManualOrder =
  | {
      ok: true;
      kind: 'sell';
      orderType: OrderType;
      quantity: D;
      limitPrice: D | null;
      trace: TraceEntry[];
      expiresAt?: number;
    }
  | { ok: true; kind: 'dust' }
  | Refusal;

const KEY_MAX = 80;

/**
 * Sells of a position by request of its owner, even when it is locked or below its minimum profit. `prepare` runs
 * before any lock, `decide` under the lock of the position; the job and its reservation are written in that
 * transaction.
 */
export async function manualSell(
  ctx: ManualContext,
  ownerUserId: number,
  request: ManualRequest,
  steps: { prepare?: (account: PositionAccount) => Promise<void>; decide: (sellable: Sellable) => ManualOrder },
): Promise<ManualSell> {
  const { positionId, idempotencyKey, origin = 'MANUAL' } = request;
  if (idempotencyKey.length === 0 || idempotencyKey.length > KEY_MAX) return refuse('IDEMPOTENCY_CONFLICT');
  const [row] = await readWatched(ctx.db, [positionId]);
  if (!row || row.account.userId !== ownerUserId) return refuse('POSITION_NOT_FOUND');
  const key = `manual:${ownerUserId}:${idempotencyKey}`;
  const earlier = await earlierSell(ctx, key, positionId);
  if (earlier) return earlier;
  const { market, refusal } = await readVenue(ctx, { account: row.account, symbol: row.symbol });
  if (!market) return refusal ?? refuse('UNKNOWN_MARKET');
  await steps.prepare?.(row.account);
  try {
    const result = await ctx.db.transaction(async (tx): Promise<ManualSell> => {
      const locked = await lockForSell(tx, positionId);
      // The same request came twice at once, and the other one got the lock first.
      const first = locked?.sells.find((sell) => sell.idempotencyKey === key);
      if (first) {
        await tx.rollback();
        return { ok: true, jobId: first.jobId };
      }
      const known = ctx.prices.get(row.key);
      const price = known ? d(known.bid ?? known.last) : row.position.entryPrice;
      const order = locked ? judge({ locked, market, price }, steps.decide) : refuse('POSITION_NOT_FOUND');
      if (!locked || !order.ok) {
        await tx.rollback();
        return order.ok ? refuse('POSITION_NOT_FOUND') : order;
      }
      const batch = new Batch();
      const now = ctx.clock.now();
      if (order.kind === 'dust') {
        addDustClose(batch, { state: locked.state, reason: origin, price, now });
        await tx.commit(addLiveEvents(batch, ownerUserId, [{ topic: 'POSITION', entityId: positionId }]));
        return { ok: true, jobId: null };
      }
      const quoteAmount = roundMoney(order.quantity.mul(order.limitPrice ?? price));
      const position = { ...locked, id: positionId };
      addReservedSell(batch, { ...order, position, origin, quoteAmount, idempotencyKey: key, now });
      addLiveEvents(batch, ownerUserId, [
        { topic: 'JOB', entityId: { sql: '@job' } },
        { topic: 'POSITION', entityId: positionId },
      ]);
      const [inserted] = (await tx.commit(batch)) as WriteResult[];
      return { ok: true, jobId: inserted?.insertId ?? 0 };
    });
    if (!result.ok) return result;
    ctx.live.notify(ownerUserId);
    const { jobId } = result;
    const now = ctx.clock.now();
    if (jobId !== null) ctx.trades.enqueue([{ jobId, committedAt: now, queuedAt: now, isUrgent: true }]);
    return result;
  } catch (error) {
    // The same request came twice at once: return the other one's job.
    const first = isDuplicateKey(error) ? await earlierSell(ctx, key, positionId) : undefined;
    if (first) return first;
    throw error;
  }
}

function judge(
  { locked, market, price }: Omit<Sellable, 'free'>,
  decide: (sellable: Sellable) => ManualOrder,
): ManualOrder {
  if (locked.status !== 'OPEN') return refuse('POSITION_CLOSED');
  const free = locked.qtyRemaining.sub(locked.qtyReserved);
  if (free.lte(0)) return refuse('ALREADY_RESERVED', undefined, { reserved: locked.qtyReserved.toFixed(), free: '0' });
  const order = decide({ locked, free, market, price });
  if (!order.ok || order.kind === 'dust') return order;
  const value = order.limitPrice ? max(order.limitPrice, price) : price;
  if (!isDust(order.quantity, value, market)) return order;
  const numbers = { quantity: order.quantity.toFixed(), price: value.toFixed(), minimumQuantity: market.minQty };
  return refuse('MIN_NOTIONAL_NOT_MET', undefined, { ...numbers, minimumValue: market.minNotional });
}

/**
 * Whether the position may be closed out as dust: its sales left too little to sell, it cannot grow any more, and no
 * other sell holds a part of it. A position that never sold anything is never dust.
 */
export const mayEndAsDust = ({ locked, free, market, price }: Sellable): boolean =>
  locked.qtyReserved.isZero() &&
  isJobTerminal(locked.openingStatus) &&
  locked.qtyTotal.gt(locked.qtyRemaining) &&
  isDust(free, price, market);

async function earlierSell(ctx: ManualContext, key: string, positionId: number): Promise<ManualSell | undefined> {
  const job = await readSellByKey(ctx.db, key);
  if (!job) return undefined;
  return job.positionId === positionId ? { ok: true, jobId: job.jobId } : refuse('IDEMPOTENCY_CONFLICT');
}
