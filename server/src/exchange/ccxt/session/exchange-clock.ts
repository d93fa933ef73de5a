import type { Clock } from '../../../context.js';

/** The exchange's clock as far as we know it. */
export interface ExchangeClock {
  /** ms since 1970 there. */
  now(): number;
  /** How far it is ahead of ours. */
  offsetMs(): number;
  /** It was not measured for a while. */
  isDue(): boolean;
  /** `ask` reads the exchange's time. Resolves with the round trip; rejects when the exchange does not answer. */
  measure(ask: () => Promise<number | undefined>): Promise<{ latencyMs: number }>;
}

const MEASURE_EVERY_MS = 5 * 60_000;
/** A slower answer may be off by more than an exchange forgives; it is asked again, and the fastest counts. */
const SLOW_MS = 500;
const TRIES = 3;

/** Its answer is of the middle of the round trip, give or take half of it. */
export function createExchangeClock(clock: Clock): ExchangeClock {
  // To what is added: nobody sets it, so a step of the machine's clock, or of the database's, spoils no signature.
  let aheadOfMonotonic = clock.now() - performance.now();
  let measuredAt = Number.NEGATIVE_INFINITY;
  return {
    now: () => performance.now() + aheadOfMonotonic,
    offsetMs: () => Math.round(performance.now() + aheadOfMonotonic - clock.now()),
    isDue: () => performance.now() - measuredAt > MEASURE_EVERY_MS,
    async measure(ask) {
      // Before the answer, so that an exchange that is away is not asked with every request.
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
