import type { Clock } from '../context.js';

export interface FakeClock extends Clock {
  /** Moves forward (or back, when negative). */
  advance(ms: number): void;
  set(ms: number): void;
}

/** A clock that moves only when told. It starts at 2026-11-24T12:00:00Z by default. */
export function fakeClock(startMs = Date.UTC(2026, 10, 24, 12)): FakeClock {
  let now = startMs;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    set(ms) {
      now = ms;
    },
  };
}
