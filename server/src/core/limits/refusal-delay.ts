/** How often a sender was refused lately, at a time (ms, any monotonic clock). */
export interface Refusals {
  count: number;
  atMs: number;
}

/** Long enough that one connection cannot ask hundreds of times a second, too short to be felt by a person. */
const FIRST_MS = 40;
const LONGEST_MS = 1_000;
/** After this many refusals the delay is twice as long. An honest client that is refused comes nowhere near. */
const DOUBLES_AFTER = 50;
const FORGIVEN_PER_SEC = 10;
/** Beyond it the delay grows no more, so that a sender is forgiven within 40 seconds. */
const COUNTED_MAX = 400;

export const NO_REFUSALS: Refusals = { count: 0, atMs: 0 };

/** Counts one more refusal. Refusals are forgiven with time, ten a second. */
export function refusedAgain({ count, atMs }: Refusals, nowMs: number): Refusals {
  const forgiven = (Math.max(0, nowMs - atMs) / 1_000) * FORGIVEN_PER_SEC;
  return { count: Math.min(COUNTED_MAX, Math.max(0, count - forgiven) + 1), atMs: nowMs };
}

/**
 * How long the answer to the latest refusal is held back: a flood that waits for its answers slows itself down. The first
 * fifty wait for `firstMs`.
 */
export function refusalDelayMs({ count }: Refusals, firstMs = FIRST_MS): number {
  const doublings = Math.floor(Math.max(0, count - 1) / DOUBLES_AFTER);
  return doublings === 0 ? firstMs : Math.min(LONGEST_MS, FIRST_MS * 2 ** doublings);
}
