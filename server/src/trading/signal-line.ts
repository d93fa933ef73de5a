import type { Clock } from '../context.js';
import { looksAgainInMs } from '../core/signal-order.js';
import type { SignalWait } from './execute-trade.js';
import type { TradeTicket } from './trade-queue.js';

/**
 * Who in this process waits for an earlier signal's job. What waits for what is in the database; this only has it looked
 * at again soon: at once when the earlier job's run ends in this process, else after a pause, because another process may
 * have ended it. What nobody remembers is found by the sweep.
 */
export interface SignalLine {
  wait(wait: SignalWait): void;
  /** The run of this job is over in this process. */
  ended(jobId: number): void;
  stop(): void;
}

export function createSignalLine({
  clock,
  again,
}: {
  clock: Clock;
  /** Has a job looked at once more, after its run that is under way. */
  again: (ticket: TradeTicket) => void;
}): SignalLine {
  const timers = new Map<number, NodeJS.Timeout>();
  const waiting = new Map<number, Map<number, TradeTicket>>();
  let isStopped = false;

  const look = (ticket: TradeTicket, forJobId: number): void => {
    clearTimeout(timers.get(ticket.jobId));
    timers.delete(ticket.jobId);
    const others = waiting.get(forJobId);
    others?.delete(ticket.jobId);
    if (others?.size === 0) waiting.delete(forJobId);
    again(ticket);
  };

  return {
    wait({ ticket: first, side, forJobId, since }) {
      // A close has waited: it goes before what has just come.
      const ticket = side === 'SELL' ? { ...first, isUrgent: true } : first;
      const inMs = looksAgainInMs(clock.now() - since);
      if (isStopped || inMs === undefined) return;
      const others = waiting.get(forJobId) ?? new Map<number, TradeTicket>();
      waiting.set(forJobId, others.set(ticket.jobId, ticket));
      clearTimeout(timers.get(ticket.jobId));
      timers.set(
        ticket.jobId,
        setTimeout(() => look(ticket, forJobId), inMs),
      );
    },
    ended(jobId) {
      for (const ticket of [...(waiting.get(jobId)?.values() ?? [])]) look(ticket, jobId);
    },
    stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      waiting.clear();
    },
  };
}
