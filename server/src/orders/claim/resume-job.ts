import type { Context } from '../../context.js';
import { isRetryDue } from '../../core/order/freshness.js';
import { Batch, type WriteResult } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import type { EntriesPause } from '../../core/plan/entries-pause.js';
import { turnOfBuy } from '../../core/plan/signal-order.js';
import type { Claim, Claimed } from './claim.js';
import { addClaimTimestamp, addExecution } from '../stores/trade-order.store.js';
import { addEntriesRead, addSizedClaimRead } from './execution.store.js';
import type { SizedJobAddress } from './job-address.store.js';
import { nextExecution } from './next-execution.js';
import { addAroundRead } from '../signal-order/signal-order.store.js';

/**
 * Claims a job that already has a size: an exit, an order with a requested size, another attempt. It keeps its
 * reservations in the vault and of positions, so it locks only its own row; only the execution is new.
 */
export async function resumeJob(
  ctx: Pick<Context, 'db' | 'clock'>,
  { address, message, venue }: Claim<SizedJobAddress>,
): Promise<Claimed> {
  const { jobId, side, account, createdAt, symbol } = address;
  return ctx.db.transaction(async (tx): Promise<Claimed> => {
    const batch = new Batch();
    const readSized = addSizedClaimRead(batch, jobId);
    const readPaused =
      side === 'BUY' ? addEntriesRead(batch, [account.id], { lock: true }) : () => new Map<number, EntriesPause>();
    const readAround =
      side === 'BUY' ? addAroundRead(batch, { accountIds: [account.id], symbol, side }, [jobId]) : undefined;
    const results = await tx.run(batch);
    const sized = readSized(results);
    if (!sized) {
      await tx.rollback();
      return { kind: 'not mine' };
    }
    const claimedAt = ctx.clock.now();
    if (!sized.allAbsent) throw new Error(`job ${jobId} is PENDING although an order of it may be at the exchange`);
    // The order that failed to reach the exchange was in its turn; only a later close can supersede it.
    const { laterCloses = [] } = readAround?.(results)({ accountId: account.id, jobId }) ?? {};
    const turn = turnOfBuy({ now: claimedAt, createdAt, isHindered: true, earlierCloses: [], laterCloses });
    if (turn.kind === 'superseded') {
      await tx.rollback();
      return turn;
    }
    // A buy is attempted again only while its signal is fresh; recovery ends an old one.
    const { lastAttempt } = sized;
    const isEarly = lastAttempt !== undefined && !isRetryDue(side, { now: claimedAt, createdAt, ...lastAttempt });
    // A buy that never reached the exchange is not sent again while entries are paused; recovery ends it and releases
    // its reservation.
    if (isEarly || readPaused(results).has(account.id)) {
      await tx.rollback();
      return { kind: 'postpone' };
    }
    if (!venue.exchange) throw new Error(`job ${jobId} was sized, but ${venue.refusal?.message ?? 'has no exchange'}`);
    const { orderType, quantity, limitPrice, attempts, vaultIds, seen, isAdding } = sized;
    const next = { attempt: attempts + 1, claimedAt, orderType, quantity, limitPrice, isAdding, ...(seen && { seen }) };
    const order = nextExecution(address, next);
    const writes = new Batch();
    addExecution(writes, order);
    addClaimTimestamp(writes, jobId, { committedAt: message.committedAt, queuedAt: message.queuedAt, claimedAt });
    addLiveEvents(writes, account.userId, [{ topic: 'JOB', entityId: jobId }]);
    const [inserted] = (await tx.commit(writes)) as WriteResult[];
    return { kind: 'send', order, vaultIds, executionId: inserted?.insertId ?? 0 };
  });
}
