import type { Context } from '../context.js';
import { planBooking, type Booking } from '../core/book-order.js';
import type { JobStatus, Market } from '../core/domain.js';
import { d, toText, type D } from '../core/money.js';
import { isOrderOver, isOrderUnresolved } from '../core/order.js';
import { priceKeyOf, type PricedAccount } from '../core/price-key.js';
import type { ReasonCode } from '../core/reasons.js';
import type { OrderSnapshot } from '../exchange/exchange.js';
import { Batch } from '../infra/database.js';
import type { LiveWaker } from '../infra/live-events.js';
import type { PriceBoard } from '../prices/price-board.js';
import { addBooking, type AlertWrite } from './booking-writes.store.js';
import { readBooking, type BookingRecords } from './booking.store.js';

export interface BookOrderInput {
  executionId: number;
  order: OrderSnapshot;
  /** ms since 1970; kept from the first booking that knows them */
  sentAt?: number;
  acknowledgedAt?: number;
  /** The market's minimums, when the caller has them at hand; else a finished sell asks the exchange for them. */
  market?: Market;
  /** Why the order was stopped, when it was us who stopped it. */
  stopReason?: ReasonCode;
}

/**
 * Books what an exchange says of an order: fills, position, vault, promises, job and live events in one
 * transaction. Serves the answer to `place`, the recovery lookup, the resting order and the cancel alike; an answer
 * that is booked already changes nothing. Throws when there is no such execution or the order is another one.
 */
export async function bookOrder(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'balances'> & { live: LiveWaker },
  input: BookOrderInput,
): Promise<{ status: JobStatus }> {
  let market: Market | null | undefined = input.market;
  for (;;) {
    const result = await ctx.db.transaction(async (tx) => {
      const records = await readBooking(tx, input.executionId);
      if (!records) throw new Error(`there is no execution ${input.executionId}`);
      if (records.execution.clientOrderId !== input.order.clientOrderId) {
        throw new Error(`order ${input.order.clientOrderId} is not the one of execution ${input.executionId}`);
      }
      if (market === undefined && isFinishedSell(records, input.order)) {
        await tx.rollback();
        return { records };
      }
      const now = ctx.clock.now();
      const booking = planBooking({
        ...records,
        order: input.order,
        market: market ?? undefined,
        priceOf: (asset) => priceIn(ctx.prices, { account: records.account, asset, quote: records.quote }),
        stopReason: input.stopReason,
        now,
      });
      await tx.commit(writesOf(records, booking, input, now));
      return { records, booking };
    });
    if (result.booking) {
      report(ctx, input, result.records, result.booking);
      return { status: result.booking.job.status };
    }
    // Asked outside the transaction: no row stays locked while an exchange thinks.
    market = await marketOf(ctx, result.records);
  }
}

const isFinishedSell = (records: BookingRecords, order: OrderSnapshot): boolean =>
  records.job.side === 'SELL' && isOrderOver(order.status) && !isOrderOver(records.execution.status);

/** null when the exchange cannot say: dust then stays open, which is better than a fill that is not booked. */
async function marketOf(
  ctx: Pick<Context, 'exchanges' | 'log'>,
  { account, job }: BookingRecords,
): Promise<Market | null> {
  const found = ctx.exchanges.forAccount(account);
  if ('refusal' in found) return null;
  try {
    return (await found.exchange.market(job.symbol)) ?? null;
  } catch (error) {
    ctx.log.warn({ err: error, jobId: job.id }, 'the market could not be read; dust stays open');
    return null;
  }
}

function writesOf(records: BookingRecords, booking: Booking, input: BookOrderInput, now: number): Batch {
  const batch = new Batch();
  const moments = [dateOf(input.sentAt), dateOf(input.acknowledgedAt ?? now), records.execution.id];
  const alerts = alertsOf(records, booking);
  if (!booking.changed) {
    batch.add(
      'UPDATE trade_executions SET sent_at = COALESCE(sent_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?) WHERE id = ?',
      moments,
    );
    return alerts.length > 0 ? addBooking(batch, records, { alerts, now }) : batch;
  }
  const { execution, job } = booking;
  batch.add(
    `UPDATE trade_executions SET exchange_order_id = ?, status_exchange = ?, executed_qty = ?, cumm_quote_qty = ?,
       avg_price = ?, fills_json = ?, raw_response_json = ?, filled_at = ?, booked_at = ?,
       sent_at = COALESCE(sent_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?) WHERE id = ?`,
    [
      ...[input.order.exchangeOrderId, execution.status, toText(execution.executedQty), toText(execution.cummQuoteQty)],
      ...[toText(execution.avgPrice), JSON.stringify(execution.fills), JSON.stringify(input.order.raw ?? input.order)],
      ...[dateOf(execution.filledAt), new Date(now), ...moments],
    ],
  );
  if (isOrderUnresolved(records.execution.status)) addAlertEnd(batch, records.execution.id, now);
  const jobChanged = job.status !== records.job.status ? job : undefined;
  return addBooking(batch, records, { ...booking, job: jobChanged, alerts, now });
}

/** An order nobody knew the fate of is known now. */
function addAlertEnd(batch: Batch, executionId: number, now: number): void {
  batch.add('UPDATE system_alerts SET resolved_at = ?, open_key = NULL WHERE open_key = ?', [
    new Date(now),
    orderUnknownKey(executionId),
  ]);
}
export const orderUnknownKey = (executionId: number): string => `ORDER_UNKNOWN:execution:${executionId}`;

const dateOf = (ms: number | null | undefined): Date | null => (ms === null || ms === undefined ? null : new Date(ms));

function alertsOf({ job, execution, quote }: BookingRecords, booking: Booking): AlertWrite[] {
  const alerts: AlertWrite[] = [];
  for (const { vaultId, posted } of booking.vaultMoves) {
    if (!posted.shortfall.gt(0)) continue;
    alerts.push({
      type: 'LEDGER_DRIFT',
      severity: 'critical',
      message: `Vault ${vaultId} lacked ${posted.shortfall.toFixed()} ${quote} for job ${job.id}: the order cost more than the vault held.`,
      openKey: `LEDGER_DRIFT:job:${job.id}`,
    });
  }
  const wrong =
    booking.contradiction ?? (booking.unallocatedQty.gt(0) ? unallocated(booking.unallocatedQty) : undefined);
  if (wrong) {
    alerts.push({
      type: 'POSITION_INVALID_QTY',
      severity: 'critical',
      message: `Job ${job.id}, order ${execution.clientOrderId}: ${wrong}.`,
      openKey: `POSITION_INVALID_QTY:execution:${execution.id}`,
    });
  }
  return alerts;
}
const unallocated = (qty: D): string => `${qty.toFixed()} was sold beyond what the positions had promised`;

/** What an asset is worth in the quote asset where the account trades. */
function priceIn(
  prices: PriceBoard,
  { account, asset, quote }: { account: PricedAccount; asset: string; quote: string },
): D | undefined {
  const direct = prices.get(priceKeyOf(account, `${asset}/${quote}`));
  if (direct) return d(direct.last);
  const inverse = prices.get(priceKeyOf(account, `${quote}/${asset}`));
  return inverse && d('1').div(d(inverse.last));
}

function report(
  ctx: Pick<Context, 'log' | 'balances'> & { live: LiveWaker },
  { executionId }: BookOrderInput,
  { account, job }: BookingRecords,
  booking: Booking,
): void {
  if (booking.unpricedFeeAssets.length > 0) {
    ctx.log.warn(
      { executionId, assets: booking.unpricedFeeAssets },
      'fees without a known price count as zero in profit',
    );
  }
  if (booking.contradiction) ctx.log.error({ executionId, jobId: job.id }, booking.contradiction);
  if (booking.changed || booking.contradiction) ctx.live.wake(account.userId);
  // What was bought, sold or set free changed what the account holds at its exchange.
  if (booking.changed) ctx.balances?.touch(account);
}
