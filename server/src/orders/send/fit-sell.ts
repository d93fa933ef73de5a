import type { Context } from '../../context.js';
import type { Market } from '../../core/domain.js';
import { fitToWallet, type Fit, type Wallet } from '../../core/order/fit-to-wallet.js';
import { d, sum, type D } from '../../core/money/money.js';
import { applyOutcome } from '../../core/order/apply-outcome.js';
import { priceKeyOf } from '../../core/price/price-key.js';
import type { Refusal } from '../../core/reasons.js';
import type { Exchange } from '../../exchange/exchange.js';
import { Batch, type WriteResult } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { askWallet } from './ask-wallet.js';
import { readBooking, type BookingRecords } from '../outcome/booking.store.js';
import { addOutcomes } from '../outcome/add-outcomes.js';
import { readLockedByOurSells } from '../recover/open-order.store.js';
import { addExecution, addSmallerSize } from '../stores/trade-order.store.js';
import { nextExecution, type NextExecution } from '../claim/next-execution.js';

/**
 * send: a new order for the available coins is committed; the receiver may send it once
 * refused: nothing was written and the refusal stands; `unsellable` says that nothing could be sold at all
 */
export type FittedSell =
  { kind: 'send'; executionId: number; order: NextExecution } | { kind: 'refused'; unsellable?: Refusal };

/** Nothing was filled, so no fee needs a price. */
const NO_PRICE = () => undefined;

/** How often a sell is sent in total before a refusal of the exchange is final. */
const ATTEMPTS_MAX = 4;

/**
 * After an exchange refused a sell for lack of coins: reads the balance of the wallet and creates the next order of the
 * job for it. The same transaction marks the refused execution as REJECTED. The missing quantity is noted on the job,
 * and taken off its positions when the rest is sold.
 */
export async function fitSell(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices'> & { live: LiveNotifier },
  {
    executionId,
    order,
    exchange,
    market,
    message,
    sentAt,
  }: {
    executionId: number;
    order: NextExecution;
    exchange: Exchange;
    market: Market;
    message: string;
    sentAt: number;
  },
): Promise<FittedSell> {
  if (order.attempt >= ATTEMPTS_MAX) return { kind: 'refused' };
  const wallet = await askWallet(ctx, exchange, market.base);
  if (!wallet) return { kind: 'refused' };
  const result = await ctx.db.transaction(async (tx): Promise<FittedSell & { userId?: number }> => {
    const records = await readBooking(tx, executionId);
    const now = ctx.clock.now();
    const outcome = records && applyOutcome({ ...records, market, priceOf: NO_PRICE }, { kind: 'short', message }, now);
    if (!records || !outcome) {
      await tx.rollback();
      return { kind: 'refused' };
    }
    const { account } = records;
    const held = { accountId: account.id, asset: market.base, exceptExecutionId: executionId };
    const fit = fitOf(ctx, { records, order, market, wallet, lockedByUs: await readLockedByOurSells(tx, held) });
    if (fit.kind === 'nothing') {
      await tx.rollback();
      return { kind: 'refused', unsellable: fit.refusal };
    }
    const next = nextOrder(records, { order, quantity: fit.quantity, now });
    const batch = new Batch();
    addExecution(batch, next);
    const { quantity, missing } = fit;
    const source = `the wallet, asked after the exchange refused the order; ${missing.toFixed()} ${market.base} are missing`;
    addSmallerSize(batch, { jobId: records.job.id, quantity, missing, source });
    addOutcomes(batch, [{ records, outcome, now, timestamps: { sentAt, acknowledgedAt: now } }]);
    const [inserted] = (await tx.commit(batch)) as WriteResult[];
    return { kind: 'send', executionId: inserted?.insertId ?? 0, order: next, userId: account.userId };
  });
  const { userId, ...fitted } = result;
  if (userId !== undefined) ctx.live.notify(userId);
  return fitted;
}

function fitOf(
  ctx: Pick<Context, 'prices'>,
  {
    records,
    order,
    ...facts
  }: { records: BookingRecords; order: NextExecution; market: Market; wallet: Wallet; lockedByUs: D },
): Fit {
  const live = records.reservations.filter(({ isLive }) => isLive);
  const known = ctx.prices.get(priceKeyOf(records.account, records.job.symbol));
  const opening = live[0]?.position.entryPrice ?? d('0');
  const price = order.limitPrice ?? (known ? d(known.bid ?? known.last) : opening);
  return fitToWallet({ ...facts, price, wanted: sum(live.map(({ qty, qtySold }) => qty.sub(qtySold))) });
}

function nextOrder(
  { job, account }: BookingRecords,
  { order, quantity, now }: { order: NextExecution; quantity: D; now: number },
): NextExecution {
  const { orderType, limitPrice, tradeMode, side, attempt } = order;
  const address = { jobId: job.id, account: { ...account, isActive: true }, tradeMode, side, createdAt: job.createdAt };
  return nextExecution(address, { attempt: attempt + 1, claimedAt: now, orderType, quantity, limitPrice });
}
