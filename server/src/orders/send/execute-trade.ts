import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import { d, toText } from '../../core/money/money.js';
import type { AccountRef, OrderRequest, OrderSnapshot, PlaceOutcome } from '../../exchange/exchange.js';
import type { Batcher } from '../../infra/database/batcher.js';
import { count, observeMs } from '../../infra/metrics/metrics.js';
import { withPrice } from '../claim/ask-price.js';
import { bookOutcome } from '../outcome/book-outcome.js';
import { bookOutcomes, type OutcomeInput } from '../outcome/book-outcomes.js';
import type { Claimed } from '../claim/claim.js';
import { claimJobs, claimKey } from '../claim/claim-jobs.js';
import { endBuys } from '../signal-order/end-buys.js';
import { mayExit } from '../queue/exit-past-gate.store.js';
import { fitSell } from './fit-sell.js';
import { readPendingJob, type JobAddress } from '../claim/job-address.store.js';
import type { ClaimedOrder } from '../claim/next-execution.js';
import { readVenue, type Venue } from '../claim/read-venue.js';
import { resumeJob } from '../claim/resume-job.js';
import { supersedeBuy } from '../signal-order/supersede-buy.js';
import type { JobMessage } from '../../ports.js';

/**
 * NOT_MINE: another executor has the job, or it has ended. POSTPONED: still PENDING. SENT: the outcome is booked, or
 * recovery will find it.
 */
export type ExecuteOutcome = 'NOT_MINE' | 'POSTPONED' | 'SKIPPED' | 'SENT';

type ExecuteContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'balances'> &
  Partial<Pick<Context, 'redis'>>;
type SendContext = Omit<ExecuteContext, 'env'>;

/** A job that waits for an earlier signal's job of its account and symbol. */
export interface SignalWait {
  message: JobMessage;
  side: OrderSide;
  forJobId: number;
  /** ms since 1970 */
  since: number;
}

interface ExecuteOptions {
  batcher?: Batcher;
  /** Whether this process may take a job of this side and age: not while its clock is too far off. */
  isClockRight?: (side: OrderSide, createdAt: number) => boolean;
  mayTrade?: (account: AccountRef, side: OrderSide) => boolean;
  /**
   * Called for every job that stays PENDING because of an earlier one, so that the caller runs it again after that one.
   */
  onWait?: (wait: SignalWait) => void;
}

/** How often a close ends earlier buys and is claimed again; then it waits its turn. */
const CLAIMS_MAX = 4;

/**
 * Executes a PENDING job at the exchange once, however often and wherever this is called. One transaction claims the
 * job, decides, reserves and writes the execution; only then the order is sent and booked. Rejects only before the
 * order was sent: the job is then still PENDING, or recovery finds its execution. `together` lets jobs that are
 * executed at the same time share their transactions.
 */
export async function executeTrade(
  ctx: ExecuteContext,
  message: JobMessage,
  { batcher = alone, isClockRight = () => true, mayTrade = () => true, onWait }: ExecuteOptions = {},
): Promise<ExecuteOutcome> {
  const address = message.address ?? (await readPendingJob(ctx.db, message.jobId));
  if (!address) return 'NOT_MINE';
  if (!isClockRight(address.side, address.createdAt)) return 'POSTPONED';
  if (!mayTrade(address.account, address.side) && !(await mayExit(ctx.db, address))) return 'POSTPONED';
  const { jobId, account, eventUid } = address;
  const own = { ...ctx, log: ctx.log.child({ jobId, ...(eventUid && { eventUid }) }) };
  const read = await readVenue(own, address);
  // A sell that already has a size needs no price: it sells at what the market pays.
  const venue = address.isSized ? read : await withPrice(own, address, read);
  let claimed = await claimOnce(ctx, { address, message, venue }, batcher);
  for (let claims = 1; claimed.kind === 'first' && claims < CLAIMS_MAX; claims++) {
    await endBuys(own, { ...claimed, closeJobId: jobId, userId: account.userId });
    claimed = await claimOnce(ctx, { address, message, venue, mayCancel: false }, batcher);
  }
  if (claimed.kind === 'not mine') return 'NOT_MINE';
  if (claimed.kind === 'postpone' || claimed.kind === 'first') return 'POSTPONED';
  if (claimed.kind === 'superseded') {
    return (await supersedeBuy(own, { jobId, closeJobId: claimed.closeJobId })) ? 'SKIPPED' : 'NOT_MINE';
  }
  ctx.live.notify(account.userId);
  if (claimed.kind === 'wait') {
    onWait?.({ message, side: address.side, ...claimed });
    return 'POSTPONED';
  }
  if (claimed.kind !== 'send') return 'SKIPPED';
  for (const { jobId: restId, buyJobId: forJobId } of claimed.rests ?? []) {
    const now = ctx.clock.now();
    const rest = { jobId: restId, committedAt: now, queuedAt: now };
    onWait?.({ message: rest, side: 'SELL', forJobId, since: now });
  }
  const { exchange, market } = venue;
  const signalAt = 'signal' in address && address.eventId !== null ? address.signal.receivedAt : undefined;
  await sendOrder(ctx, { ...claimed, exchange, market, symbol: address.symbol, signalAt, eventUid }, batcher);
  return 'SENT';
}

interface OneClaim {
  address: JobAddress;
  message: JobMessage;
  venue: Venue;
  mayCancel?: boolean;
}

async function claimOnce(ctx: ExecuteContext, { address, ...rest }: OneClaim, batcher: Batcher): Promise<Claimed> {
  if (address.isSized) return resumeJob(ctx, { address, ...rest });
  return batcher(claimKey(address, rest.venue), { address, ...rest }, (claims) => claimJobs(ctx, claims));
}

const alone: Batcher = async (_key, item, work) => {
  const [answer] = await work([item]);
  if (answer === undefined) throw new Error('the batch returned no answer for this job');
  return answer;
};

/** Of the signal, if there is one: when it arrived, and its identity. */
interface SignalFacts {
  signalAt?: number | undefined;
  eventUid?: string | null | undefined;
}

interface Sending extends ClaimedOrder, SignalFacts {
  batcher: Batcher;
}

/** Sends the committed execution once. Never rejects: recovery finds an answer that cannot be booked now. */
export async function sendOrder(
  ctx: SendContext,
  claimed: ClaimedOrder & SignalFacts,
  batcher: Batcher,
): Promise<void> {
  const { executionId, order, exchange, symbol } = claimed;
  const { jobId, clientOrderId: id, side, orderType: type, quantity, limitPrice, seen } = order;
  const { endsAt: leaveBefore } = order.sendWindow;
  const request: OrderRequest = { clientOrderId: id, symbol, side, type, quantity: toText(quantity), leaveBefore };
  if (limitPrice) request.limitPrice = toText(limitPrice);
  if (seen) request.seen = { price: toText(seen.price), at: seen.at };
  // A group of bookings shares its context, so the ids of one order are given line by line.
  const ids = { jobId, ...(claimed.eventUid && { eventUid: claimed.eventUid }) };
  const sentAt = ctx.clock.now();
  // Recovery decides by the database's time; the monotonic clock also covers a change of that time.
  if (!exchange || sentAt >= order.sendBefore || order.sendWindow.isOver()) {
    count('order_answers_total', { exchange: order.exchange, answer: 'too_late' });
    ctx.log.warn(
      { ...ids, executionId, lateMs: sentAt - order.sendBefore },
      'it is too late to send the order; recovery decides',
    );
    return;
  }
  countSent(claimed, sentAt);
  try {
    const outcome = await exchange.place(request);
    countAnswer(order, outcome, ctx.clock.now() - sentAt);
    await bookPlaced(ctx, outcome, { ...claimed, batcher, sentAt });
  } catch (err) {
    ctx.log.error({ err, ...ids, executionId }, 'the outcome of an order could not be booked; recovery finds it');
  }
}

function countSent({ order, signalAt }: ClaimedOrder & SignalFacts, sentAt: number): void {
  const { exchange, side, tradeMode: trade_mode } = order;
  const tickAt = order.tickAt ?? order.seen?.at;
  count('orders_sent_total', { exchange, side, trade_mode });
  if (signalAt !== undefined) observeMs('order_receipt_to_sent_seconds', sentAt - signalAt, { trade_mode });
  if (tickAt !== undefined) observeMs('exit_tick_to_sent_seconds', sentAt - tickAt, { trade_mode });
}

const ANSWERS = { accepted: 'accepted', refused: 'refused', notSent: 'not_sent', unknown: 'unknown' } as const;

function countAnswer({ exchange }: ClaimedOrder['order'], { kind }: PlaceOutcome, tookMs: number): void {
  count('order_answers_total', { exchange, answer: ANSWERS[kind] });
  if (kind === 'accepted' || kind === 'refused') observeMs('order_sent_to_answer_seconds', tookMs, { exchange });
}

async function bookPlaced(
  ctx: SendContext,
  outcome: PlaceOutcome,
  sending: Sending & { sentAt: number },
): Promise<void> {
  const { executionId, sentAt } = sending;
  switch (outcome.kind) {
    case 'accepted': {
      return bookAccepted(ctx, outcome.order, sending);
    }
    case 'refused': {
      return bookRefused(ctx, outcome, sending);
    }
    case 'notSent': {
      await bookOutcome(ctx, { executionId, answer: { kind: 'not sent', message: outcome.message } });
      return;
    }
    case 'unknown': {
      await bookOutcome(ctx, { executionId, sentAt, answer: outcome });
    }
  }
}

/** Sends a sell that was refused for lack of coins again at once, for the coins there are. */
async function bookRefused(
  ctx: SendContext,
  { code, message }: Extract<PlaceOutcome, { kind: 'refused' }>,
  sending: Sending & { sentAt: number },
): Promise<void> {
  const { executionId, order, exchange, market, sentAt, batcher } = sending;
  const isShort = order.side === 'SELL' && code === 'INSUFFICIENT_BALANCE' && exchange && market;
  const fitted = isShort && (await fitSell(ctx, { executionId, order, exchange, market, message, sentAt }));
  if (fitted && fitted.kind === 'send') {
    await sendOrder(ctx, { ...sending, executionId: fitted.executionId, order: fitted.order }, batcher);
    return;
  }
  const unsellable = fitted ? fitted.unsellable : undefined;
  const refusal = unsellable ?? { code, message };
  const answer = { kind: 'refused', ...refusal, isUnsellable: !!unsellable } as const;
  await bookOutcome(ctx, { executionId, sentAt, answer });
}

/** The exchange may have to price fees in a third asset; a group of bookings does not wait for that. */
const hasOtherFees = ({ fills }: OrderSnapshot, symbol: string): boolean =>
  fills.some(({ feeAsset, feeAmount }) => d(feeAmount).gt(0) && !symbol.split('/').includes(feeAsset));

async function bookAccepted(
  ctx: SendContext,
  snapshot: OrderSnapshot,
  {
    executionId,
    order: { jobId, side, isAdding },
    vaultIds,
    symbol,
    market,
    sentAt,
    batcher,
  }: Sending & { sentAt: number },
): Promise<void> {
  const key = { executionId, jobId, side, vaultIds, quote: symbol.split('/')[1] ?? '' };
  const times = { sentAt, acknowledgedAt: ctx.clock.now() };
  const input: OutcomeInput = { executionId, key, answer: { kind: 'reported', order: snapshot }, ...times, market };
  if (side === 'SELL' || isAdding || hasOtherFees(snapshot, symbol)) await bookOutcome(ctx, input);
  else await batcher(`book ${key.quote}`, input, (inputs) => bookOutcomes(ctx, inputs), { apart: executionId });
}
