import type { SignalAction } from '../domain.js';
import type { SignalReading } from './read-signal.js';
import type { PhraseMeaning, SignalPhrase } from './text/signal-phrases.js';

/** The part of a reading that decides what would be traded. */
export type TradedReading = Pick<SignalReading, 'action' | 'symbol' | 'price'>;

/** One message, read as it is read now and as it would be read. */
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
  /** Messages that were read both ways, and how many of them would be read differently. */
  read: number;
  changed: number;
  /** Messages that did not buy and would. */
  newBuys: number;
  /** Messages that sold and would not any more. */
  lostSells: number;
  /** What becomes what, the most frequent first. */
  changes: ReadingChange[];
  /** The first messages that would change; those that would buy come first. */
  examples: (Message & ComparedReading)[];
}

/**
 * The phrases of a source with `phrase` (in the form of `checkPhrase`) meaning `meaning`, or without it when `meaning` is
 * null.
 */
export function withPhrase(
  phrases: readonly SignalPhrase[],
  { phrase, meaning }: { phrase: string; meaning: PhraseMeaning | null },
): SignalPhrase[] {
  const others = phrases.filter((known) => known.phrase !== phrase);
  return meaning === null ? others : [...others, { phrase, meaning }];
}

/** Whether a message would be traded differently: another direction, or another symbol or price of the same. */
export const isChanged = ({ before, after }: ComparedReading): boolean =>
  before.action !== after.action ||
  (after.action !== 'UNKNOWN' && (before.symbol !== after.symbol || before.price !== after.price));

/** What two ways of reading the same messages come to. At most `examplesMax` messages are named. */
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
