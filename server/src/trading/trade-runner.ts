import type { Logger } from 'pino';
import type { TradeTicket } from './trade-queue.js';

/** Runs trade jobs in this process, so many at a time. */
export interface TradeRunner {
  /** true = taken; false = no room. */
  offer(ticket: TradeTicket): boolean;
  /** Sets an urgent run aside, if one is free; the caller must begin it or give it back. */
  reserve(): { begin(work: () => Promise<unknown>): void; release(): void } | undefined;
  /** Runs the ticket when its turn comes (at once when it is urgent and not too many are), or joins the run of the same job; rejects when the work does. */
  run(ticket: TradeTicket): Promise<void>;
  /** How many more tickets `offer` takes now; of urgent ones it takes any number. */
  room(): number;
  /** Takes nothing new, forgets what waits (it stays PENDING) and waits at most `patienceMs` for what is under way. */
  stop(patienceMs: number): Promise<void>;
}

/** So many tickets may wait for each that runs; beyond that other executors are asked. */
const WAITING_PER_RUN = 8;
/** Runs beyond the usual ones that only urgent tickets may begin: one for each so many. */
const USUAL_PER_URGENT = 4;

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
  const lines = { urgent: [] as Waiting[], usual: [] as Waiting[] };
  const runsMax = { usual: concurrency, urgent: concurrency + Math.ceil(concurrency / USUAL_PER_URGENT) };
  const runs = new Map<number, Promise<void>>();
  const reserved = new Set<Promise<void>>();
  let running = 0;
  let stopped = false;

  const room = () => (stopped ? 0 : concurrency - running + concurrency * WAITING_PER_RUN - lines.usual.length);

  const end = (): void => {
    running--;
    const next = lines.urgent.shift() ?? (running < runsMax.usual ? lines.usual.shift() : undefined);
    next?.begin();
  };

  const start = async (ticket: TradeTicket): Promise<void> => {
    running++;
    try {
      await work(ticket);
    } finally {
      end();
    }
  };

  const run = (ticket: TradeTicket): Promise<void> => {
    const known = runs.get(ticket.jobId);
    if (known) return known;
    if (stopped) return Promise.resolve();
    const kind = ticket.isUrgent ? 'urgent' : 'usual';
    const done =
      running < runsMax[kind]
        ? start(ticket)
        : new Promise<void>((resolve, reject) => {
            lines[kind].push({ ticket, begin: () => void start(ticket).then(resolve, reject), drop: resolve });
          });
    const tracked = done.finally(() => runs.delete(ticket.jobId));
    runs.set(ticket.jobId, tracked);
    return tracked;
  };

  return {
    run,
    room,
    offer(ticket) {
      if (stopped || (!ticket.isUrgent && room() <= 0)) return false;
      run(ticket).catch((err: unknown) =>
        log.error({ err, jobId: ticket.jobId }, 'a trade job failed, it is tried again'),
      );
      return true;
    },
    reserve() {
      if (stopped || running >= runsMax.urgent) return undefined;
      running++;
      let finish = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        finish = resolve;
      }).finally(() => {
        reserved.delete(over);
        end();
      });
      reserved.add(over);
      return {
        begin: (own) =>
          void own()
            .catch((err: unknown) => log.error({ err }, 'a claimed order failed, recovery finds it'))
            .finally(finish),
        release: finish,
      };
    },
    async stop(patienceMs) {
      stopped = true;
      for (const line of Object.values(lines)) for (const { drop } of line.splice(0)) drop();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([Promise.allSettled([...runs.values(), ...reserved]), patience]);
      clearTimeout(timer);
    },
  };
}
