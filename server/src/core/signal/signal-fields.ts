import { kindOf, type EvidenceKind } from './text/signal-evidence.js';
import { splitNames } from './text/signal-words.js';
import { parseStrictJson, type JsonNode } from './strict-json.js';

/** One value of a structured body, with all that its place in the body tells about it. */
export interface Field {
  /** The key as it was written, without its parents. */
  name: string;
  /** The key in lower-case letters and digits only: `marketPosition` and `market_position` become the same. */
  key: string;
  /** The keys above it, in the same form. */
  parents: string[];
  type: 'string' | 'number' | 'boolean' | 'null' | 'empty';
  /** The value as text, trimmed; '' for null and for an empty list or object. */
  value: string;
  /** It is in a list: one of several, and which one is meant is not known. */
  inList: boolean;
  /** The kinds of evidence in its key: `reduceOnly`, `is_close`, `dry_run`. */
  kinds: EvidenceKind[];
  /** The kinds of evidence in the keys above it. */
  parentKinds: EvidenceKind[];
}

export interface Fields {
  all: Field[];
  /** Keys that occur twice in one object with different values. */
  repeated: string[];
  /** There are more values than the limit; then none is read. */
  tooMany: boolean;
}

const FIELDS_MAX = 400;
const KEY_MAX = 80;
const VALUE_MAX = 8_000;
/** JSON inside a JSON text: some senders quote twice. */
const NESTED_MAX = 3;

const compact = (key: string): string =>
  key
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

const kindsOfKey = (key: string): EvidenceKind[] => {
  const words = splitNames(key);
  return [...new Set([...words, words.join('')].flatMap((word) => kindOf(word) ?? []))];
};

/** All values at any depth. Nothing is dropped silently: exceeding a limit is marked. */
export function fieldsOf(root: JsonNode): Fields {
  const fields: Fields = { all: [], repeated: [], tooMany: false };
  walk(fields, root, { names: [], inList: false, nested: 0 });
  return fields;
}

interface Place {
  names: string[];
  inList: boolean;
  nested: number;
}

function walk(fields: Fields, node: JsonNode, place: Place): void {
  if (fields.tooMany) return;
  if (node.type === 'object' && node.members.length > 0) {
    noteRepeated(fields, node.members);
    for (const [name, value] of node.members) {
      if (name.length > KEY_MAX) fields.tooMany = true;
      walk(fields, value, { ...place, names: [...place.names, ...name.split('.')].slice(-12) });
    }
    return;
  }
  if (node.type === 'list' && node.items.length > 0) {
    for (const item of node.items) walk(fields, item, { ...place, inList: true });
    return;
  }
  if (node.type === 'string') {
    const inner = place.nested < NESTED_MAX ? nestedJson(node.text) : null;
    if (inner) return walk(fields, inner, { ...place, nested: place.nested + 1 });
  }
  addField(fields, node, place);
}

/** A text that is JSON itself. */
export function nestedJson(text: string): JsonNode | null {
  if (!/^\s*[{[](?!\{)/.test(text)) return null;
  const parsed = parseStrictJson(text.trim());
  return parsed.ok ? parsed.node : null;
}

function addField(fields: Fields, node: JsonNode, { names, inList }: Place): void {
  const name = names.at(-1) ?? '';
  const text =
    node.type === 'string' || node.type === 'number' ? node.text : node.type === 'boolean' ? String(node.value) : '';
  if (fields.all.length >= FIELDS_MAX || text.length > VALUE_MAX) {
    fields.tooMany = true;
    return;
  }
  const above = names.slice(0, -1);
  fields.all.push({
    ...{ name, key: compact(name), parents: above.map(compact), inList, value: text.trim() },
    type: node.type === 'object' || node.type === 'list' ? 'empty' : node.type,
    kinds: kindsOfKey(name),
    parentKinds: [...new Set(above.flatMap(kindsOfKey))],
  });
}

function noteRepeated(fields: Fields, members: readonly [string, JsonNode][]): void {
  const seen = new Map<string, string>();
  for (const [name, value] of members) {
    const key = compact(name) || name;
    const written = JSON.stringify(value);
    const before = seen.get(key);
    if (before !== undefined && before !== written) fields.repeated.push(name.slice(0, 60));
    seen.set(key, written);
  }
}

// --- the families, by the compact key ---

export const isTextKey = ({ key }: Field): boolean => /^(?:text|message|body|content|alert|signal)$/.test(key);
export const isSymbolKey = ({ key }: Field): boolean =>
  /^(?:tv|trade|order|market)?(?:symbol|ticker|tickerid|pair|asset|instrument|instid|currencypair|tradingpair)$/.test(
    key,
  );
export const isTimeframeKey = ({ key }: Field): boolean => /^(?:timeframe|interval|tf)$/.test(key);
export const isIdKey = ({ key }: Field): boolean => /^(?:id|eventid|uid|alertid|orderid)$/.test(key);
const NAMED_BY_ID = /^(?:order|alert|event|signal|trade|strategy|bot|deal|client|clientorder|message|msg)u?id$/;
/**
 * `my-hit-strategy-1`, `monitors-42`: words and at least one number, joined without a space. A phrase does not match.
 */
const IDENTIFIER = /^[a-z\d]+(?:[-_.:#/+][a-z\d]+)+$/i;
const HAS_NUMBER = /(?:^|[-_.:#/+])v?\d+(?:$|[-_.:#/+])/i;
/** `id`, `order_id`, `strategyId`: its value is a name or a phrase, never a price. */
export const isNameKey = ({ name, key }: Field): boolean =>
  NAMED_BY_ID.test(key) || /^u?id$/.test(splitNames(name).at(-1) ?? '');
/** Whether a value under such a key only identifies a message and is not a phrase. */
export const isIdentifier = (value: string): boolean => IDENTIFIER.test(value) && HAS_NUMBER.test(value);
export const isMaxLagKey = ({ key }: Field): boolean => key === 'maxlag';
/** `timenow` is the time of the alert, `time` the opening of its bar. The first is better for age and identity. */
export const TIME_KEYS = ['timenow', 'timestamp', 'time', 'alerttime', 'signaltime', 'datetime', 'ts'];
export const PRICE_KEYS = [
  'price',
  'close',
  'triggerprice',
  'orderprice',
  'entryprice',
  'signalprice',
  'limitprice',
  'lastprice',
  'currentprice',
  'closeprice',
];
const isPrevious = (key: string): boolean => /^(?:strategy|market|tv)?(?:prev|previous|last|old|prior)/.test(key);

/** Keys of a stop or a target. Their price and side are not those of the order. */
const BRACKET = /^(?:stops?|stoploss\w*|sl\d*|takeprofits?\w*|tps?\d*|targets?\d*|trailing\w*|breakeven)$/;
export const isInBracket = ({ parents, key }: Field): boolean =>
  parents.some((parent) => BRACKET.test(parent)) || BRACKET.test(key);

export const isActionKey = (field: Field): boolean =>
  /(?:action|side|direction|command|instruction|^cmd|^operation)\d{0,2}$/.test(field.key) &&
  !isPositionKey(field) &&
  !isPrevious(field.key);

/**
 * Whether it describes the held position: `market_position`, `prev_market_position`, `sentiment`, `position_size`,
 * `positionSide`.
 */
export function isPositionKey({ key, parents, kinds }: Field): boolean {
  if (kinds.includes('CLOSE') || kinds.includes('REDUCE') || kinds.includes('CANCEL')) return false;
  if (/(?:id|mode|price|pnl|profit|value|time|count|pct|percent|margin|type)$/.test(key) && !/^positiontype$/.test(key))
    return false;
  if (/position|sentiment|^(?:market|current|new|net|prev|previous)?pos(?:size|side|qty|idx)?$/.test(key)) return true;
  return parents.at(-1) === 'position' && /^(?:side|size|state|status|direction)$/.test(key);
}
export const isPreviousPosition = (field: Field): boolean => isPositionKey(field) && isPrevious(field.key);

export const isSizeKey = (field: Field): boolean =>
  /(?:quantity|qty|amount|contracts?|size|volume|vol|lots?|units|shares)$/.test(field.key) &&
  !isPositionKey(field) &&
  !isPrevious(field.key) &&
  !isInBracket(field);

/** Whether it may describe the purpose of the order. */
export const isIntentKey = ({ key }: Field): boolean =>
  /^(?:type|event|signal|order|alert|reason|note|tag|label|comment|id|uid|(?:order|alert|signal|trade|event|message|exit|entry|strategy)(?:type|event|comment|id|message|reason|name|tag|label|kind)|status|state|intent|kind)$/.test(
    key,
  );

/** Random text that means something only to its owner. */
export const isCredential = ({ key }: Field): boolean =>
  /(?:secret|token|passphrase|password|apikey|signature|uuid|guid|licen[cs]e)$|^(?:key|sig|auth)$/.test(key);

const FALSE = /^(?:|false|0+(?:\.0+)?|no|off|none|null|n|f|nao|não|n\/a|na|-|disabled)$/i;
const TRUE = /^(?:true|1|yes|y|on|sim|si|sí|t|enabled|active)$/i;
export const isFalse = ({ value }: Field): boolean => FALSE.test(value);
export const isTrue = ({ value }: Field): boolean => TRUE.test(value);
/** A number, with or without a currency or percent sign. */
export const isNumeric = ({ value }: Field): boolean =>
  /^[-+−]?(?:R\$|US\$|[$€£])?\s?\d[\d.,]*(?:e[+-]?\d+)?\s?(?:%|[A-Z]{2,5})?$/i.test(value);
export const isPlaceholder = ({ value }: Field): boolean => /^\{\{[^{}]{0,80}\}\}$/.test(value);
