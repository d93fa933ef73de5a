import type { Clock } from '../../../context.js';

/** Our estimate of the exchange's clock. */
export interface ExchangeClock {
  /** The exchange's time, ms since 1970. */
  now(): number;
  /** How far it is ahead of our clock. */
  offsetMs(): number;
  /** True when it was not measured for a while. */
  isDue(): boolean;
  /** `ask` reads the exchange's time. Resolves with the round trip; rejects when the exchange does not answer. */
  measure(ask: () => Promise<number | undefined>): Promise<{ latencyMs: number }>;
}

const MEASURE_EVERY_MS = 5 * 60_000;
/**
 * A slower answer may be wrong by more than an exchange tolerates. It is measured again, and the fastest answer counts.
 */
const SLOW_MS = 500;
const TRIES = 3;

/** The answer is assumed to be from the middle of the round trip, so the error is at most half of it. */
export function createExchangeClock(clock: Clock): ExchangeClock {
  // Based on the monotonic clock, which cannot be set: a step of the machine's or the database's clock invalidates no
  // signature.
  let aheadOfMonotonic = clock.now() - performance.now();
  let measuredAt = Number.NEGATIVE_INFINITY;
  return {
    now: () => performance.now() + aheadOfMonotonic,
    offsetMs: () => Math.round(performance.now() + aheadOfMonotonic - clock.now()),
    isDue: () => performance.now() - measuredAt > MEASURE_EVERY_MS,
    async measure(ask) {
      // Set before the answer, so that an exchange that is down is not measured with every request.
      measuredAt = performance.now();
      let fastestMs = Number.POSITIVE_INFINITY;
      for (let n = 0; n < TRIES && fastestMs > SLOW_MS; n++) {
        const startedAt = performance.now();
        const serverTime = await ask();
        const latencyMs = performance.now() - startedAt;
        if (latencyMs >= fastestMs) continue;
        fastestMs = latencyMs;
        if (typeof serverTime === 'number') aheadOfMonotonic = serverTime - (startedAt + latencyMs / 2);
      }
      return { latencyMs: fastestMs };
    },
  };
}
