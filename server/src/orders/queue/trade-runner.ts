import type { Logger } from 'pino';
import { waitAtMost } from '../../infra/with-timeout.js';
import { PrioritySemaphore } from './priority-semaphore.js';
import type { JobMessage } from '../../ports.js';

/** Runs trade jobs in this process, a limited number at a time. */
export interface TradeRunner {
  /** true = taken; false = no room. */
  offer(message: JobMessage): boolean;
  /** Reserves an urgent run if one is free; the caller must begin or release it. */
  reserve(): { begin(work: () => Promise<unknown>): void; release(): void } | undefined;
  /**
   * Runs the message in its turn (an urgent one at once unless too many run), or joins the current run of the same job;
   * rejects when the work rejects.
   */
  run(message: JobMessage): Promise<void>;
  /** Offers the message after the current run of its job; at once when there is none. */
  again(message: JobMessage): void;
  /** How many more messages `offer` takes now; urgent ones are always taken. */
  room(): number;
  /** Takes no new jobs, forgets waiting ones (they stay PENDING) and waits at most `timeoutMs` for running ones. */
  stop(timeoutMs: number): Promise<void>;
}

/** How many messages may wait per running one; beyond that, jobs go to other executors. */
const WAITING_PER_RUN = 8;

interface TradeRunnerOptions {
  concurrency: number;
  work: (message: JobMessage) => Promise<unknown>;
  log: Logger;
}

export function createTradeRunner({ concurrency, work, log }: TradeRunnerOptions): TradeRunner {
  const slots = new PrioritySemaphore(concurrency);
  const runs = new Map<number, Promise<void>>();
  const reserved = new Set<Promise<void>>();
  let stopped = false;

  const room = () => (stopped ? 0 : slots.spare + concurrency * WAITING_PER_RUN);

  const start = async (message: JobMessage): Promise<void> => {
    try {
      await work(message);
    } finally {
      slots.leave();
    }
  };

  const run = (message: JobMessage): Promise<void> => {
    const known = runs.get(message.jobId);
    if (known) return known;
    if (stopped) return Promise.resolve();
    const priority = message.isUrgent ? 'urgent' : 'usual';
    const done = slots.take(priority)
      ? start(message)
      : new Promise<void>((resolve, reject) => {
          slots.wait(priority, { begin: () => void start(message).then(resolve, reject), drop: resolve });
        });
    const tracked = done.finally(() => runs.delete(message.jobId));
    runs.set(message.jobId, tracked);
    return tracked;
  };

  const reserve = createReserve({ slots, reserved, log, isStopped: () => stopped });

  const offer = (message: JobMessage): boolean => {
    if (stopped || (!message.isUrgent && room() <= 0)) return false;
    run(message).catch((err: unknown) =>
      log.error({ err, jobId: message.jobId }, 'a trade job failed; it is tried again'),
    );
    return true;
  };

  return {
    run,
    room,
    reserve,
    offer,
    again(message) {
      const known = runs.get(message.jobId);
      if (known) void known.catch(() => undefined).then(() => offer(message));
      else offer(message);
    },
    async stop(timeoutMs) {
      stopped = true;
      slots.dropWaiting();
      const underWay = Promise.allSettled([...runs.values(), ...reserved]);
      await waitAtMost(underWay, timeoutMs);
    },
  };
}

/** Reserves runs; `stop` waits for them. */
function createReserve({
  slots,
  reserved,
  log,
  isStopped,
}: {
  slots: PrioritySemaphore;
  reserved: Set<Promise<void>>;
  log: Logger;
  isStopped: () => boolean;
}): TradeRunner['reserve'] {
  return () => {
    if (isStopped() || !slots.take('urgent')) return undefined;
    let finish = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    }).finally(() => {
      reserved.delete(over);
      slots.leave();
    });
    reserved.add(over);
    const failed = (err: unknown) => log.error({ err }, 'a claimed order failed; recovery finds it');
    return { begin: (own) => void own().catch(failed).finally(finish), release: finish };
  };
}
