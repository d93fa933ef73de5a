import type { Clock } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';

/** What an executor may take while its machine's clock is wrong. */
export interface ClockGate {
  /** Whether it trades as usual. */
  isOpen(): boolean;
  /** Whether it may take a job of this side that was written then (ms since 1970, the shared time). */
  admits(side: OrderSide, createdAt: number): boolean;
}

/** So long an executor whose clock is wrong leaves an exit to others, who have it from Redis within milliseconds. */
export const LEFT_TO_OTHERS_MS = 1_500;

/**
 * A process whose clock is too far from the database's does not trade: it opens nothing, and what must be sold it leaves to
 * executors whose clocks are right. A sell that none of them took is sold here all the same: it is decided, written and
 * proven by the shared time and sent by a monotonic clock, so that a wrong clock makes it no less safe, and a stop that
 * nobody sells is the greater loss (decision 023).
 */
export function createClockGate(clock: Clock): ClockGate {
  const isOpen = (): boolean => clock.standing?.().state !== 'TOO_FAR_OFF';
  return {
    isOpen,
    admits: (side, createdAt) => isOpen() || (side === 'SELL' && clock.now() - createdAt >= LEFT_TO_OTHERS_MS),
  };
}
