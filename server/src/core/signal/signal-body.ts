import { isActionKey, isSymbolKey, isTextKey, fieldsOf } from './signal-fields.js';
import { parseStrictJson, type JsonFault, type JsonNode } from './strict-json.js';

/** What kind of body a message is. */
export type SignalBody =
  | { kind: 'text'; text: string }
  /** JSON, a form, lines of `key: value` or pieces of `key=value`. */
  | { kind: 'fields'; root: JsonNode; isJson: boolean }
  /**
   * It starts like JSON and is not valid. `repaired` is its value without trailing commas, if they are its only fault.
   */
  | { kind: 'malformed'; fault: JsonFault; repaired: JsonNode | null };

const NESTED_MAX = 3;

/** Classifies a body. A body that starts with { or [ is JSON or refused, never text. Linear in the length. */
export function bodyOf(text: string, nested = 0): SignalBody {
  const bare = text.replace(/^[\ufeff\s]+/, '').trimEnd();
  if (/^[{[]/.test(bare)) return jsonBody(bare);
  if (bare.startsWith('"') && nested < NESTED_MAX) {
    const parsed = parseStrictJson(bare);
    if (parsed.ok && parsed.node.type === 'string') return bodyOf(parsed.node.text, nested + 1);
  }
  const pairs = formPairs(bare) ?? linePairs(bare) ?? equalPairs(bare);
  if (!pairs) return { kind: 'text', text };
  // A form with one field carries the message in it: payload=%7B...
  const [only] = pairs;
  if (pairs.length === 1 && only && nested < NESTED_MAX) return bodyOf(only[1], nested + 1);
  return {
    kind: 'fields',
    root: { type: 'object', members: pairs.map(([key, value]) => [key, textNode(value)]) },
    isJson: false,
  };
}

const textNode = (text: string): JsonNode => ({ type: 'string', text });

function jsonBody(bare: string): SignalBody {
  const parsed = parseStrictJson(bare);
  if (parsed.ok) return { kind: 'fields', root: parsed.node, isJson: true };
  // curl -d adds this to a body that it takes for a form.
  if (bare.endsWith('}=')) {
    const without = parseStrictJson(bare.slice(0, -1));
    if (without.ok) return { kind: 'fields', root: without.node, isJson: true };
  }
  const repaired = parsed.fault.kind === 'trailing comma' ? parseStrictJson(bare, { trailingCommas: true }) : null;
  return { kind: 'malformed', fault: parsed.fault, repaired: repaired?.ok ? repaired.node : null };
}

type Pairs = [string, string][];
const PAIRS_MAX = 100;

/**
 * `ticker=BTCUSDT&action=buy`, `payload=%7B%22ticker%22...`: no white space, and more than one field or one encoded
 * field.
 */
function formPairs(text: string): Pairs | null {
  if (/\s/.test(text) || !/^[\w.[\]%+-]{1,80}=/.test(text)) return null;
  const parts = text.split('&');
  if (parts.length > PAIRS_MAX || (parts.length === 1 && !/=%(?:7B|5B|22)/i.test(text))) return null;
  const pairs: Pairs = [];
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at <= 0) return null;
    try {
      const [key, value] = [part.slice(0, at), part.slice(at + 1)].map((each) =>
        decodeURIComponent(each.replaceAll('+', ' ')),
      );
      pairs.push([(key ?? '').replace(/\[(\w*)\]/g, '.$1'), value ?? '']);
    } catch {
      return null;
    }
  }
  return pairs;
}

/** Lines of `key: value` that name a symbol and an order. */
function linePairs(text: string): Pairs | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || lines.length > PAIRS_MAX) return null;
  const pairs: Pairs = [];
  for (const line of lines) {
    const match = /^\s*(?:- )?["']?([\p{L}\w][\p{L}\w .-]{0,40}?)["']?\s*:(?:\s+(.*)|)$/u.exec(line.replace(/\r$/, ''));
    if (!match) return null;
    pairs.push([match[1] ?? '', unquote(match[2] ?? '')]);
  }
  return namesOrder(pairs) ? pairs : null;
}

/** Pieces of `key=value` that name a symbol and an order, separated by white space, semicolons or commas (OctoBot). */
function equalPairs(text: string): Pairs | null {
  const pieces = text.split(/[\s;]+|,(?=[\w.]+=)/).filter((piece) => piece !== '');
  if (pieces.length < 2 || pieces.length > PAIRS_MAX) return null;
  const pairs: Pairs = [];
  for (const piece of pieces) {
    const match = /^([\w.-]{1,40})=([^=]*)$/.exec(piece);
    if (!match) return null;
    pairs.push([match[1] ?? '', unquote(match[2] ?? '')]);
  }
  return namesOrder(pairs) ? pairs : null;
}

const unquote = (value: string): string => /^(["'])(.*)\1$/.exec(value.trim())?.[2] ?? value.trim();

function namesOrder(pairs: Pairs): boolean {
  const { all } = fieldsOf({ type: 'object', members: pairs.map(([key, value]) => [key, textNode(value)]) });
  return all.some(isSymbolKey) && all.some((field) => isActionKey(field) || isTextKey(field));
}
