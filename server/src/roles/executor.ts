import type { Context } from '../context.js';
import type { QueueWorker } from '../infra/redis/queue-kit.js';
import { waitAtMost } from '../infra/with-timeout.js';
import { createBatcher } from '../infra/database/batcher.js';
import { readSyncedAccounts } from '../reconciliation/account-sync.store.js';
import { reconcileAtStart } from '../reconciliation/reconcile-at-start.js';
import { createClockGate, LEFT_TO_OTHERS_MS, type ClockGate } from '../orders/claim/clock-gate.js';
import { executeTradeQueue } from '../orders/queue/create-trade-queue.js';
import { executeTrade, sendOrder } from '../orders/send/execute-trade.js';
import { recoverOrders } from '../orders/recover/recover-orders.js';
import { createSignalLine } from '../orders/signal-order/signal-line.js';
import { createRecoverer } from '../orders/recover/recoverer.js';
import { createReconcileGate } from '../orders/queue/reconcile-gate.js';
import { runWaitingJobs, sweepExits, sweepJobs } from '../orders/queue/sweep-jobs.js';
import { sweepDryRuns } from '../webhooks/dry-runs/create-dry-runner.js';
import type { JobMessage } from '../ports.js';
import { repeat } from '../infra/repeat.js';
import { createTradeRunner, type TradeRunner } from '../orders/queue/trade-runner.js';

const SWEEP_EVERY_MS = 2_000;
const EXITS_EVERY_MS = 300;
const CLOCK_EVERY_MS = 100;
const SOONEST_MS = 250;
/** The most orders to look up per sweep. */
const RECOVER_AT_ONCE = 200;
/** Orders that share a transaction; a group that takes longer than this delays no other order. */
const BATCHER = { sizeMax: 50, waitMaxMs: 25 };
/** Running orders get this long at a stop; the rest stays PENDING, or SENDING for recovery. */
const STOP_TIMEOUT_MS = 8_000;

export interface Executor {
  runner: TradeRunner;
  /** Takes no new jobs and waits up to 8 s for running orders. */
  stop(): Promise<void>;
}

/**
 * Everything that turns PENDING jobs into orders: jobs of this process, the queue from other processes, the sweep over
 * MySQL that needs neither, and the recovery of orders with unknown outcomes. An account at a real exchange trades only
 * after its orders were compared once since the start.
 */
export function startExecutor(ctx: Context): Executor {
  const concurrency = ctx.env.EXECUTOR_CONCURRENCY;
  const batcher = createBatcher(BATCHER);
  const clockGate = createClockGate(ctx.clock);
  const gate = createReconcileGate({
    exchanges: ctx.exchanges,
    log: ctx.log,
    reconcile: (account) => reconcileAtStart(ctx, account),
    onOpen: (accountId, side) => runWaitingJobs(ctx, runner, { accountId, side }),
  });
  const line = createSignalLine({ clock: ctx.clock, again: (message) => runner.again(message) });
  const runner = createTradeRunner({
    concurrency,
    work: (message) =>
      executeTrade(ctx, message, {
        batcher,
        isClockRight: clockGate.admits,
        mayTrade: gate.admits,
        onWait: line.wait,
      }).finally(() => line.ended(message.jobId)),
    log: ctx.log,
  });
  const worker = executeTradeQueue.work(ctx, takeFromQueue(clockGate, runner), { concurrency });
  const clockWatch = followClockGate(clockGate, worker);
  const detach = ctx.trades.attach?.({
    offer: (message) => offerOrLeave(message, { runner, clockGate }),
    reserve(account) {
      if (!clockGate.isOpen()) return undefined;
      const run = gate.admits(account, 'SELL') ? runner.reserve() : undefined;
      return run && { send: (order) => run.begin(() => sendOrder(ctx, order, batcher)), release: run.release };
    },
  });
  const warmingUp = (async () => {
    for (const account of await readSyncedAccounts(ctx.db)) gate.admits(account, 'SELL');
  })().catch((err: unknown) =>
    ctx.log.warn({ err }, 'the accounts to compare could not be read; each is compared before its first trade'),
  );
  const recoverer = createRecoverer();
  const loops = [
    sweepJobsOften(ctx, runner, { clockGate, blockedAccounts: gate.blockedAccounts }),
    sweepExitsOften(ctx, runner, clockGate),
    sweepOften(ctx, 'sweep of dry runs', async () => void (await sweepDryRuns(ctx))),
    sweepOften(ctx, 'recovery of orders', async () => {
      const { looked, ...found } = await recoverOrders(ctx, { limit: RECOVER_AT_ONCE, recoverer });
      if (found.retried + found.failed + found.unreachable > 0) ctx.log.info({ looked, ...found }, 'orders recovered');
      return recoverer.nextInMs();
    }),
  ];
  return {
    runner,
    async stop() {
      detach?.();
      line.stop();
      clockWatch.stop();
      await Promise.all([
        waitAtMost(recoverer.stop(ctx.db), STOP_TIMEOUT_MS),
        ...loops.map((stop) => waitAtMost(stop(), STOP_TIMEOUT_MS)),
        waitAtMost(
          warmingUp.then(() => gate.stop()),
          STOP_TIMEOUT_MS,
        ),
        runner.stop(STOP_TIMEOUT_MS),
        worker.close(STOP_TIMEOUT_MS),
      ]);
    },
  };
}

/**
 * A paused worker may still receive one message that it was waiting for: this error makes the queue pass it to another
 * executor half a second later.
 */
const takeFromQueue =
  (gate: ClockGate, runner: TradeRunner) =>
  async (message: JobMessage): Promise<void> => {
    if (!gate.isOpen()) throw new Error("this machine's clock is wrong; another executor must take the job");
    await runner.run(message);
  };
/**
 * While this process's clock is wrong, other executors get the jobs; an urgent sell that none of them takes is sold
 * here.
 */
function offerOrLeave(
  message: JobMessage,
  { runner, clockGate }: { runner: TradeRunner; clockGate: ClockGate },
): boolean {
  if (clockGate.isOpen()) return runner.offer(message);
  if (message.isUrgent) setTimeout(() => runner.offer(message), LEFT_TO_OTHERS_MS).unref();
  return false;
}

/** Finds jobs that were lost on their way to an executor. */
function sweepJobsOften(
  ctx: Context,
  runner: TradeRunner,
  { clockGate, blockedAccounts }: { clockGate: ClockGate; blockedAccounts: () => number[] },
): () => Promise<void> {
  return sweepOften(ctx, 'sweep of jobs', async () => {
    const sellsOnly = clockGate.isOpen() ? {} : { sellsOnly: { olderThanMs: LEFT_TO_OTHERS_MS } };
    const swept = await sweepJobs(ctx, runner, { blockedAccounts: blockedAccounts(), ...sellsOnly });
    if (swept > 0) ctx.log.info({ swept }, 'overdue jobs taken from the database');
  });
}

/** Finds urgent sells that were not announced or that an executor lost. */
function sweepExitsOften(ctx: Context, runner: TradeRunner, clockGate: ClockGate): () => Promise<void> {
  const sweep = async (): Promise<void> => {
    const swept = await sweepExits(ctx, runner, clockGate.isOpen() ? {} : { olderThanMs: LEFT_TO_OTHERS_MS });
    if (swept > 0) ctx.log.debug({ swept }, 'exits taken from the database');
  };
  return sweepOften(ctx, 'sweep of exits', sweep, EXITS_EVERY_MS);
}

/** Leaves the queue to other executors while this one's clock is wrong. */
function followClockGate(gate: ClockGate, worker: QueueWorker): { stop(): void } {
  let isOpen = true;
  const look = (): void => {
    if (gate.isOpen() === isOpen) return;
    isOpen = !isOpen;
    if (isOpen) worker.resume();
    else worker.pause();
  };
  // Checks at once: an executor that starts with a wrong clock takes nothing from the others.
  look();
  const timer = setInterval(look, CLOCK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/**
 * Repeats `work` about every `everyMs`, not in step with other executors. It may return a shorter time in ms until its
 * next run. Returns what stops it.
 */
function sweepOften(
  ctx: Pick<Context, 'log'>,
  name: string,
  work: () => Promise<number | void>,
  everyMs = SWEEP_EVERY_MS,
): () => Promise<void> {
  const round = async (): Promise<number> => {
    const soonerMs = await work().catch((err: unknown) => {
      ctx.log.error({ err }, `${name} failed; it is tried again`);
    });
    const usualMs = everyMs * (0.75 + Math.random() / 2);
    return Math.min(usualMs, Math.max(SOONEST_MS, soonerMs ?? usualMs));
  };
  return repeat(everyMs, round).stop;
}
