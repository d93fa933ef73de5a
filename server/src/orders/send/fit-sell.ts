import type { Context } from '../../context.js';
import type { Market } from '../../core/domain.js';
import { fitToWallet, type Fit, type Wallet } from '../../core/order/fit-to-wallet.js';
import { d, sum, toText, type D } from '../../core/money/money.js';
import { isOrderUnresolved } from '../../core/order/order.js';
import { priceKeyOf } from '../../core/price/price-key.js';
import type { Refusal } from '../../core/reasons.js';
import type { Exchange } from '../../exchange/exchange.js';
import { Batch, type WriteResult } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import type { LiveNotifier } from '../../ports.js';
import { askWallet, lockedByOurSells } from './ask-wallet.js';
import { readBooking, type BookingRecords } from '../outcome/booking.store.js';
import { addExecution } from '../claim/execution-writes.store.js';
import { nextExecution, type NextExecution } from '../claim/next-execution.js';

/**
 * send     a new order for what is there is committed, and may be sent once by whoever got this
 * refused  nothing was written; the refusal stands, `unsellable` says that nothing could be sold at all
 */
export type FittedSell =
  { kind: 'send'; executionId: number; order: NextExecution } | { kind: 'refused'; unsellable?: Refusal };

/** So often in all a sell is sent before the refusal of an exchange is taken for its last word. */
const ATTEMPTS_MAX = 4;

/**
 * After an exchange has refused a sell for lack of coins: asks what the wallet holds, and makes the next order of the
 * job for that. The refused execution is written as REJECTED in the same transaction; what the wallet lacks is noted on
 * the job and taken off its positions when the rest is sold.
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
    if (records?.job.status !== 'EXECUTING' || !isOrderUnresolved(records.execution.status)) {
      await tx.rollback();
      return { kind: 'refused' };
    }
    const { account } = records;
    const held = { accountId: account.id, asset: market.base, exceptExecutionId: executionId };
    const fit = fitOf(ctx, { records, order, market, wallet, lockedByUs: await lockedByOurSells(tx, held) });
    if (fit.kind === 'nothing') {
      await tx.rollback();
      return { kind: 'refused', unsellable: fit.refusal };
    }
    const now = ctx.clock.now();
    const next = nextOrder(records, { order, quantity: fit.quantity, now });
    const batch = new Batch();
    addExecution(batch, next);
    addRefused(batch, { executionId, message, sentAt, now });
    addFit(batch, { jobId: records.job.id, fit, base: market.base });
    const [inserted] = (await tx.commit(
      addLiveEvents(batch, account.userId, [{ topic: 'JOB', entityId: records.job.id }]),
    )) as WriteResult[];
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

function addRefused(
  batch: Batch,
  { executionId, message, sentAt, now }: { executionId: number; message: string; sentAt: number; now: number },
): void {
  batch.add(
    `UPDATE trade_executions SET status_exchange = 'REJECTED', error_message = ?, booked_at = ?,
       sent_at = COALESCE(sent_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?) WHERE id = ?`,
    [message.slice(0, 500), new Date(now), new Date(sentAt), new Date(now), executionId],
  );
}

function addFit(
  batch: Batch,
  { jobId, fit, base }: { jobId: number; fit: Extract<Fit, { kind: 'sell' }>; base: string },
): void {
  const source = `the wallet, asked after the exchange refused the order; ${fit.missing.toFixed()} ${base} are missing`;
  batch.add(
    `UPDATE trade_jobs SET base_quantity = ?, missing_quantity = ?,
       trace_json = JSON_ARRAY_APPEND(COALESCE(trace_json, '[]'), '$', JSON_OBJECT('name', ?, 'value', ?, 'source', ?))
     WHERE id = ?`,
    [toText(fit.quantity), toText(fit.missing), 'quantity there', fit.quantity.toFixed(), source, jobId],
  );
}
