import { parseJson, readSignal, type SignalReading, type UnreadPart } from '../../core/signal/read-signal.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { normalizePhrase, type SignalPhrase } from '../../core/signal/text/signal-phrases.js';
import { hiderOf, REDACTED, redactForm, redactJson, redactPayload } from '../ingest/body-token.js';

/**
 * One receipt and one event row per account store these texts, so the limit is lower than what the columns can hold.
 */
export const KEPT_CHARS_MAX = 16_000;

export interface KeptMessage {
  /** The body as it arrived, for its receipt; null when it cannot be stored. */
  message: string | null;
  /** The readable text and the JSON, for the events of its accounts. */
  rawText: string | null;
  rawPayload: string | null;
  /** Hides the body's tokens in a sentence that quotes the body. */
  hide: (text: string) => string;
}

const bounded = (text: string): string => text.slice(0, KEPT_CHARS_MAX);

/**
 * A message in the form in which it may be stored: without tokens and with a limited length. `payload` is the parsed
 * body when it is structured, and `humanText` the text that the reader found in it.
 */
export function keepMessage(
  text: string,
  { payload, text: humanText }: { payload: unknown; text: string | null },
): KeptMessage {
  if (payload === undefined) {
    return {
      message: bounded(redactForm(text) ?? brokenRules(text) ?? hiderOf(text)(text)),
      rawText: bounded(hiderOf(text)(text)),
      rawPayload: null,
      hide: hiderOf(text),
    };
  }
  const redacted = redactPayload(payload);
  if (!redacted) {
    return { message: null, rawText: '(JSON nested too deeply to be kept)', rawPayload: null, hide: hiderOf(text) };
  }
  const json = JSON.stringify(redacted.payload);
  return {
    message: bounded(redactForm(text) ?? redactJson(text, redacted.payload)),
    rawText: humanText === null ? null : bounded(redacted.hide(humanText)),
    rawPayload: json.length <= KEPT_CHARS_MAX ? json : null,
    hide: redacted.hide,
  };
}

/** JSON that the reader does not accept, such as JSON with a repeated key; null for text that is not JSON. */
function brokenRules(text: string): string | null {
  const value = parseJson(text);
  const redacted = typeof value === 'object' && value !== null ? redactPayload(value) : null;
  return redacted && redactJson(text, redacted.payload);
}

/**
 * Why a message was not understood, in a form that may be stored. A reader splits a token into words and quotes them.
 * So when a message has a token, the reason comes from reading the stored form of the message.
 */
export function explainUnread(
  { text, reading, kept }: { text: string; reading: SignalReading; kept: KeptMessage },
  phrases: readonly SignalPhrase[],
): { refusal: Refusal | null; unread: UnreadPart[] } {
  const { refusal } = reading;
  if (!refusal) return { refusal: null, unread: [] };
  if (kept.message === text) return { refusal, unread: reading.unread };
  const told = kept.message === null ? null : readSignal({ text: kept.message, phrases });
  const isSame = told?.refusal?.code === refusal.code;
  return {
    refusal: refuse(refusal.code, isSame ? kept.hide(told.refusal?.message ?? '') : undefined),
    unread: (told?.unread ?? []).filter((part) => part.text !== HIDDEN_WORD),
  };
}

/** How a reader sees the placeholder of a token. */
const HIDDEN_WORD = normalizePhrase(REDACTED);

/** Whether a stored message is complete, so that it can be read again. */
export const isWhole = (message: string): boolean => message.length < KEPT_CHARS_MAX;
