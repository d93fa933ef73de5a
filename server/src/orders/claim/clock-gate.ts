import type { Clock } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';

/** Decides which jobs an executor may take while its machine's clock is wrong. */
export interface ClockGate {
  /** Whether the executor trades as usual. */
  isOpen(): boolean;
  /** Whether it may take a job of this side that was created at `createdAt` (ms since 1970, database time). */
  admits(side: OrderSide, createdAt: number): boolean;
}

/**
 * An executor with a wrong clock leaves exits to others for this long. They get them from Redis within milliseconds.
 */
export const LEFT_TO_OTHERS_MS = 1_500;

/**
 * A process whose clock differs too much from the database's opens nothing and leaves sells to executors with correct
 * clocks. It still takes a sell that none of them took: the sell is decided, written and proven by database time and
 * sent by a monotonic clock, so a wrong clock does not make it less safe. A stop loss that is never sold would be the
 * greater loss (decision 023).
 */
export function createClockGate(clock: Clock): ClockGate {
  const isOpen = (): boolean => clock.standing?.().state !== 'TOO_FAR_OFF';
  return {
    isOpen,
    admits: (side, createdAt) => isOpen() || (side === 'SELL' && clock.now() - createdAt >= LEFT_TO_OTHERS_MS),
  };
}
