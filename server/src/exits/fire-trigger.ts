import type { Context } from '../context.js';
import { tradeModeOf, type Market } from '../core/domain.js';
import { planExit, type ExitPlan } from '../core/exits/plan-exit.js';
import type { D } from '../core/money/money.js';
import { closeReasonOf } from '../core/position/position.js';
import type { Refusal } from '../core/reasons.js';
import { isJobTerminal } from '../core/order/trade-job.js';
import type { ExitReason } from '../core/exits/triggers.js';
import { count, observeMs } from '../infra/metrics/metrics.js';
import { Batch, isDuplicateKey, type Tx, type WriteResult } from '../infra/database/database.js';
import { addLiveEvents, type LiveChange } from '../infra/database/live-events.js';
import { addAlert } from '../alerts/alert-writes.store.js';
import { addPositionState } from '../orders/stores/trade-position.store.js';
import { addDustClose, addExitFlags, addFiredTargets } from '../positions/position-writes.store.js';
import { addExecution } from '../orders/stores/trade-order.store.js';
import { readVenue } from '../orders/claim/read-venue.js';
import type { JobAddress } from '../orders/claim/job-address.store.js';
import { nextExecution, type ClaimedOrder } from '../orders/claim/next-execution.js';
import { addReservedSell } from '../positions/reserved-sell.store.js';
import { unsellableAlert } from '../core/position/unsellable-alert.js';
import { lockForSell, type LockedPosition, type PositionAccount } from '../positions/watched-position.store.js';

export interface FireInput {
  position: { id: number; symbol: string; account: PositionAccount };
  /** The price that a sell would get, and when the feed received it (ms since 1970). */
  tick: { price: D; at: number };
  /** The maximum in the watcher's memory when it saw the price; null = not armed at that time. */
  trailing?: { max: D | null; version: number };
  /** Sells the free part although limit sells hold the rest and could not be canceled. */
  leaveResting?: boolean;
  /** The wallet was just read and now has coins of a position that could not be sold before. */
  hasCoins?: boolean;
}

/**
 * FIRED: a job was created (perhaps as SKIPPED). DUST: the position was closed, because its rest could not be sold.
 * UNSELLABLE: it is worth less than the market accepts and stays open. ASK_WALLET: its coins were missing last time.
 * BLOCKED: these limit sells must be canceled first. WAIT: not before `until`. NOTHING: the trigger does not hold any
 * more, or another sell is already running. UNREACHABLE: the exchange did not report its markets.
 */
export type FireOutcome =
  | { kind: 'FIRED'; jobId: number; reason: ExitReason; createdAt: number }
  | { kind: 'DUST'; reason: ExitReason }
  | { kind: 'UNSELLABLE' }
  | { kind: 'ASK_WALLET' }
  | { kind: 'BLOCKED'; jobIds: number[] }
  | { kind: 'WAIT'; until: number }
  | { kind: 'NOTHING' }
  | { kind: 'UNREACHABLE' };

type FireContext = Pick<Context, 'db' | 'clock' | 'log' | 'exchanges' | 'live' | 'trades'>;

/**
 * Turns a trigger that a price reached into a sell, once. Under the lock of the position it decides again, from the
 * database and with exact decimals, and writes job, reservation and flags in one transaction. It also writes the
 * execution when an executor of this process has a free run. The job's unique key prevents a second sell by other
 * monitors, repeated prices or restarts.
 */
export async function fireTrigger(ctx: FireContext, input: FireInput): Promise<FireOutcome> {
  const { symbol, account } = input.position;
  const { market, exchange } = await readVenue(ctx, { account, symbol });
  if (!market) {
    count('exits_blocked_total', { why: 'unreachable' });
    return { kind: 'UNREACHABLE' };
  }
  let run = ctx.trades.reserve?.(account);
  try {
    const decided = await ctx.db.transaction((tx) =>
      decide(tx, input, { market, clock: ctx.clock, isReserved: !!run }),
    );
    const { claimed, ...outcome } = decided;
    announce(ctx, input, outcome);
    if (claimed) {
      const order = { ...claimed.order, tickAt: input.tick.at };
      run?.send({ ...claimed, order, exchange, market, symbol });
      run = undefined;
    } else if (outcome.kind === 'FIRED') enqueue(ctx, input, outcome);
    return outcome;
  } catch (error) {
    // Another monitor's job exists: the exit has been fired.
    if (isDuplicateKey(error)) return { kind: 'NOTHING' };
    throw error;
  } finally {
    run?.release();
  }
}

/** `claimed`: an execution committed with the outcome; the caller must send it. */
type Decided = FireOutcome & { claimed?: Pick<ClaimedOrder, 'executionId' | 'order' | 'vaultIds'> };

async function decide(
  tx: Tx,
  { position: { id, account }, tick, trailing, leaveResting = false, hasCoins = false }: FireInput,
  { market, clock, isReserved }: { market: Market; clock: Context['clock']; isReserved: boolean },
): Promise<Decided> {
  const locked = await lockForSell(tx, id);
  if (!locked) {
    await tx.rollback();
    return { kind: 'NOTHING' };
  }
  const now = clock.now();
  const isOpeningDone = isJobTerminal(locked.openingStatus);
  const plan = planExit({ ...locked, isOpeningDone, market, price: tick.price, now, trailing, leaveResting });
  const lacksCoins = locked.state.unsellable === 'HOLDING_MISSING' || locked.state.unsellable === 'HOLDING_LOCKED';
  if (plan.kind === 'sell' && lacksCoins && !hasCoins) {
    await tx.rollback();
    return { kind: 'ASK_WALLET' };
  }
  const isClaimed = isReserved && plan.kind === 'sell' && !plan.skipped;
  const writes = writesOf(locked, plan, { tick, now, isClaimed });
  if (!writes) {
    await tx.rollback();
    return withoutWrites(plan);
  }
  const [inserted] = (await (isClaimed ? tx.run(writes) : tx.commit(writes))) as WriteResult[];
  if (plan.kind === 'dust') return { kind: 'DUST', reason: plan.exit.reason };
  if (plan.kind !== 'sell') return { kind: 'UNSELLABLE' };
  const jobId = inserted?.insertId ?? 0;
  const fired = { kind: 'FIRED' as const, jobId, reason: plan.exit.reason, createdAt: now };
  if (!isClaimed) return fired;
  const order = nextExecution(
    { jobId, account: { ...account, isActive: true }, side: 'SELL', tradeMode: locked.tradeMode, createdAt: now },
    { attempt: 1, claimedAt: now, orderType: 'MARKET', quantity: plan.quantity, limitPrice: null },
  );
  const batch = new Batch();
  addExecution(batch, order);
  const [execution] = (await tx.commit(batch)) as WriteResult[];
  const { vaultId } = locked.state;
  const vaultIds = vaultId === null ? [] : [vaultId];
  return { ...fired, claimed: { order, vaultIds, executionId: execution?.insertId ?? 0 } };
}

function withoutWrites(plan: ExitPlan): FireOutcome {
  if (plan.kind === 'cancel') return { kind: 'BLOCKED', jobIds: plan.jobIds };
  if (plan.kind === 'unsellable') return { kind: 'UNSELLABLE' };
  return plan.kind === 'wait' ? { kind: 'WAIT', until: plan.until } : { kind: 'NOTHING' };
}

function writesOf(
  locked: LockedPosition,
  plan: ExitPlan,
  { tick, now, isClaimed }: { tick: FireInput['tick']; now: number; isClaimed: boolean },
): Batch | undefined {
  const { id } = locked.watched;
  if (plan.kind === 'dust') {
    const reason = closeReasonOf('TRIGGER', { slTriggered: false, trailingTriggered: false }, plan.exit.reason);
    const batch = new Batch();
    addDustClose(batch, { state: locked.state, reason, price: tick.price, now });
    return addLiveEvents(batch, locked.userId, [{ topic: 'POSITION', entityId: id }]);
  }
  if (plan.kind === 'unsellable') return writesOfUnsellable(locked, plan.refusal, now);
  if (plan.kind !== 'sell') return undefined;
  const { reason, ordinals } = plan.exit;
  const batch = new Batch();
  addReservedSell(batch, {
    position: { ...locked, id },
    origin: 'TRIGGER',
    orderType: 'MARKET',
    limitPrice: null,
    ...{ quantity: plan.quantity, quoteAmount: plan.quoteAmount, idempotencyKey: plan.idempotencyKey },
    ...{ trace: plan.trace, now, isClaimed, exit: { reason, price: tick.price, tickAt: tick.at } },
    ...(plan.skipped && { skipped: plan.skipped }),
  });
  addExitFlags(batch, id, { reason, trailingMax: plan.trailingMax });
  addFiredTargets(batch, id, { ordinals, job: { sql: '@job' }, now });
  return addLiveEvents(batch, locked.userId, [
    { topic: 'JOB', entityId: { sql: '@job' } },
    { topic: 'POSITION', entityId: id },
  ]);
}

/** undefined when the position and an alert already report it, so that it is reported once. */
function writesOfUnsellable(locked: LockedPosition, { code, message }: Refusal, now: number): Batch | undefined {
  const { state, userId, symbol } = locked;
  if (state.unsellable === code) return undefined;
  const batch = new Batch();
  addPositionState(batch, { ...state, unsellable: code }, now);
  const position: LiveChange = { topic: 'POSITION', entityId: state.id };
  return addAlert(batch, { ...unsellableAlert({ positionId: state.id, symbol, code, message }), userId }, [position]);
}

function announce(ctx: FireContext, { position, tick }: FireInput, outcome: FireOutcome): void {
  const trade_mode = tradeModeOf(position.account);
  if (outcome.kind === 'UNSELLABLE') count('exits_blocked_total', { why: 'unsellable' });
  if (outcome.kind === 'ASK_WALLET') count('exits_blocked_total', { why: 'missing_coins' });
  if (outcome.kind === 'UNSELLABLE') ctx.live.notify(position.account.userId);
  if (outcome.kind !== 'FIRED' && outcome.kind !== 'DUST') return;
  const now = ctx.clock.now();
  count('exits_total', { reason: outcome.reason, trade_mode });
  observeMs('exit_tick_to_commit_seconds', now - tick.at, { trade_mode });
  ctx.log.info(
    {
      positionId: position.id,
      symbol: position.symbol,
      price: tick.price.toFixed(),
      afterMs: now - tick.at,
      ...outcome,
    },
    'a trigger fired',
  );
  ctx.live.notify(position.account.userId);
}

function enqueue(
  ctx: FireContext,
  { position: { symbol, account } }: FireInput,
  { jobId, createdAt }: Extract<FireOutcome, { kind: 'FIRED' }>,
): void {
  const now = ctx.clock.now();
  const address: JobAddress = {
    ...{ jobId, side: 'SELL', symbol, createdAt, isSized: true, account: { ...account, isActive: true } },
    tradeMode: tradeModeOf(account),
  };
  // The executor ignores a skipped job, because it has ended.
  ctx.trades.enqueue([{ jobId, committedAt: now, queuedAt: now, address, isUrgent: true }]);
}
