import { applyPlan } from '../../core/plan/apply-plan.js';
import type { Allocation } from '../../core/plan/fifo.js';
import { post, type VaultState } from '../../core/ledger/ledger.js';
import type { Plan } from '../../core/plan/plan.js';
import { Batch, type Tx, type WriteResult } from '../../infra/database/database.js';
import { count } from '../../infra/metrics/metrics.js';
import { addLiveEventsOfUsers, type UserChange } from '../../infra/database/live-events.js';
import type { Claim } from './claim.js';
import { addLedgerMoves, type LedgerMove } from '../../vaults/vault-ledger.store.js';
import { addExecution, addRestOfClose, addSizedJob, addSkippedJob, addWait } from '../stores/trade-order.store.js';
import { addPositionReservations } from '../stores/trade-position.store.js';
import type { PlanRows } from './execution.store.js';
import type { FreshJobAddress } from './job-address.store.js';
import { nextExecution, type NextExecution } from './next-execution.js';
import type { JobMessage } from '../../ports.js';

/** An added execution, and the positions in the batch of its insert and of those for the rests of its close. */
export interface Sent {
  order: NextExecution;
  vaultIds: readonly number[];
  at: number;
  restsAt: { at: number; buyJobId: number }[];
}

/**
 * Collects the writes of a group of claims. Each claim starts with what the earlier ones left in vaults and accounts.
 */
export class ClaimWrites {
  private readonly batch = new Batch();
  private readonly vaults = new Map<number, VaultState>();
  private readonly accounts = new Map<number, PlanRows>();
  private readonly reservations: LedgerMove[] = [];
  private readonly changes: UserChange[] = [];
  private readonly counted: { status: string; reason: string }[] = [];

  constructor(
    private readonly quote: string,
    private readonly now: number,
  ) {}

  /** The rows of an account, minus what earlier claims of the group have taken. */
  rowsNow(accountId: number, read: (accountId: number) => PlanRows): PlanRows {
    const rows = this.accounts.get(accountId) ?? read(accountId);
    const state = rows.vault && this.vaults.get(rows.vault.id);
    return rows.vault && state ? { ...rows, vault: { ...rows.vault, ...state } } : rows;
  }

  /** `rests`: buys before this close whose outcome is unknown. A separate job sells what each of them bought. */
  trade(
    { address, message }: Claim,
    plan: Extract<Plan, { kind: 'trade' }>,
    { rows, rests }: { rows: PlanRows; rests: readonly number[] },
  ): Sent {
    const { jobId, account } = address;
    const { order: planned, vaultId, reserve, allocations, trace } = plan;
    const { type: orderType, quantity, limitPrice, quoteAmount } = planned;
    const timestamps = this.timestampsOf(message);
    addSizedJob(this.batch, {
      id: jobId,
      orderType,
      quantity,
      limitPrice,
      quoteAmount,
      vaultId,
      reserve,
      trace,
      timestamps,
    });
    if (rows.vault && reserve) {
      const posted = post(rows.vault, { type: 'BUY_RESERVE', amount: reserve });
      if (!posted.ok) throw new RangeError(`job ${jobId} was planned with more than its vault has: ${posted.message}`);
      this.vaults.set(rows.vault.id, posted.after);
      const dedupeKey = `job:${jobId}:reserve`;
      this.reservations.push({ jobId, vaultId: rows.vault.id, asset: this.quote, dedupeKey, posted });
      this.changes.push({ userId: account.userId, topic: 'VAULT', entityId: rows.vault.id });
    }
    addPositionReservations(this.batch, { jobId, allocations, positions: rows.positions });
    this.accounts.set(account.id, applyPlan(rows, plan, this.now));
    const isAdding = typeof address.request?.positionId === 'number';
    const sized = { orderType, quantity, limitPrice, isAdding };
    this.counted.push({ status: 'EXECUTING', reason: 'none' });
    const order = nextExecution(address, { attempt: 1, claimedAt: this.now, ...sized });
    const at = this.batch.size;
    addExecution(this.batch, order);
    this.changes.push({ userId: account.userId, topic: 'JOB', entityId: jobId });
    for (const { positionId } of allocations) {
      this.changes.push({ userId: account.userId, topic: 'POSITION', entityId: positionId });
    }
    const restsAt = rests.map((buyJobId) => ({ at: this.rest(address, buyJobId), buyJobId }));
    return { at, order, vaultIds: vaultId === null ? vaultsOf(allocations, rows) : [vaultId], restsAt };
  }

  /** Records what the job waits for and notifies its owner. */
  wait({ address: { jobId, account } }: Claim, forJobId: number): void {
    addWait(this.batch, { jobId, forJobId, now: this.now });
    this.changes.push({ userId: account.userId, topic: 'JOB', entityId: jobId });
  }

  private rest({ jobId: closeJobId, eventId, account, tradeMode, symbol }: FreshJobAddress, buyJobId: number): number {
    const at = this.batch.size;
    const { id: accountId, userId } = account;
    const entityId = addRestOfClose(this.batch, {
      ...{ closeJobId, eventId, accountId, tradeMode, symbol, buyJobId, now: this.now },
    });
    this.changes.push({ userId, topic: 'JOB', entityId });
    return at;
  }

  skip({ address, message }: Claim, { refusal, trace }: Extract<Plan, { kind: 'skip' }>): void {
    const { jobId, account } = address;
    this.counted.push({ status: 'SKIPPED', reason: refusal.code });
    addSkippedJob(this.batch, { id: jobId, refusal, trace, timestamps: this.timestampsOf(message) });
    this.changes.push({ userId: account.userId, topic: 'JOB', entityId: jobId });
  }

  async commit(tx: Tx): Promise<WriteResult[]> {
    if (this.batch.size === 0) {
      await tx.rollback();
      return [];
    }
    addLedgerMoves(this.batch, this.reservations);
    addLiveEventsOfUsers(this.batch, this.changes);
    const results = (await tx.commit(this.batch)) as WriteResult[];
    for (const one of this.counted) count('jobs_total', one);
    return results;
  }

  private timestampsOf = ({ committedAt, queuedAt }: JobMessage) => ({ committedAt, queuedAt, claimedAt: this.now });
}

/** The vaults that get the proceeds of the sold positions. */
function vaultsOf(allocations: readonly Allocation[], { positions }: PlanRows): number[] {
  const sold = new Set(allocations.map(({ positionId }) => positionId));
  return [...new Set(positions.flatMap(({ id, vaultId }) => (sold.has(id) && vaultId !== null ? [vaultId] : [])))];
}
