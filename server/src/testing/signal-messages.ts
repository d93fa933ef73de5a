import { readFileSync } from 'node:fs';
import type { SignalAction } from '../core/domain.js';

const READINGS: Readonly<Record<string, SignalAction>> = { B: 'BUY_SIGNAL', S: 'SELL_SIGNAL', U: 'UNKNOWN' };

/**
 * Messages of the kinds that people really send, grouped by the allowed readings: B a buy, S a sell, U unknown. A
 * message that closes, cancels, denies, waits, reports, reduces or tests must never be read as a buy.
 */
const GROUPS = JSON.parse(readFileSync(new URL('signal-messages.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>;

export const SIGNAL_MESSAGES: readonly { message: string; allowed: SignalAction[] }[] = Object.entries(GROUPS).flatMap(
  ([letters, messages]) =>
    messages.map((message) => ({ message, allowed: [...letters].flatMap((letter) => READINGS[letter] ?? []) })),
);
