import { evidenceIn, evidenceInId, type Evidence, type EvidenceKind } from './text/signal-evidence.js';
import {
  isActionKey,
  isCredential,
  isFalse,
  isIdentifier,
  isInBracket,
  isIntentKey,
  isNameKey,
  isNumeric,
  isPlaceholder,
  isPositionKey,
  isPreviousPosition,
  isSizeKey,
  isSymbolKey,
  isTextKey,
  isTrue,
  type Field,
} from './signal-fields.js';
import { readTime } from './signal-numbers.js';
import { applyPhrases, normalizePhrase, type PhraseMeaning, type SignalPhrase } from './text/signal-phrases.js';
import { classOf, hasUnknownPicture, readOrderValue, splitNames, type OrderMeaning } from './text/signal-words.js';
import type { TextReading } from './text/signal-text.js';

export type PositionState = 'LONG' | 'SHORT' | 'FLAT';

/** Evidence against an order, and the field that contains it. */
export interface FieldEvidence extends Evidence {
  field: Field;
}

/** Everything in a structured body about direction, position, intent, size or a flag. */
export interface Facts {
  orders: { meaning: Exclude<OrderMeaning, null>; field: Field }[];
  now: PositionState[];
  before: PositionState[];
  evidence: FieldEvidence[];
  /** Order words in fields about the purpose of the order. */
  intents: { side: 'BUY' | 'SELL'; field: Field }[];
  /** Sizes of zero or less. */
  empty: Field[];
  /** Fields that decide and have an unknown value. */
  unread: Field[];
  texts: { field: Field; reading: TextReading }[];
}

/** The form that can be taught: its key and its value. */
export const phraseOf = (field: Field): string =>
  normalizePhrase(`${field.name} ${field.value || field.type}`).slice(0, 80);

type Taught = (field: Field) => PhraseMeaning | undefined;

const taughtOf = (phrases: readonly SignalPhrase[]): Taught => {
  const known = new Map(phrases.map(({ phrase, meaning }) => [phrase, meaning]));
  return (field) => known.get(phraseOf(field)) ?? known.get(normalizePhrase(field.value));
};

export function factsOf(
  fields: readonly Field[],
  phrases: readonly SignalPhrase[],
  readText: (text: string) => TextReading,
): Facts {
  const facts: Facts = { orders: [], now: [], before: [], evidence: [], intents: [], empty: [], unread: [], texts: [] };
  const taught = taughtOf(phrases);
  for (const field of fields) {
    const meaning = taught(field);
    if (meaning === 'NEUTRAL') continue;
    if (meaning !== undefined) facts.orders.push({ meaning, field });
    else addFact(facts, field, phrases, readText);
  }
  if (facts.orders.length > 0 || facts.now.length > 0) for (const text of facts.texts) addBeside(facts, text, phrases);
  return facts;
}

/** A text beside an action is overruled by it, unless it closes, cancels, denies or names a short. */
function addBeside(facts: Facts, { field, reading }: Facts['texts'][number], phrases: readonly SignalPhrase[]): void {
  const note = (kind: EvidenceKind) => void facts.evidence.push({ kind, word: reading.why.slice(0, 60), field });
  const { meaning } = reading;
  if (meaning === 'BUY' || meaning === 'LONG' || meaning === 'SELL') return;
  if (meaning === 'SHORT' || meaning === 'CLOSE_SHORT') note('SHORT');
  if (meaning === 'CLOSE' || meaning === 'CLOSE_LONG' || meaning === 'CLOSE_SHORT') note('CLOSE');
  if (meaning !== null) return;
  for (const each of evidenceIn(applyPhrases(field.value, phrases).rest)) facts.evidence.push({ ...each, field });
}

function addFact(
  facts: Facts,
  field: Field,
  phrases: readonly SignalPhrase[],
  readText: (text: string) => TextReading,
): void {
  if (isCredential(field)) return;
  addFlag(facts, field);
  if (isActionKey(field)) return addAction(facts, field);
  if (isPositionKey(field)) return addPosition(facts, field);
  if (isSizeKey(field) && isNumeric(field) && !(/[1-9]/.test(field.value) && !/^[-−]/.test(field.value)))
    facts.empty.push(field);
  if (field.type === 'boolean' || isBooleanOrder(field)) return addBooleanOrder(facts, field);
  if (field.type !== 'string' || field.value === '' || isPlaceholder(field) || isSymbolKey(field)) return;
  if (isTextKey(field)) {
    const order = field.inList ? 'unknown' : readOrderValue(field.value);
    if (order !== 'unknown' && order.meaning !== null) facts.orders.push({ meaning: order.meaning, field });
    else facts.texts.push({ field, reading: readText(field.value) });
    return;
  }
  addText(facts, field, applyPhrases(field.value, phrases), readText);
}

/** A value that is not part of an order counts only as evidence against one. */
function addText(
  facts: Facts,
  field: Field,
  said: { rest: string; meanings: PhraseMeaning[] },
  readText: (text: string) => TextReading,
): void {
  for (const meaning of said.meanings) if (meaning !== 'NEUTRAL') facts.orders.push({ meaning, field });
  // "none" means that there is nothing. "no" means this only if the key asks ("reduce_only: no").
  if (isFalse(field) && (field.kinds.length > 0 || !/^n[oã]o?$|^nao$/iu.test(field.value))) return;
  const format = /\border\b.{1,80}\bfilled on\b/i.test(said.rest) ? readText(said.rest).meaning : null;
  if (format !== null) {
    facts.intents.push({ side: format === 'BUY' ? 'BUY' : 'SELL', field });
    return;
  }
  const found = isNameKey(field) ? evidenceInId(said.rest, isIdentifier(said.rest)) : evidenceIn(said.rest);
  for (const each of found) {
    if (each.kind === 'RESULT' && isInBracket(field)) continue;
    facts.evidence.push({ ...each, field });
  }
  if (!isIntentKey(field)) return;
  const classes = new Set(splitNames(said.rest).map(classOf));
  if (classes.has('BUY') && !classes.has('SELL')) facts.intents.push({ side: 'BUY', field });
  if (classes.has('SELL') && !classes.has('BUY')) facts.intents.push({ side: 'SELL', field });
  const order = isOrderType(field) ? readOrderValue(said.rest) : 'unknown';
  if (order !== 'unknown' && order.meaning !== null && field.key !== 'id')
    facts.orders.push({ meaning: order.meaning, field });
}

/** `type: POSITION_TYPE_BUY`, `event: buy`: fields that may name the order when there is no action. */
const isOrderType = ({ key }: Field): boolean =>
  /^(?:type|event|order|signaltype|tradetype|eventtype|positiontype)$/.test(key);

function addAction(facts: Facts, field: Field): void {
  const order = field.type === 'string' && !field.inList ? readOrderValue(field.value) : 'unknown';
  if (order === 'unknown' || order.meaning === null) {
    // "open" beside "side: long" adds nothing.
    const opens = order !== 'unknown' && splitNames(field.value).some((word) => classOf(word) === 'OPENING');
    if (!opens || splitNames(field.value).some((word) => /^(?:BUY|LONG|SELL|SHORT|CLOSE)$/.test(classOf(word) ?? '')))
      facts.unread.push(field);
    return;
  }
  facts.orders.push({ meaning: order.meaning, field });
}

const LONG = /^(?:long|buy|bull|bullish|comprado|compra|largo)$/;
const SHORT = /^(?:short|sell|bear|bearish|vendido|venda|venta|corto)$/;
const FLAT = /^(?:flat|none|neutral|closed|close|zero|out|exit)$/;
const EITHER = /^(?:both|net|oneway|position|type|side|market|hedge)$/;

function addPosition(facts: Facts, field: Field): void {
  const states = isPreviousPosition(field) ? facts.before : facts.now;
  if (field.inList || field.type === 'boolean') return void facts.unread.push(field);
  if (field.key.endsWith('idx')) {
    if (/^[12]$/.test(field.value)) states.push(field.value === '1' ? 'LONG' : 'SHORT');
    else if (field.value !== '0') facts.unread.push(field);
    return;
  }
  if (isNumeric(field)) {
    // Sizes are often written without their sign, so only zero and negative sizes are evidence.
    if (/^[-−]/.test(field.value) && /[1-9]/.test(field.value)) states.push('SHORT');
    else if (!/[1-9]/.test(field.value)) states.push('FLAT');
    return;
  }
  const words = splitNames(field.value).filter((word) => !EITHER.test(word));
  const read = words.map((word): PositionState | null =>
    LONG.test(word) ? 'LONG' : SHORT.test(word) ? 'SHORT' : FLAT.test(word) ? 'FLAT' : null,
  );
  if (field.value === '' || read.includes(null) || hasUnknownPicture(field.value)) facts.unread.push(field);
  else states.push(...read.filter((state) => state !== null));
}

/** `{"buy": true}`: the key is the order, and true confirms it. */
const isBooleanOrder = (field: Field): boolean =>
  /^(?:is)?(?:buy|long|sell)$/.test(field.key) && (isTrue(field) || isFalse(field));

function addBooleanOrder(facts: Facts, field: Field): void {
  const match = /^(?:is)?(buy|long|sell)$/.exec(field.key);
  if (match && isTrue(field) && !field.inList) {
    facts.orders.push({ meaning: match[1] === 'sell' ? 'SELL' : match[1] === 'buy' ? 'BUY' : 'LONG', field });
  }
}

const STRONG: readonly EvidenceKind[] = ['CLOSE', 'CANCEL', 'REDUCE', 'TEST', 'NEGATE'];
/** Flags that must not be false: an unconfirmed signal does not count. */
const NEEDED =
  /^(?:is)?(?:confirmed|confirm|enabled|enable|active|valid|live|execute|approved|allowed|tradeallowed|real|entry|open|long)$/;

function addFlag(facts: Facts, field: Field): void {
  const note = (kind: EvidenceKind) => void facts.evidence.push({ kind, word: field.name.slice(0, 40), field });
  if (
    NEEDED.test(field.key) &&
    (field.type === 'boolean' || field.type === 'string') &&
    field.value !== '' &&
    isFalse(field)
  ) {
    const isPrice = /^(?:open|entry)$/.test(field.key) && isNumeric(field);
    if (!isPrice) note(/^(?:is)?(?:entry|open|long)$/.test(field.key) ? 'CLOSE' : 'CANCEL');
  }
  if (isFalse(field) || field.type === 'null' || field.type === 'empty' || isPlaceholder(field)) return;
  const numeric = isNumeric(field);
  const isPrice = /close$|price|^(?:is)?(?:tp|sl|stop|target)/.test(field.key) && field.key !== 'isclose';
  const one = /^1(?:\.0+)?$/.test(field.value) && !isPrice;
  for (const kind of field.kinds) {
    if (isActionKey(field) || isPositionKey(field)) break;
    if (STRONG.includes(kind)) {
      if (numeric ? one : readTime(field.value) === null) note(kind);
    } else if (numeric ? one && kind !== 'RESULT' : isTrue(field)) note(kind);
  }
  if (numeric && !one) return;
  for (const kind of field.parentKinds) if (STRONG.includes(kind)) note(kind);
}
