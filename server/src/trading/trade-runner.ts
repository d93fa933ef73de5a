import type { Logger } from 'pino';
import type { TicketTaker, TradeTicket } from './trade-queue.js';

/** Runs trade jobs in this process, so many at a time. */
export interface TradeRunner extends TicketTaker {
  /** Runs the ticket when its turn comes, or joins the run of the same job; rejects when the work does. */
  run(ticket: TradeTicket): Promise<void>;
  /** How many more tickets `offer` takes now. */
  room(): number;
  /** Takes nothing new, forgets what waits (it stays PENDING) and waits at most `patienceMs` for what is under way. */
  stop(patienceMs: number): Promise<void>;
}

/** So many tickets may wait for each that runs; beyond that other executors are asked. */
const WAITING_PER_RUN = 8;

interface Waiting {
  ticket: TradeTicket;
  begin(): void;
  drop(): void;
}

export function createTradeRunner({
  concurrency,
  work,
  log,
}: {
  concurrency: number;
  work: (ticket: TradeTicket) => Promise<unknown>;
  log: Logger;
}): TradeRunner {
  const waiting: Waiting[] = [];
  const runs = new Map<number, Promise<void>>();
  let running = 0;
  let stopped = false;

  const room = () => (stopped ? 0 : concurrency - running + concurrency * WAITING_PER_RUN - waiting.length);

  const start = async (ticket: TradeTicket): Promise<void> => {
    running++;
    try {
      await work(ticket);
    } finally {
      running--;
      waiting.shift()?.begin();
    }
  };

  const run = (ticket: TradeTicket): Promise<void> => {
    const known = runs.get(ticket.jobId);
    if (known) return known;
    if (stopped) return Promise.resolve();
    const done =
      running < concurrency
        ? start(ticket)
        : new Promise<void>((resolve, reject) => {
            waiting.push({ ticket, begin: () => void start(ticket).then(resolve, reject), drop: resolve });
          });
    const tracked = done.finally(() => runs.delete(ticket.jobId));
    runs.set(ticket.jobId, tracked);
    return tracked;
  };

  return {
    run,
    room,
    offer(ticket) {
      if (room() <= 0) return false;
      run(ticket).catch((err: unknown) =>
        log.error({ err, jobId: ticket.jobId }, 'a trade job failed, it is tried again'),
      );
      return true;
    },
    async stop(patienceMs) {
      stopped = true;
      for (const { drop } of waiting.splice(0)) drop();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([Promise.allSettled(runs.values()), patience]);
      clearTimeout(timer);
    },
  };
}
