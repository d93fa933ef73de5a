import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { RunSlots } from './run-slots.js';
import type { TradeTicket } from './trade-queue.js';

/** Runs trade jobs in this process, so many at a time. */
export interface TradeRunner {
  /** true = taken; false = no room. */
  offer(ticket: TradeTicket): boolean;
  /** Sets an urgent run aside, if one is free; the caller must begin it or give it back. */
  reserve(): { begin(work: () => Promise<unknown>): void; release(): void } | undefined;
  /** Runs the ticket when its turn comes (at once when it is urgent and not too many are), or joins the run of the same job; rejects when the work does. */
  run(ticket: TradeTicket): Promise<void>;
  /** Offers the ticket once the run of its job that is under way is over; at once when there is none. */
  again(ticket: TradeTicket): void;
  /** How many more tickets `offer` takes now; of urgent ones it takes any number. */
  room(): number;
  /** Takes nothing new, forgets what waits (it stays PENDING) and waits at most `patienceMs` for what is under way. */
  stop(patienceMs: number): Promise<void>;
}

/** So many tickets may wait for each that runs; beyond that other executors are asked. */
const WAITING_PER_RUN = 8;

interface TradeRunnerOptions {
  concurrency: number;
  work: (ticket: TradeTicket) => Promise<unknown>;
  log: Logger;
}

export function createTradeRunner({ concurrency, work, log }: TradeRunnerOptions): TradeRunner {
  const slots = new RunSlots(concurrency);
  const runs = new Map<number, Promise<void>>();
  const reserved = new Set<Promise<void>>();
  let stopped = false;

  const room = () => (stopped ? 0 : slots.spare + concurrency * WAITING_PER_RUN);

  const start = async (ticket: TradeTicket): Promise<void> => {
    try {
      await work(ticket);
    } finally {
      slots.leave();
    }
  };

  const run = (ticket: TradeTicket): Promise<void> => {
    const known = runs.get(ticket.jobId);
    if (known) return known;
    if (stopped) return Promise.resolve();
    const haste = ticket.isUrgent ? 'urgent' : 'usual';
    const done = slots.take(haste)
      ? start(ticket)
      : new Promise<void>((resolve, reject) => {
          slots.wait(haste, { begin: () => void start(ticket).then(resolve, reject), drop: resolve });
        });
    const tracked = done.finally(() => runs.delete(ticket.jobId));
    runs.set(ticket.jobId, tracked);
    return tracked;
  };

  const reserve = createReserve({ slots, reserved, log, isStopped: () => stopped });

  const offer = (ticket: TradeTicket): boolean => {
    if (stopped || (!ticket.isUrgent && room() <= 0)) return false;
    run(ticket).catch((err: unknown) =>
      log.error({ err, jobId: ticket.jobId }, 'a trade job failed, it is tried again'),
    );
    return true;
  };

  return {
    run,
    room,
    reserve,
    offer,
    again(ticket) {
      const known = runs.get(ticket.jobId);
      if (known) void known.catch(() => undefined).then(() => offer(ticket));
      else offer(ticket);
    },
    async stop(patienceMs) {
      stopped = true;
      slots.dropWaiting();
      const underWay = Promise.allSettled([...runs.values(), ...reserved]);
      await Promise.race([underWay, sleep(patienceMs, undefined, { ref: false })]);
    },
  };
}

/** Sets runs aside; what is reserved is waited for at the end. */
function createReserve({
  slots,
  reserved,
  log,
  isStopped,
}: {
  slots: RunSlots;
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
    const failed = (err: unknown) => log.error({ err }, 'a claimed order failed, recovery finds it');
    return { begin: (own) => void own().catch(failed).finally(finish), release: finish };
  };
}
