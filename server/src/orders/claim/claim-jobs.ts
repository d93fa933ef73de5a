import type { Context } from '../../context.js';
import { waitsForPrice } from '../../core/order/freshness.js';
import { planTrade, type Plan } from '../../core/plan/plan.js';
import { checkStanding } from '../../core/plan/plan-checks.js';
import { turnOfBuy, turnOfClose } from '../../core/plan/signal-order.js';
import { Batch, type Tx } from '../../infra/database/database.js';
import type { Claim, Claimed } from './claim.js';
import { ClaimWrites, type Sent } from './claim-writes.js';
import {
  addClaimLocks,
  addPlanReads,
  addRequestVaultRead,
  type ClaimLocks,
  type PlanKey,
  type PlanRows,
} from './execution.store.js';
import type { JobAddress } from './job-address.store.js';
import { factsFromRows } from './plan-from-rows.js';
import type { Venue } from './read-venue.js';
import { addAroundRead, type Around, type Waiting } from '../signal-order/signal-order.store.js';

type ClaimContext = Pick<Context, 'db' | 'clock' | 'env' | 'prices'>;

/** Jobs with the same key may be claimed together. An order by hand has its own vault and size: it is claimed alone. */
export const claimKey = (address: JobAddress, { market }: Venue): string => {
  const { jobId, symbol, side, tradeMode } = address;
  const isByHand = !address.isSized && address.request !== undefined;
  return `claim ${symbol} ${side} ${tradeMode} ${quoteOf(symbol, market)}${isByHand ? ` ${jobId}` : ''}`;
};

/**
 * Claims, decides and writes jobs that have no size yet, in one transaction. A job that is not claimed or not decided
 * is not written, except for what it waits for. All claims must have the same `claimKey`. They are decided in their
 * order, each on what the earlier ones left.
 */
export async function claimJobs(ctx: ClaimContext, claims: readonly Claim[]): Promise<Claimed[]> {
  const key = planKeyOf(claims, ctx.clock.now());
  return ctx.db.transaction(async (tx) => {
    const locked = await lockAndRead(tx, key, claims);
    // The locks are held now, so this is the time of the claim.
    const now = ctx.clock.now();
    const writes = new ClaimWrites(key.quote, now);
    const decided = claims.map((claim) => decide(ctx, claim, { locked, writes, now }));
    const results = await writes.commit(tx);
    return decided.map((one): Claimed => {
      if (!('at' in one)) return one;
      const { at, restsAt, ...send } = one;
      const rests = restsAt.map(({ at: index, buyJobId }) => ({ jobId: results[index]?.insertId ?? 0, buyJobId }));
      return { ...send, executionId: results[at]?.insertId ?? 0, rests };
    });
  });
}

interface Timestamp {
  locked: Locked;
  writes: ClaimWrites;
  now: number;
}
type Decided = Exclude<Claimed, { kind: 'send' }> | ({ kind: 'send' } & Sent);

function decide(ctx: ClaimContext, claim: Claim, { locked, writes, now }: Timestamp): Decided {
  const { address } = claim;
  const { jobId, account, createdAt, side, signal } = address;
  const own = locked.jobs.get(jobId);
  if (!own) return { kind: 'not mine' };
  const rows = { ...writes.rowsNow(account.id, locked.rowsOf), ...locked.vaultOfRequest };
  const facts = factsFromRows(
    ctx,
    {
      ...claim,
      // A sell that waits for an earlier signal arrived in time, however long it waits.
      address:
        side === 'SELL' && own.waitingSince !== null ? { ...address, signal: { ...signal, maxLagSec: null } } : address,
      rows: rowsOfJob(rows, { ...own, jobId }),
      entriesPaused: locked.paused.get(account.id) ?? false,
    },
    now,
  );
  const plan = withWait(planTrade(facts), own, now);
  const noPrice = plan.kind === 'skip' && plan.refusal.code === 'PRICE_UNAVAILABLE';
  // The sweep tries it again every two seconds and asks the exchange each time.
  const isUnpriced = noPrice && waitsForPrice(side, { now, createdAt });
  const wait = (forJobId: number): Decided => {
    if (own.waitsForJobId !== forJobId) writes.wait(claim, forJobId);
    return { kind: 'wait', forJobId, since: own.waitingSince ?? now };
  };
  const finish = (rests: readonly number[] = []): Decided => {
    if (plan.kind === 'trade') return { kind: 'send', ...writes.trade(claim, plan, { rows, rests }) };
    if (isUnpriced) return { kind: 'postpone' };
    writes.skip(claim, plan);
    return { kind: 'skip' };
  };
  if (checkStanding(facts)) return finish();
  const around = locked.around({ accountId: account.id, jobId });
  if (side === 'SELL') {
    const { mayCancel = true } = claim;
    const turn = turnOfClose({ ...own, now, earlierBuys: around.earlierBuys, mayCancel });
    if (turn.kind === 'first') return turn;
    if (turn.kind === 'go') return finish();
    if (!turn.isTerminal || plan.kind !== 'trade') return wait(turn.jobId);
    // A sell for a fixed amount is satisfied with the positions there are.
    return finish(facts.parameter?.quoteAmountFixed ? [] : turn.openIds);
  }
  const turn = turnOfBuy({ ...around, now, createdAt, isHindered: isUnpriced });
  if (turn.kind === 'go') return finish();
  if (turn.kind === 'wait') return wait(turn.jobId);
  writes.skip(claim, { kind: 'skip', refusal: turn.refusal, trace: plan.trace });
  return { kind: 'skip' };
}

/**
 * The rows that this job may use. A sell by a signal closes only what was bought before the signal. The rest of a close
 * sells only what its buy opened, and frequency limits do not apply to it.
 */
function rowsOfJob(rows: PlanRows, { jobId, closesJobId }: Waiting & { jobId: number }): PlanRows {
  if (closesJobId === null)
    return { ...rows, positions: rows.positions.filter(({ openedByJobId }) => openedByJobId < jobId) };
  const positions = rows.positions.filter(({ openedByJobId }) => openedByJobId === closesJobId);
  return { ...rows, positions, admitted: { inLastHour: 0, lastAt: null } };
}

/** Adds to the trace which job this one waited for, and how long. */
function withWait(plan: Plan, { waitsForJobId, waitingSince }: Waiting, now: number): Plan {
  if (waitsForJobId === null || waitingSince === null) return plan;
  const waited = {
    name: 'waited',
    value: `${Math.max(0, now - waitingSince)} ms`,
    source: `job ${waitsForJobId} came before`,
  };
  return { ...plan, trace: [waited, ...plan.trace] };
}

const quoteOf = (symbol: string, market: Venue['market']): string => market?.quote ?? symbol.split('/')[1] ?? '';

function planKeyOf(claims: readonly Claim[], now: number): PlanKey {
  const [first] = claims;
  if (!first) throw new RangeError('nothing to claim');
  const { symbol, side, tradeMode } = first.address;
  const accountIds = [...new Set(claims.map(({ address }) => address.account.id))];
  return { accountIds, symbol, side, tradeMode, quote: quoteOf(symbol, first.venue.market), now };
}

interface Locked extends ClaimLocks {
  rowsOf: (accountId: number) => PlanRows;
  /** The vault of an order by hand, in place of the parameter's. */
  vaultOfRequest: Pick<PlanRows, 'vault'> | undefined;
  around: (job: { accountId: number; jobId: number }) => Around;
}

/** Takes one round trip when the vaults are still those that the addresses name. */
async function lockAndRead(tx: Tx, key: PlanKey, claims: readonly Claim[]): Promise<Locked> {
  const batch = new Batch();
  const vaultIds = new Set(claims.flatMap(({ address }) => address.vaultId ?? []));
  const jobIds = claims.map(({ address }) => address.jobId);
  const claimed = addClaimLocks(batch, key, { jobIds, vaultIds: [...vaultIds] });
  const readAround = addAroundRead(batch, key, jobIds);
  const readPlans = addPlanReads(batch, key, { lock: true });
  const request = claims[0]?.address.request;
  const readVault = request && addRequestVaultRead(batch, { vaultId: request.vaultId, quote: key.quote });
  const results = await tx.run(batch);
  const vaultOfRequest = readVault && { vault: readVault(results) };
  const locked = { ...claimed(results), around: readAround(results), rowsOf: readPlans(results), vaultOfRequest };
  if (request) return locked;
  const now = key.accountIds.flatMap((id) => locked.rowsOf(id).vault?.id ?? []);
  if (now.every((id) => vaultIds.has(id))) return locked;
  // A parameter got another vault after the job was created: its row was read, but not locked.
  const again = new Batch();
  addClaimLocks(again, key, { jobIds: [], vaultIds: now });
  const readAgain = addPlanReads(again, key, { lock: true });
  return { ...locked, rowsOf: readAgain(await tx.run(again)) };
}
