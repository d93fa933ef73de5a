import type { SignalAction } from '../domain.js';
import type { SignalReading } from './read-signal.js';
import type { PhraseMeaning, SignalPhrase } from './text/signal-phrases.js';

/** The part of a reading that decides what would be traded. */
export type TradedReading = Pick<SignalReading, 'action' | 'symbol' | 'price'>;

/** One message, read with the current phrases and with the changed ones. */
export interface ComparedReading {
  before: TradedReading;
  after: TradedReading;
}

/** How many messages would be read as `to` instead of `from`. */
export interface ReadingChange {
  from: SignalAction;
  to: SignalAction;
  count: number;
}

export interface PhrasePreview<Message> {
  /** The number of messages compared, and how many of them would be read differently. */
  read: number;
  changed: number;
  /** Messages that do not buy now and would buy. */
  newBuys: number;
  /** Messages that sell now and would not sell any more. */
  lostSells: number;
  /** The changes from one reading to another, the most frequent first. */
  changes: ReadingChange[];
  /** The first messages that would change. Those that would buy come first. */
  examples: (Message & ComparedReading)[];
}

/**
 * The phrases of a source with `phrase` (in the form of `checkPhrase`) added with `meaning`, or removed when `meaning`
 * is null.
 */
export function withPhrase(
  phrases: readonly SignalPhrase[],
  { phrase, meaning }: { phrase: string; meaning: PhraseMeaning | null },
): SignalPhrase[] {
  const others = phrases.filter((known) => known.phrase !== phrase);
  return meaning === null ? others : [...others, { phrase, meaning }];
}

/** Whether a message would trade differently: another direction, or the same direction with another symbol or price. */
export const isChanged = ({ before, after }: ComparedReading): boolean =>
  before.action !== after.action ||
  (after.action !== 'UNKNOWN' && (before.symbol !== after.symbol || before.price !== after.price));

/** Compares two readings of the same messages. Returns at most `examplesMax` examples. */
export function previewPhrase<Message>(
  messages: readonly (Message & ComparedReading)[],
  examplesMax: number,
): PhrasePreview<Message> {
  const changed = messages.filter(isChanged);
  const becomesBuy = ({ before, after }: ComparedReading) =>
    after.action === 'BUY_SIGNAL' && before.action !== 'BUY_SIGNAL';
  const losesSell = ({ before, after }: ComparedReading) =>
    before.action === 'SELL_SIGNAL' && after.action !== 'SELL_SIGNAL';
  const counts = new Map<string, ReadingChange>();
  for (const { before, after } of changed) {
    const key = `${before.action} ${after.action}`;
    const known = counts.get(key) ?? { from: before.action, to: after.action, count: 0 };
    counts.set(key, { ...known, count: known.count + 1 });
  }
  const buys = changed.filter(becomesBuy);
  const others = changed.filter((message) => !becomesBuy(message));
  return {
    read: messages.length,
    changed: changed.length,
    newBuys: buys.length,
    lostSells: changed.filter(losesSell).length,
    changes: [...counts.values()].sort((a, b) => b.count - a.count),
    examples: [...buys, ...others].slice(0, examplesMax),
  };
}
