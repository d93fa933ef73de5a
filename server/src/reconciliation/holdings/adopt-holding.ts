import type { Context } from '../../context.js';
import { declaredFill, positionOfFills } from '../../core/position/adopt-holding.js';
import type { BookedFill } from '../../core/order/booked-fill.js';
import type { Market } from '../../core/domain.js';
import { editExits, type ExitChanges, type ExitSettings } from '../../core/exits/edit-exits.js';
import { compareHolding } from '../../core/position/holdings.js';
import { d, max, min, sum, type D } from '../../core/money/money.js';
import { isDust } from '../../core/position/position.js';
import { priceKeyOf } from '../../core/price/price-key.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { readExternalTrades, commitAdoption, lockAccount, readAdoption, type Adoption } from './adoption.store.js';
import { readSyncedAccount, type SyncedAccount } from '../account-sync.store.js';
import { endExternalAlert } from '../external-orders/end-foreign-alert.js';
import { NO_ALLOCATIONS, readAllocations, type AllocatedQuantity } from './holdings.store.js';
import { askHoldings } from './compare-holdings.js';

export interface AdoptHoldingInput {
  accountId: number;
  symbol: string;
  /** Quantity in the base asset, and its price; omit both when the trades of an external order provide them. */
  quantity?: string;
  entryPrice?: string;
  externalOrderId?: number;
  exits?: ExitChanges;
  /** Chosen by the owner for this one request. */
  idempotencyKey: string;
}

type AdoptContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live'>;

const NUMBER = /^\d{1,18}(\.\d{1,18})?$/;
const NO_EXITS: ExitSettings = {
  ...{ slEnabled: false, slPct: null, tpEnabled: false, tpPct: null, minProfitPct: null, trailingEnabled: false },
  ...{ trailingDistancePct: null, trailingArmingPct: null, timeStopHours: null, breakEvenAfterFirst: false },
};

/**
 * Makes a position of coins that were bought outside of this program, on request of their owner. Never more than the
 * account has free and in no position: the exchange is asked first, and the quantities of our positions are read before
 * that and again under the lock of the account. Sends no order. The same key makes one position.
 */
export async function adoptHolding(
  ctx: AdoptContext,
  ownerUserId: number,
  input: AdoptHoldingInput,
): Promise<{ ok: true; positionId: number } | Refusal> {
  const { accountId, symbol, idempotencyKey, externalOrderId } = input;
  if (idempotencyKey.length === 0 || idempotencyKey.length > 80) return refuse('IDEMPOTENCY_CONFLICT');
  const account = await readSyncedAccount(ctx.db, accountId);
  if (account?.userId !== ownerUserId) return refuse('ACCOUNT_NOT_FOUND');
  const key = `adopt:${ownerUserId}:${idempotencyKey}`;
  const earlier = sameRequest(await readAdoption(ctx.db, key), input);
  if (earlier) return earlier;
  const exits = editExits(NO_EXITS, input.exits ?? {}, { count: 0, share: d('0') });
  if (!exits.ok) return exits;
  const found = await readFills(ctx, ownerUserId, input);
  if (!found.ok) return found;
  const { fills } = found;
  const before = await readAllocations(ctx.db, accountId);
  const asked = await askHoldings(ctx, { account, symbol });
  if (!asked.ok) return asked;
  const { market, balances } = asked;
  const { base, quote } = market;
  const priceOf = (asset: string) => priceIn(ctx, account, `${asset}/${quote}`);
  const state = positionOfFills(fills, { base, quote, priceOf });
  if (isDust(state.qtyTotal, state.entryPrice, market)) return refuse('MIN_NOTIONAL_NOT_MET');
  const result = await ctx.db.transaction(async (tx): Promise<{ ok: true; positionId: number } | Refusal> => {
    await lockAccount(tx, accountId);
    const first = sameRequest(await readAdoption(tx, key), input);
    const claims = widest(before.get(base), (await readAllocations(tx, accountId)).get(base));
    const isTaken =
      externalOrderId !== undefined && (await readExternalTrades(tx, { externalOrderId, ownerUserId }))?.isAdopted;
    const holding = balances.find(({ asset }) => asset === base) ?? { free: '0', locked: '0' };
    const { adoptable } = compareHolding(holding, claims);
    const refusal =
      first ??
      (isTaken
        ? refuse('EXTERNAL_ORDER_NOT_FOUND', 'This order is already a position.')
        : judge(state.qtyTotal, { adoptable, claims, market }));
    if (refusal) {
      await tx.rollback();
      return refusal;
    }
    const adoption: Adoption = {
      ...{ symbol, fills, state, exits: exits.settings, idempotencyKey: key, externalOrderId },
      now: ctx.clock.now(),
    };
    return { ok: true, positionId: await commitAdoption(tx, account, adoption) };
  });
  if (!result.ok) return result;
  if (externalOrderId !== undefined) await endExternalAlert(ctx, accountId);
  ctx.live.notify(ownerUserId);
  return result;
}

function judge(
  quantity: D,
  { adoptable, claims, market }: { adoptable: D; claims: AllocatedQuantity; market: Market },
): Refusal | undefined {
  // Its coins may have arrived and not be booked yet, or be booked and about to leave.
  if (claims.isInFlight) return refuse('ORDER_BUSY');
  if (quantity.lte(adoptable)) return undefined;
  return refuse(
    'HOLDING_TOO_SMALL',
    `Of this account ${adoptable.toFixed()} ${market.base} are free and in no position.`,
  );
}

/** The trades of the external order, or what the owner stated. */
async function readFills(
  ctx: AdoptContext,
  ownerUserId: number,
  { accountId, symbol, quantity, entryPrice, externalOrderId }: AdoptHoldingInput,
): Promise<{ ok: true; fills: BookedFill[] } | Refusal> {
  if (externalOrderId === undefined) {
    const isNumber = (text: string | undefined): text is string =>
      text !== undefined && NUMBER.test(text) && d(text).gt(0);
    if (!isNumber(quantity) || !isNumber(entryPrice)) return refuse('INVALID_AMOUNT');
    return { ok: true, fills: [declaredFill({ quantity: d(quantity), price: d(entryPrice), at: ctx.clock.now() })] };
  }
  const order = await readExternalTrades(ctx.db, { externalOrderId, ownerUserId });
  if (!order || order.accountId !== accountId || order.symbol !== symbol || order.side !== 'BUY') {
    return refuse('EXTERNAL_ORDER_NOT_FOUND');
  }
  return sum(order.fills.map(({ qty }) => d(qty))).gt(0)
    ? { ok: true, fills: order.fills }
    : refuse('INVALID_AMOUNT', 'The external order has not bought anything yet.');
}

function sameRequest(
  earlier: Awaited<ReturnType<typeof readAdoption>>,
  { accountId, symbol }: AdoptHoldingInput,
): { ok: true; positionId: number } | Refusal | undefined {
  if (!earlier) return undefined;
  const isSame = earlier.accountId === accountId && earlier.symbol === symbol;
  return isSame ? { ok: true, positionId: earlier.positionId } : refuse('IDEMPOTENCY_CONFLICT');
}

/** The larger of two readings, so that coins sold and booked in between do not look free. */
function widest(
  before: AllocatedQuantity = NO_ALLOCATIONS,
  after: AllocatedQuantity = NO_ALLOCATIONS,
): AllocatedQuantity {
  return {
    inPositions: max(before.inPositions, after.inPositions),
    lockedByUs: min(before.lockedByUs, after.lockedByUs),
    isInFlight: before.isInFlight || after.isInFlight,
  };
}

function priceIn({ prices }: AdoptContext, account: SyncedAccount, symbol: string): D | undefined {
  const price = prices.get(priceKeyOf(account, symbol));
  return price && d(price.last);
}
