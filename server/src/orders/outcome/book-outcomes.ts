import type { Context } from '../../context.js';
import { applyOutcome, type OrderAnswer, type Outcome } from '../../core/order/apply-outcome.js';
import type { JobStatus, Market } from '../../core/domain.js';
import { d, type D } from '../../core/money/money.js';
import { isOrderTerminal } from '../../core/order/order.js';
import { priceKeyOf, type PricedAccount } from '../../core/price/price-key.js';
import type { OrderSnapshot } from '../../exchange/exchange.js';
import { Batch, type Tx } from '../../infra/database/database.js';
import { count } from '../../infra/metrics/metrics.js';
import type { LiveNotifier, PriceBoard } from '../../ports.js';
import type { SentMoments } from '../stores/trade-order.store.js';
import { addOutcomes, type DecidedOutcome } from './add-outcomes.js';
import { readBooking, readBookings, type BookingKey, type BookingRecords } from './booking.store.js';

/** An answer about an order, with the exchange's whole snapshot if there is one. */
export type BookedAnswer =
  | (Omit<Extract<OrderAnswer, { kind: 'reported' }>, 'order'> & { kind: 'reported'; order: OrderSnapshot })
  | Exclude<OrderAnswer, { kind: 'reported' }>;

export interface OutcomeInput extends SentMoments {
  executionId: number;
  answer: BookedAnswer;
  /** Saves a round trip when the caller already has it. */
  key?: BookingKey;
  /**
   * The market's minimums if the caller has them; otherwise a finished sell asks the exchange. null: the exchange does
   * not answer, so dust stays open.
   */
  market?: Market | null | undefined;
  /** Prices in the quote asset of fee assets that the price board does not have; undefined = not asked. */
  feePrices?: ReadonlyMap<string, D>;
}

/** `isBooked`: something changed. `retries`: the job is PENDING again, for its next attempt. */
export interface OutcomeResult {
  kind: 'booked';
  status: JobStatus;
  isBooked: boolean;
  retries: boolean;
}

/**
 * Nothing was booked, because the market of a finished sell or the price of a fee asset is missing: call again with it.
 */
export type BookedOutcome =
  | OutcomeResult
  | { kind: 'needs market'; records: BookingRecords }
  | { kind: 'needs fee prices'; records: BookingRecords; assets: readonly string[] };

type BookingContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'balances'> & { live: LiveNotifier };

/**
 * Books answers for orders in one transaction: reads and locks, lets `applyOutcome` decide each one, and writes the
 * result. All answers are booked here: of `place`, a lookup, a stream or a cancel, and an unknown outcome. An answer
 * that is already booked changes nothing. Several inputs must be reports on buys of one quote asset, with their keys,
 * each for another execution. A sell may share positions with another sell, so it is booked alone.
 */
export async function bookOutcomes(ctx: BookingContext, inputs: readonly OutcomeInput[]): Promise<BookedOutcome[]> {
  // Uses the clock that the claim wrote send_before with, and reads it before anything is awaited here.
  const now = ctx.clock.now();
  const booked = await ctx.db.transaction(async (tx) => {
    const records = await readAll(tx, inputs);
    const missing = missingMarket(inputs, records);
    if (missing) {
      await tx.rollback();
      return { kind: 'needs market' as const, records: missing };
    }
    const decided = inputs.map((input, index) =>
      decide(ctx, { input, records: records[index] as BookingRecords, now }),
    );
    const [only] = decided;
    if (only && decided.length === 1 && only.input.feePrices === undefined && isUnpriced(only.outcome)) {
      await tx.rollback();
      const assets = only.outcome?.unpricedFeeAssets ?? [];
      return { kind: 'needs fee prices' as const, records: only.records, assets };
    }
    const writes = decided.flatMap(({ outcome, ...rest }): DecidedOutcome[] => (outcome ? [{ ...rest, outcome }] : []));
    const batch = addOutcomes(new Batch(), writes);
    await (batch.size > 0 ? tx.commit(batch) : tx.rollback());
    return { kind: 'decided' as const, decided };
  });
  if (booked.kind !== 'decided') return [booked];
  for (const one of booked.decided) report(ctx, one);
  return booked.decided.map(({ records, outcome }) => ({
    kind: 'booked',
    status: outcome?.job?.status ?? records.job.status,
    isBooked: !!outcome?.execution || !!outcome?.job,
    retries: outcome?.retries ?? false,
  }));
}

async function readAll(tx: Tx, inputs: readonly OutcomeInput[]): Promise<BookingRecords[]> {
  const keys = inputs.flatMap(({ key }) => key ?? []);
  const isGroup = inputs.length > 1;
  if (
    isGroup &&
    !(keys.length === inputs.length && keys.every((key) => key.side === 'BUY' && key.quote === keys[0]?.quote))
  )
    throw new RangeError('only buys of one quote asset are booked together');
  const found = isGroup ? await readBookings(tx, keys) : undefined;
  const all: BookingRecords[] = [];
  for (const { executionId, key, answer } of inputs) {
    const records = found ? found.get(executionId) : await readBooking(tx, executionId, key);
    if (!records) throw new Error(`there is no execution ${executionId}`);
    if (answer.kind === 'reported' && records.execution.clientOrderId !== answer.order.clientOrderId) {
      throw new Error(`order ${answer.order.clientOrderId} is not the order of execution ${executionId}`);
    }
    all.push(records);
  }
  return all;
}

/** Only an input that is booked alone can be a sell. */
function missingMarket([input]: readonly OutcomeInput[], [records]: BookingRecords[]): BookingRecords | undefined {
  if (!input || !records || input.market !== undefined || input.answer.kind !== 'reported') return undefined;
  const ends = isOrderTerminal(input.answer.order.status) && !isOrderTerminal(records.execution.status);
  return records.job.side === 'SELL' && ends ? records : undefined;
}

interface Decided extends Omit<DecidedOutcome, 'records' | 'outcome'> {
  input: OutcomeInput;
  records: BookingRecords;
  outcome: Outcome | undefined;
}

/** Each outcome of the transaction starts with the vault states that the previous one left. */
function decide(
  ctx: BookingContext,
  { input, records, now }: { input: OutcomeInput; records: BookingRecords; now: number },
): Decided {
  const { answer, market, feePrices } = input;
  const { account, quote } = records;
  const priceOf = (asset: string) => priceIn(ctx.prices, { account, asset, quote }) ?? feePrices?.get(asset);
  const outcome = applyOutcome({ ...records, market: market ?? undefined, priceOf }, answer, now);
  for (const { vaultId, posted } of outcome?.vaultMoves ?? []) records.vaults.set(vaultId, posted.after);
  const order = answer.kind === 'reported' ? answer.order : undefined;
  return {
    ...{ input, records, outcome, now, timestamps: timestampsOf(input, now) },
    ...(order && { answer: { exchangeOrderId: order.exchangeOrderId, raw: order.raw ?? order } }),
  };
}

/** An order that was never sent has no answer time; neither has one whose outcome is unknown. */
function timestampsOf({ answer: { kind }, sentAt, acknowledgedAt }: OutcomeInput, now: number): SentMoments {
  if (kind === 'reported') return { sentAt, acknowledgedAt: acknowledgedAt ?? now };
  if (kind === 'refused' || kind === 'short') return { sentAt, ...(sentAt !== undefined && { acknowledgedAt: now }) };
  return { sentAt };
}

const isUnpriced = (outcome: Outcome | undefined): boolean =>
  !!outcome?.execution && outcome.unpricedFeeAssets.length > 0;

/** The price of an asset in the quote asset at the venue of the account. */
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
  ctx: BookingContext,
  { input: { executionId, answer }, records: { account, job }, outcome }: Decided,
): void {
  if (!outcome) return;
  if (outcome.job) count('jobs_total', { status: outcome.job.status, reason: outcome.job.reason?.code ?? 'none' });
  const { unpricedFeeAssets: assets, contradiction } = outcome;
  if (assets.length > 0) ctx.log.warn({ executionId, assets }, 'fees without a known price count as zero in profit');
  if (contradiction) ctx.log.error({ executionId, jobId: job.id }, contradiction);
  const isBooked = !!outcome.execution || !!outcome.job;
  if (isBooked || contradiction) ctx.live.notify(account.userId);
  // A buy, a sell or a release changes what the account holds at its exchange.
  if (isBooked && answer.kind === 'reported') ctx.balances?.touch(account);
}
