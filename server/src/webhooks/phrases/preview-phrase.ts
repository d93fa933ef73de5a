import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from '../../context.js';
import type { Refusal } from '../../core/reasons.js';
import {
  previewPhrase as compare,
  withPhrase,
  type ComparedReading,
  type PhrasePreview,
  type TradedReading,
} from '../../core/signal/preview-phrases.js';
import { readSignal } from '../../core/signal/read-signal.js';
import type { PhraseMeaning, SignalPhrase } from '../../core/signal/text/signal-phrases.js';
import { isWhole } from './keep-message.js';
import { phraseToTeach } from './phrase-rules.js';
import { invalid, noSource } from '../sources/source-settings.js';
import { readOwnedSource } from '../sources/webhook-source.store.js';
import { readMessages, readPhrases, type StoredMessage } from './webhook-phrases.store.js';

/** Limits: how many messages are read, how many of them are returned, and how long it may take in total. */
const MESSAGES_MAX = 500;
const EXAMPLES_MAX = 10;
const TIME_LIMIT_MS = 4_000;
/** Rows per statement. The longest possible messages of a page have 3 MB. */
const PAGE = 50;
/** Reading pauses after this time, so that other work, above all signals, is not delayed. */
const TURN_MS = 4;

export interface PreviewRequest {
  sourceId: number;
  phrase: string;
  /** Null: preview forgetting the phrase. */
  meaning: PhraseMeaning | null;
}

export interface PreviewedPhrase extends PhrasePreview<StoredMessage> {
  /** Messages that were too long to be stored completely, so that they could not be read again. */
  unread: number;
  /** Whether all of the newest messages were read within the time limit. */
  isComplete: boolean;
}

/**
 * Compares how the newest messages of one of the owner's sources are read now with how they would be read with the
 * phrase. Stores nothing. It pauses every few milliseconds, so that signals that arrive meanwhile are not delayed.
 */
export async function previewPhrase(
  { db }: Pick<Context, 'db'>,
  userId: number,
  { sourceId, phrase, meaning }: PreviewRequest,
): Promise<({ ok: true } & PreviewedPhrase) | Refusal> {
  const source = await readOwnedSource(db, sourceId, userId);
  if (!source) return noSource();
  const checked = phraseToTeach({ phrase, meaning: meaning ?? 'NEUTRAL' });
  if ('problem' in checked) return invalid('phrase', checked.problem);
  const known = (await readPhrases(db, userId, [sourceId])).map((row) => ({
    phrase: row.phrase_normalized,
    meaning: row.meaning as PhraseMeaning,
  }));
  const next = withPhrase(known, { phrase: checked.normalized, meaning });
  const { compared, unread, isComplete } = await readBothWays(db, sourceId, { known, next });
  return { ok: true, ...compare(compared, EXAMPLES_MAX), unread, isComplete };
}

type Compared = StoredMessage & ComparedReading;

async function readBothWays(
  db: Pick<Context, 'db'>['db'],
  sourceId: number,
  { known, next }: { known: SignalPhrase[]; next: SignalPhrase[] },
): Promise<{ compared: Compared[]; unread: number; isComplete: boolean }> {
  const startedAt = performance.now();
  let turnAt = startedAt;
  const compared: Compared[] = [];
  let [unread, beforeId] = [0, undefined as number | undefined];
  const takeTurns = async (): Promise<void> => {
    if (performance.now() - turnAt <= TURN_MS) return;
    await nextTurn();
    turnAt = performance.now();
  };
  const isLate = () => performance.now() - startedAt > TIME_LIMIT_MS;
  while (compared.length + unread < MESSAGES_MAX) {
    const take = Math.min(PAGE, MESSAGES_MAX - compared.length - unread);
    const page = await readMessages(db, sourceId, { before: beforeId, take });
    for (const stored of page) {
      if (isLate()) return { compared, unread, isComplete: false };
      if (!isWhole(stored.message)) {
        unread += 1;
        continue;
      }
      const before = tradedReading(stored.message, known);
      await takeTurns();
      const after = tradedReading(stored.message, next);
      await takeTurns();
      compared.push({ ...stored, before, after });
    }
    beforeId = page.at(-1)?.id;
    if (page.length < take) break;
  }
  return { compared, unread, isComplete: true };
}

function tradedReading(text: string, phrases: SignalPhrase[]): TradedReading {
  const { action, symbol, price } = readSignal({ text, phrases });
  return { action, symbol, price };
}
