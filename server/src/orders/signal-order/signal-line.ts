import type { Clock } from '../../context.js';
import { looksAgainInMs } from '../../core/plan/signal-order.js';
import type { SignalWait } from '../send/execute-trade.js';
import type { JobMessage } from '../../ports.js';

/**
 * Remembers which jobs of this process wait for an earlier signal's job. The database has the full list; this class
 * only retries soon: at once when the earlier job's run ends in this process, otherwise after a pause, because another
 * process may have ended it. The sweep finds the others.
 */
export interface SignalLine {
  wait(wait: SignalWait): void;
  /** The run of this job has ended in this process. */
  ended(jobId: number): void;
  stop(): void;
}

export function createSignalLine({
  clock,
  again,
}: {
  clock: Clock;
  /** Runs a job again after its current run. */
  again: (message: JobMessage) => void;
}): SignalLine {
  const timers = new Map<number, NodeJS.Timeout>();
  const waiting = new Map<number, Map<number, JobMessage>>();
  let isStopped = false;

  const look = (message: JobMessage, forJobId: number): void => {
    clearTimeout(timers.get(message.jobId));
    timers.delete(message.jobId);
    const others = waiting.get(forJobId);
    others?.delete(message.jobId);
    if (others?.size === 0) waiting.delete(forJobId);
    again(message);
  };

  return {
    wait({ message: first, side, forJobId, since }) {
      // A close that has waited goes before new jobs.
      const message = side === 'SELL' ? { ...first, isUrgent: true } : first;
      const inMs = looksAgainInMs(clock.now() - since);
      if (isStopped || inMs === undefined) return;
      const others = waiting.get(forJobId) ?? new Map<number, JobMessage>();
      waiting.set(forJobId, others.set(message.jobId, message));
      clearTimeout(timers.get(message.jobId));
      timers.set(
        message.jobId,
        setTimeout(() => look(message, forJobId), inMs),
      );
    },
    ended(jobId) {
      for (const message of [...(waiting.get(jobId)?.values() ?? [])]) look(message, jobId);
    },
    stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      waiting.clear();
    },
  };
}
