import type { Context } from '../context.js';
import type { Market, OrderSide } from '../core/domain.js';
import { toText } from '../core/money.js';
import type { AccountRef, Exchange, OrderRequest, OrderSnapshot, PlaceOutcome } from '../exchange/exchange.js';
import type { Together } from '../infra/together.js';
import { bookOrder } from './book-order.js';
import { bookOrders, type BookOrderInput } from './book-orders.js';
import { bookRefusal } from './book-refusal.js';
import { bookUnknown } from './book-unknown.js';
import { bookUnsent } from './book-unsent.js';
import { claimJobs, claimKey } from './claim-jobs.js';
import type { ExecutionRow } from './execution-writes.store.js';
import { mayExit } from './exit-past-gate.store.js';
import { readPendingJob } from './job-address.store.js';
import { readVenue } from './read-venue.js';
import { resumeJob } from './resume-job.js';
import type { TradeTicket } from './trade-queue.js';

/** NOT_MINE: another executor has it or it is over. POSTPONED: still PENDING. SENT: what came of it is booked, or for recovery to find. */
export type ExecuteOutcome = 'NOT_MINE' | 'POSTPONED' | 'SKIPPED' | 'SENT';

type ExecuteContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'balances'>;
type SendContext = Omit<ExecuteContext, 'env'>;

/**
 * Takes a PENDING job to an order at the exchange, once, however often and wherever it is called. One transaction
 * claims the job, decides, reserves and writes the execution; only then the order is sent, and booked. Rejects only
 * before the order was sent: the job is then still PENDING, or its execution is found by recovery. `together` lets
 * jobs that are executed at the same time share their transactions.
 */
export async function executeTrade(
  ctx: ExecuteContext,
  ticket: TradeTicket,
  {
    together = alone,
    mayTrade = () => true,
  }: { together?: Together; mayTrade?: (account: AccountRef, side: OrderSide) => boolean } = {},
): Promise<ExecuteOutcome> {
  const address = ticket.address ?? (await readPendingJob(ctx.db, ticket.jobId));
  if (!address) return 'NOT_MINE';
  if (!mayTrade(address.account, address.side) && !(await mayExit(ctx.db, address))) return 'POSTPONED';
  const venue = await readVenue(ctx, address);
  const claimed = address.isSized
    ? await resumeJob(ctx, { address, ticket, venue })
    : await together(claimKey(address, venue), { address, ticket, venue }, (claims) => claimJobs(ctx, claims));
  if (claimed.kind === 'not mine') return 'NOT_MINE';
  if (claimed.kind === 'postpone') return 'POSTPONED';
  ctx.live.wake(address.account.userId);
  if (claimed.kind !== 'send') return 'SKIPPED';
  const { exchange, market } = venue;
  await sendOrder(ctx, { ...claimed, exchange, market, symbol: address.symbol }, together);
  return 'SENT';
}

const alone: Together = async (_key, item, work) => {
  const [answer] = await work([item]);
  if (answer === undefined) throw new Error('one item got no answer');
  return answer;
};

/** An execution that is committed and may be sent, once, by whoever has this. */
export interface ClaimedOrder {
  executionId: number;
  order: ExecutionRow;
  vaultId: number | null;
  exchange: Exchange | undefined;
  market: Market | undefined;
  symbol: string;
}
interface Sending extends ClaimedOrder {
  together: Together;
}

/** Sends the committed execution once. Never rejects: an answer that cannot be booked now is found again by recovery. */
export async function sendOrder(ctx: SendContext, claimed: ClaimedOrder, together: Together): Promise<void> {
  const { executionId, order, exchange, symbol } = claimed;
  const { jobId, clientOrderId: id, side, orderType: type, quantity, limitPrice } = order;
  const request: OrderRequest = { clientOrderId: id, symbol, side, type, quantity: toText(quantity) };
  if (limitPrice) request.limitPrice = toText(limitPrice);
  const sentAt = ctx.clock.now();
  if (!exchange || sentAt >= order.sendBefore) {
    ctx.log.warn(
      { jobId, executionId, lateMs: sentAt - order.sendBefore },
      'too late to send the order, recovery decides',
    );
    return;
  }
  try {
    await bookOutcome(ctx, await exchange.place(request), { ...claimed, together, sentAt });
  } catch (err) {
    ctx.log.error({ err, jobId, executionId }, 'the outcome of an order could not be booked, recovery finds it');
  }
}

async function bookOutcome(
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
      await bookRefusal(ctx, { executionId, code: outcome.code, message: outcome.message, sentAt });
      return;
    }
    case 'unsent': {
      await bookUnsent(ctx, { executionId, message: outcome.message });
      return;
    }
    case 'unknown': {
      await bookUnknown(ctx, { executionId, message: outcome.message, sentAt });
    }
  }
}

async function bookAccepted(
  ctx: SendContext,
  snapshot: OrderSnapshot,
  { executionId, order: { jobId, side }, vaultId, symbol, market, sentAt, together }: Sending & { sentAt: number },
): Promise<void> {
  const key = { executionId, jobId, side, vaultId, quote: symbol.split('/')[1] ?? '' };
  const times = { sentAt, acknowledgedAt: ctx.clock.now() };
  const input: BookOrderInput = { executionId, key, order: snapshot, ...times, market };
  if (side === 'SELL') await bookOrder(ctx, input);
  else await together(`book ${key.quote}`, input, (inputs) => bookOrders(ctx, inputs), { apart: executionId });
}
