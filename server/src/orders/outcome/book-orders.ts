import type { Context } from '../../context.js';
import { planBooking, type Booking } from '../../core/order/book-order.js';
import type { JobStatus, Market } from '../../core/domain.js';
import { d, toText, type D } from '../../core/money/money.js';
import { isOrderTerminal, isOrderUnresolved } from '../../core/order/order.js';
import { priceKeyOf, type PricedAccount } from '../../core/price/price-key.js';
import { REASONS, type ReasonCode } from '../../core/reasons.js';
import type { OrderSnapshot } from '../../exchange/exchange.js';
import { Batch, type Tx } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import type { PriceBoard } from '../../ports.js';
import { addBookings, type AlertWrite, type BookingWrites } from './booking-writes.store.js';
import { readBooking, readBookings, type BookingKey, type BookingRecords } from './booking.store.js';
import { unsellableAlert } from '../../core/position/unsellable-alert.js';

export interface BookOrderInput {
  executionId: number;
  /** Saves a round trip when the caller has it. */
  key?: BookingKey;
  order: OrderSnapshot;
  /** ms since 1970; kept from the first booking that knows them */
  sentAt?: number;
  acknowledgedAt?: number;
  /**
   * The market's minimums, when the caller has them at hand; else a finished sell asks the exchange for them. null: it
   * cannot say, so that dust stays open.
   */
  market?: Market | null | undefined;
  /** What fees in other assets are worth in the quote asset, where the price board does not know; undefined = not asked. */
  feePrices?: ReadonlyMap<string, D>;
  /** Why the order was stopped, when it was us who stopped it. */
  stopReason?: ReasonCode;
}

/**
 * Of a finished sell whose caller does not know the market, or of fees that nobody has a price for: nothing was booked,
 * ask again with it.
 */
export type BookedOrder =
  { status: JobStatus } | { marketOf: BookingRecords } | { feesOf: BookingRecords; assets: readonly string[] };

/**
 * `bookOrder` for several orders in one transaction. More than one must be buys of one quote asset with their keys,
 * each of another execution: a sell may share its positions with another one, so it is booked by itself.
 */
export async function bookOrders(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'balances'> & { live: LiveNotifier },
  inputs: readonly BookOrderInput[],
): Promise<BookedOrder[]> {
  const booked = await ctx.db.transaction(async (tx) => {
    const records = await readAll(tx, inputs);
    const [first] = records;
    if (first && inputs[0]?.market === undefined && isFinishedSell(first, inputs[0]?.order)) {
      await tx.rollback();
      return { marketOf: first };
    }
    const now = ctx.clock.now();
    const batch = new Batch();
    const writes: { records: BookingRecords; writes: BookingWrites }[] = [];
    const bookings = inputs.map((input, index) => {
      const mine = records[index] as BookingRecords;
      const booking = planOne(ctx, input, mine, now);
      const written = addExecutionWrites(batch, { input, records: mine, booking, now });
      if (written) writes.push({ records: mine, writes: written });
      return { input, records: mine, booking };
    });
    const [only] = bookings;
    if (only && inputs.length === 1 && only.input.feePrices === undefined && isUnpriced(only.booking)) {
      await tx.rollback();
      return { feesOf: only.records, assets: only.booking.unpricedFeeAssets };
    }
    await tx.commit(addBookings(batch, writes));
    return bookings;
  });
  if ('marketOf' in booked || 'feesOf' in booked) return [booked];
  for (const { input, records, booking } of booked) report(ctx, input, records, booking);
  return booked.map(({ booking }) => ({ status: booking.job.status }));
}

async function readAll(tx: Tx, inputs: readonly BookOrderInput[]): Promise<BookingRecords[]> {
  const keys = inputs.flatMap(({ key }) => key ?? []);
  const isGroup = inputs.length > 1;
  if (
    isGroup &&
    !(keys.length === inputs.length && keys.every((key) => key.side === 'BUY' && key.quote === keys[0]?.quote))
  )
    throw new RangeError('only buys of one quote asset are booked together');
  const found = isGroup ? await readBookings(tx, keys) : undefined;
  const all: BookingRecords[] = [];
  for (const { executionId, key, order } of inputs) {
    const records = found ? found.get(executionId) : await readBooking(tx, executionId, key);
    if (!records) throw new Error(`there is no execution ${executionId}`);
    if (records.execution.clientOrderId !== order.clientOrderId) {
      throw new Error(`order ${order.clientOrderId} is not the one of execution ${executionId}`);
    }
    all.push(records);
  }
  return all;
}

const isUnpriced = ({ changed, unpricedFeeAssets }: Booking): boolean => changed && unpricedFeeAssets.length > 0;

const isFinishedSell = (records: BookingRecords, order: OrderSnapshot | undefined): boolean =>
  records.job.side === 'SELL' && !!order && isOrderTerminal(order.status) && !isOrderTerminal(records.execution.status);

/** The vaults' states go on from one booking of the transaction to the next. */
function planOne(
  ctx: Pick<Context, 'prices'>,
  { order, market, stopReason, feePrices }: BookOrderInput,
  records: BookingRecords,
  now: number,
): Booking {
  const booking = planBooking({
    ...records,
    order,
    market: market ?? undefined,
    priceOf: (asset) =>
      priceIn(ctx.prices, { account: records.account, asset, quote: records.quote }) ?? feePrices?.get(asset),
    stopReason,
    now,
  });
  for (const { vaultId, posted } of booking.vaultMoves) records.vaults.set(vaultId, posted.after);
  return booking;
}

/** Writes the execution's row and answers what else there is to write; undefined when nothing has changed. */
function addExecutionWrites(
  batch: Batch,
  { input, records, booking, now }: { input: BookOrderInput; records: BookingRecords; booking: Booking; now: number },
): BookingWrites | undefined {
  const timestamps = [dateOf(input.sentAt), dateOf(input.acknowledgedAt ?? now), records.execution.id];
  const alerts = alertsOf(records, booking);
  if (!booking.changed) {
    batch.add(
      'UPDATE trade_executions SET sent_at = COALESCE(sent_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?) WHERE id = ?',
      timestamps,
    );
    return alerts.length > 0 ? { alerts, now } : undefined;
  }
  const { execution, job } = booking;
  batch.add(
    `UPDATE trade_executions SET exchange_order_id = ?, status_exchange = ?, executed_qty = ?, cumm_quote_qty = ?,
       avg_price = ?, fills_json = ?, raw_response_json = ?, filled_at = ?, booked_at = ?,
       sent_at = COALESCE(sent_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?) WHERE id = ?`,
    [
      ...[input.order.exchangeOrderId, execution.status, toText(execution.executedQty), toText(execution.cummQuoteQty)],
      ...[toText(execution.avgPrice), JSON.stringify(execution.fills), JSON.stringify(input.order.raw ?? input.order)],
      ...[dateOf(execution.filledAt), new Date(now), ...timestamps],
    ],
  );
  // Nobody alerts before the sender has given up, so the usual answer has no alert to end.
  const mayHaveAlert = isOrderUnresolved(records.execution.status) && now > records.execution.sendBefore;
  if (mayHaveAlert) addAlertEnd(batch, records.execution.id, now);
  return { ...booking, job: job.status !== records.job.status ? job : undefined, alerts, now };
}

/** An order nobody knew the fate of is known now. */
export function addAlertEnd(batch: Batch, executionId: number, now: number): void {
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
  alerts.push(...shortfallAlerts(job, booking));
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
/** An exit sold what was there: the rest is an alert, since nobody else knows where it went. */
function shortfallAlerts({ id, symbol }: BookingRecords['job'], { shortfalls, unsold }: Booking): AlertWrite[] {
  const [base = '', quote = ''] = symbol.split('/');
  const short = shortfalls.map(({ positionId, qty, value }) => ({
    type: 'POSITION_SHORTFALL' as const,
    severity: 'high' as const,
    message:
      `${qty.toFixed()} ${base} of position ${positionId} (${symbol}), worth ${value.toFixed()} ${quote}, were not in the ` +
      `wallet when job ${id} sold it: moved, sold or paid as fees elsewhere. What was there was sold.`,
    openKey: `POSITION_SHORTFALL:position:${positionId}`,
  }));
  const none = unsold.map(({ positionId, code }) =>
    unsellableAlert({ positionId, symbol, code, message: REASONS[code] }),
  );
  return [...short, ...none];
}

const unallocated = (qty: D): string => `${qty.toFixed()} was sold beyond what the positions had reserved`;

/** What an asset is worth in the quote asset where the account trades. */
export function priceIn(
  prices: PriceBoard,
  { account, asset, quote }: { account: PricedAccount; asset: string; quote: string },
): D | undefined {
  const direct = prices.get(priceKeyOf(account, `${asset}/${quote}`));
  if (direct) return d(direct.last);
  const inverse = prices.get(priceKeyOf(account, `${quote}/${asset}`));
  return inverse && d('1').div(d(inverse.last));
}

function report(
  ctx: Pick<Context, 'log' | 'balances'> & { live: LiveNotifier },
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
  if (booking.changed || booking.contradiction) ctx.live.notify(account.userId);
  // What was bought, sold or set free changed what the account holds at its exchange.
  if (booking.changed) ctx.balances?.touch(account);
}
