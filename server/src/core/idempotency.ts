import { refuse, type Refusal } from './reasons.js';

/** What is known of an idempotency key that was used before. */
export interface UsedKey {
  inputHash: string;
  isDone: boolean;
  /** Until when the request that uses it may be running (ms since 1970). */
  heldUntil: number;
}

/**
 * What a request with a used key gets. REPEAT: the first result. RESUME: the first request has stopped half way, so
 * this one goes on. Otherwise the refusal: other input, or the first request is still running.
 */
export function decideKey(used: UsedKey, request: { inputHash: string; now: number }): 'REPEAT' | 'RESUME' | Refusal {
  if (used.inputHash !== request.inputHash) return refuse('IDEMPOTENCY_CONFLICT');
  if (used.isDone) return 'REPEAT';
  return used.heldUntil > request.now ? refuse('IDEMPOTENCY_IN_PROGRESS') : 'RESUME';
}

const DECIMAL = /^-?\d+\.\d+$/;

/**
 * An input as one text, the same for every spelling of the same request: names in order, null like absent, `1.50` like
 * `1.5`. Only plain values, lists and objects.
 */
export function inputText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => inputText(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const given = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
    const parts = given
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => `${JSON.stringify(name)}:${inputText(item)}`);
    return `{${parts.join(',')}}`;
  }
  if (typeof value === 'string' && DECIMAL.test(value)) return JSON.stringify(value.replace(/\.?0+$/, ''));
  return JSON.stringify(value ?? null);
}
