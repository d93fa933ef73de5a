import type { Context } from '../context.js';
import { d } from '../core/money/money.js';
import { isDust } from '../core/position/position.js';
import { askWallet } from '../orders/send/ask-wallet.js';
import { cancelOrder } from '../orders/cancel/cancel-order.js';
import { readVenue } from '../orders/claim/read-venue.js';
import { fireTrigger, type FireInput, type FireOutcome } from './fire-trigger.js';

export interface ExitRunner {
  /** Fires the exit in its turn. */
  run(exit: FireInput): void;
  /** Forgets waiting exits (the next watcher finds them again) and waits for running ones. */
  stop(): Promise<void>;
}

type ExitContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>;

/** The whole process shares the database connections. */
const CONCURRENCY = 8;
const RETRY_MS = 1_000;
/** A position that cannot be sold is checked again after this time, not at every price. */
const UNSELLABLE_MS = 30_000;

/**
 * Fires the exits that watchers find, a limited number at a time. Exits of one position run one after the other: a stop
 * that a target raised counts from the target's commit on. An exit that could not be decided, because the database or
 * the exchange did not answer, is tried again with its own price: that price was reached, whatever came later.
 * `lookAgain` is called with a position that was not sold and the time until its next check, so that it always stays
 * watched.
 */
export function createExitRunner(ctx: ExitContext, lookAgain: (positionId: number, inMs: number) => void): ExitRunner {
  const waiting: FireInput[] = [];
  const running = new Set<Promise<void>>();
  const busy = new Set<number>();
  const retries = new Set<NodeJS.Timeout>();
  let isStopped = false;

  const again = (exit: FireInput): void => {
    const timer = setTimeout(() => {
      retries.delete(timer);
      run(exit);
    }, RETRY_MS);
    retries.add(timer);
  };

  const fire = async (exit: FireInput): Promise<void> => {
    const { id } = exit.position;
    try {
      const outcome = await fireExit(ctx, exit);
      if (outcome.kind === 'WAIT') lookAgain(id, Math.max(0, outcome.until - ctx.clock.now()));
      else if (outcome.kind === 'UNSELLABLE') lookAgain(id, UNSELLABLE_MS);
      else if (outcome.kind === 'UNREACHABLE') again(exit);
      else if (outcome.kind !== 'FIRED' && outcome.kind !== 'DUST') lookAgain(id, RETRY_MS);
    } catch (err) {
      ctx.log.error({ err, positionId: id }, 'a trigger could not be fired; it is tried again');
      again(exit);
    }
  };
  const next = (): void => {
    while (!isStopped && running.size < CONCURRENCY) {
      const index = waiting.findIndex(({ position }) => !busy.has(position.id));
      const [exit] = index < 0 ? [] : waiting.splice(index, 1);
      if (!exit) return;
      const { id } = exit.position;
      busy.add(id);
      const one = fire(exit).finally(() => {
        running.delete(one);
        busy.delete(id);
        next();
      });
      running.add(one);
    }
  };
  const run = (exit: FireInput): void => {
    if (isStopped) return;
    waiting.push(exit);
    next();
  };
  return {
    run,
    async stop() {
      isStopped = true;
      waiting.length = 0;
      for (const timer of retries) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

/**
 * First cancels limit sells that hold the position; one that cannot be canceled keeps only its own share. A position
 * whose coins were missing is sold only when the wallet has some again: reading the wallet costs less than a refused
 * order.
 */
export async function fireExit(ctx: ExitContext, exit: FireInput): Promise<FireOutcome> {
  let outcome = await fireTrigger(ctx, exit);
  if (outcome.kind === 'ASK_WALLET') {
    if (!(await hasCoins(ctx, exit))) return { kind: 'UNSELLABLE' };
    exit = { ...exit, hasCoins: true };
    outcome = await fireTrigger(ctx, exit);
  }
  if (outcome.kind !== 'BLOCKED') return outcome;
  for (const jobId of outcome.jobIds) {
    await cancelOrder(ctx, exit.position.account.userId, { jobId, stopReason: 'CANCELED_FOR_EXIT' });
  }
  return fireTrigger(ctx, { ...exit, leaveResting: true });
}

async function hasCoins(ctx: ExitContext, { position: { account, symbol }, tick }: FireInput): Promise<boolean> {
  const { exchange, market } = await readVenue(ctx, { account, symbol });
  const wallet = exchange && market && (await askWallet(ctx, exchange, market.base));
  return !!wallet && !isDust(d(wallet.free), tick.price, market);
}
