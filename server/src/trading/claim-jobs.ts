import type { Context } from '../context.js';
import { afterTrade } from '../core/after-trade.js';
import { post, type VaultState } from '../core/ledger.js';
import { Batch, type Tx, type WriteResult } from '../infra/database.js';
import { addLiveEventsOfUsers, type UserChange } from '../infra/live-events.js';
import type { Plan } from '../core/plan.js';
import {
  addExecution,
  addPromises,
  addReservations,
  addSizedJob,
  addSkippedJob,
  type Reservation,
} from './execution-writes.store.js';
import {
  addClaim,
  addEntriesRead,
  addPlanLocks,
  addPlanReads,
  type PlanKey,
  type PlanRows,
} from './execution.store.js';
import type { FreshJobAddress, JobAddress } from './job-address.store.js';
import { nextExecution, type NextExecution } from './next-execution.js';
import { planFromRows } from './plan-from-rows.js';
import type { Venue } from './read-venue.js';
import type { TradeTicket } from './trade-queue.js';

/**
 * A job waits this long, PENDING, for a price: a process that has just started has none yet, and a feed may stumble.
 * The sweep tries it again every two seconds.
 */
export const PRICE_PATIENCE_MS = 10_000;

/** A PENDING job and what is known of it before it is locked. */
export interface Claim<A extends JobAddress = FreshJobAddress> {
  address: A;
  ticket: TradeTicket;
  venue: Venue;
}

/** What became of it. `send`: the execution is committed and may be sent, once, by whoever got this answer. */
export type Claimed =
  | { kind: 'not mine' | 'postpone' | 'skip' }
  /** `vaultId`: where its reservation is. */
  | { kind: 'send'; executionId: number; order: NextExecution; vaultId: number | null };

type ClaimContext = Pick<Context, 'db' | 'clock' | 'env' | 'prices'>;

/** Jobs with this key may be claimed together. */
export const claimKey = ({ symbol, side, tradeMode }: JobAddress, { market }: Venue): string =>
  `claim ${symbol} ${side} ${tradeMode} ${quoteOf(symbol, market)}`;

/**
 * The one transaction of jobs that have no size yet: claim and lock, decide each in memory, write. Nothing is written
 * of a job that is not claimed and decided. The claims must have one `claimKey`; they are decided in their order, each on
 * what the ones before it left.
 */
export async function claimJobs(ctx: ClaimContext, claims: readonly Claim[]): Promise<Claimed[]> {
  const key = planKeyOf(claims, ctx.clock.now());
  return ctx.db.transaction(async (tx) => {
    const locked = await lockAndRead(tx, key, claims);
    // The locks are held: this is the moment of the claim.
    const now = ctx.clock.now();
    const writes = new ClaimWrites(key.quote, now);
    const decided = claims.map((claim) => {
      const { address } = claim;
      if (!locked.jobIds.has(address.jobId)) return { kind: 'not mine' } as const;
      const rows = writes.rowsNow(address.account.id, locked.rowsOf);
      const plan = planFromRows(ctx, { ...claim, rows, entriesPaused: locked.paused.has(address.account.id) }, now);
      if (plan.kind === 'trade') return { kind: 'send', ...writes.trade(claim, plan, rows) } as const;
      const waitsForPrice = plan.refusal.code === 'PRICE_UNAVAILABLE' && now - address.createdAt < PRICE_PATIENCE_MS;
      if (waitsForPrice) return { kind: 'postpone' } as const;
      writes.skip(claim, plan);
      return { kind: 'skip' } as const;
    });
    const results = await writes.commit(tx);
    return decided.map((one): Claimed => {
      if (one.kind !== 'send') return one;
      const { at, ...send } = one;
      return { ...send, executionId: results[at]?.insertId ?? 0 };
    });
  });
}

const quoteOf = (symbol: string, market: Venue['market']): string => market?.quote ?? symbol.split('/')[1] ?? '';

function planKeyOf(claims: readonly Claim[], now: number): PlanKey {
  const [first] = claims;
  if (!first) throw new RangeError('nothing to claim');
  const { symbol, side, tradeMode } = first.address;
  const accountIds = [...new Set(claims.map(({ address }) => address.account.id))];
  return { accountIds, symbol, side, tradeMode, quote: quoteOf(symbol, first.venue.market), now };
}

interface Locked {
  /** The jobs that are ours to decide on. */
  jobIds: Set<number>;
  rowsOf: (accountId: number) => PlanRows;
  /** Accounts that take no new entries. */
  paused: Set<number>;
}

/** One round trip, when the vaults are still those that the addresses name. */
async function lockAndRead(tx: Tx, key: PlanKey, claims: readonly Claim[]): Promise<Locked> {
  const batch = new Batch();
  const vaultIds = new Set(claims.flatMap(({ address }) => address.vaultId ?? []));
  const claimed = addClaim(
    batch,
    claims.map(({ address }) => address.jobId),
  );
  addPlanLocks(batch, key, [...vaultIds]);
  const readPlans = addPlanReads(batch, key, { lock: true });
  const readPaused =
    key.side === 'BUY' ? addEntriesRead(batch, key.accountIds, { lock: true }) : () => new Set<number>();
  const results = await tx.run(batch);
  const locked = { jobIds: claimed(results), rowsOf: readPlans(results), paused: readPaused(results) };
  const now = key.accountIds.flatMap((id) => locked.rowsOf(id).vault?.id ?? []);
  if (now.every((id) => vaultIds.has(id))) return locked;
  // A parameter was given another vault since the job was made: its row was read, but not locked.
  const again = new Batch();
  addPlanLocks(again, key, now);
  const readAgain = addPlanReads(again, key, { lock: true });
  return { ...locked, rowsOf: readAgain(await tx.run(again)) };
}

/** Gathers what a group of claims writes; what vaults and accounts have left goes on from one claim to the next. */
class ClaimWrites {
  private readonly batch = new Batch();
  private readonly vaults = new Map<number, VaultState>();
  private readonly accounts = new Map<number, PlanRows>();
  private readonly reservations: Reservation[] = [];
  private readonly changes: UserChange[] = [];

  constructor(
    private readonly quote: string,
    private readonly now: number,
  ) {}

  /** The rows of an account, less what earlier claims of the group have taken. */
  rowsNow(accountId: number, read: (accountId: number) => PlanRows): PlanRows {
    const rows = this.accounts.get(accountId) ?? read(accountId);
    const state = rows.vault && this.vaults.get(rows.vault.id);
    return rows.vault && state ? { ...rows, vault: { ...rows.vault, ...state } } : rows;
  }

  trade({ address, ticket }: Claim, plan: Extract<Plan, { kind: 'trade' }>, rows: PlanRows) {
    const { jobId, account } = address;
    const { order: planned, vaultId, reserve, allocations, trace } = plan;
    const { type: orderType, quantity, limitPrice, quoteAmount } = planned;
    const moments = this.momentsOf(ticket);
    addSizedJob(this.batch, {
      id: jobId,
      orderType,
      quantity,
      limitPrice,
      quoteAmount,
      vaultId,
      reserve,
      trace,
      moments,
    });
    if (rows.vault && reserve) {
      const posted = post(rows.vault, { type: 'BUY_RESERVE', amount: reserve });
      if ('refusal' in posted)
        throw new RangeError(`job ${jobId} was planned beyond its vault: ${posted.refusal.message}`);
      this.vaults.set(rows.vault.id, posted.after);
      this.reservations.push({ jobId, vaultId: rows.vault.id, posted });
    }
    addPromises(this.batch, { jobId, allocations, positions: rows.positions });
    this.accounts.set(account.id, afterTrade(rows, plan, this.now));
    const order = nextExecution(address, { attempt: 1, claimedAt: this.now, orderType, quantity, limitPrice });
    const at = this.batch.size;
    addExecution(this.batch, order);
    this.changes.push({ userId: account.userId, topic: 'JOB', entityId: jobId });
    for (const { positionId } of allocations) {
      this.changes.push({ userId: account.userId, topic: 'POSITION', entityId: positionId });
    }
    return { at, order, vaultId };
  }

  skip({ address, ticket }: Claim, { refusal, trace }: Extract<Plan, { kind: 'skip' }>): void {
    const { jobId, eventId, account } = address;
    addSkippedJob(this.batch, { id: jobId, eventId, refusal, trace, moments: this.momentsOf(ticket) });
    this.changes.push({ userId: account.userId, topic: 'JOB', entityId: jobId });
  }

  async commit(tx: Tx): Promise<WriteResult[]> {
    if (this.batch.size === 0) {
      await tx.rollback();
      return [];
    }
    addReservations(this.batch, this.quote, this.reservations);
    addLiveEventsOfUsers(this.batch, this.changes);
    return (await tx.commit(this.batch)) as WriteResult[];
  }

  private momentsOf = ({ committedAt, queuedAt }: TradeTicket) => ({ committedAt, queuedAt, claimedAt: this.now });
}
