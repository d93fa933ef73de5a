/**
 * A JSON value as written: numbers keep their digits, and objects keep repeated keys. `JSON.parse` loses both, and does
 * not say usefully where a text stops being JSON.
 */
export type JsonNode =
  | { type: 'string' | 'number'; text: string }
  | { type: 'boolean'; value: boolean }
  | { type: 'null' }
  | { type: 'list'; items: JsonNode[] }
  | { type: 'object'; members: [key: string, value: JsonNode][] };

/** Where a text stops being JSON. Line and column count from 1, columns in characters. */
export interface JsonFault {
  line: number;
  column: number;
  /** What must be there, to complete "expected …". */
  expected: string;
  /** What is there, shortened. */
  found: string;
  kind: 'trailing comma' | 'placeholder' | 'too deep' | 'other';
}

export type JsonResult = { ok: true; node: JsonNode } | { ok: false; fault: JsonFault };

/** The maximum nesting depth. No sender nests signals this deep. */
export const JSON_DEPTH_MAX = 20;

/** Reads JSON by RFC 8259. `trailingCommas` allows the one fault that the last line of a template often leaves. */
export function parseStrictJson(text: string, options: { trailingCommas?: boolean } = {}): JsonResult {
  const parser = new Parser(text, options.trailingCommas ?? false);
  try {
    return { ok: true, node: parser.document() };
  } catch (fault) {
    if (fault instanceof Fault) return { ok: false, fault: parser.describe(fault) };
    throw fault;
  }
}

/** Carries a fault out of the recursion; never leaves this file. */
class Fault {
  constructor(
    readonly at: number,
    readonly expected: string,
    readonly kind: JsonFault['kind'] = 'other',
  ) {}
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- exactly these must be escaped in JSON
const PLAIN_CHARS = /[^"\\\u0000-\u001f]+/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly trailingCommas: boolean,
  ) {}

  document(): JsonNode {
    const node = this.value(0);
    this.space();
    if (this.at < this.text.length) throw new Fault(this.at, 'the end of the body after the closing bracket');
    return node;
  }

  describe({ at, expected, kind }: Fault): JsonFault {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = [...before.slice(before.lastIndexOf('\n') + 1)].length + 1;
    const rest = this.text.slice(at, at + 24).split(/[\r\n]/)[0] ?? '';
    const placeholder = /^\{\{[^{}\n]{0,60}\}\}/.exec(this.text.slice(at, at + 70))?.[0];
    if (placeholder !== undefined && kind === 'other') {
      return {
        ...{ line, column, kind: 'placeholder', found: placeholder },
        expected: `a value where the placeholder ${placeholder} was not filled in`,
      };
    }
    return { line, column, expected, found: rest === '' ? 'the end' : rest, kind };
  }

  private value(depth: number): JsonNode {
    this.space();
    const next = this.text[this.at];
    if (this.text.startsWith('{{', this.at)) throw new Fault(this.at, 'a value');
    if (next === '{' || next === '[') {
      if (depth >= JSON_DEPTH_MAX) throw new Fault(this.at, `at most ${JSON_DEPTH_MAX} levels`, 'too deep');
      return next === '{' ? this.object(depth + 1) : this.list(depth + 1);
    }
    if (next === '"') return { type: 'string', text: this.string('a value') };
    for (const [word, node] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return node;
      }
    }
    NUMBER.lastIndex = this.at;
    const [number] = NUMBER.exec(this.text) ?? [];
    if (number === undefined) {
      throw new Fault(this.at, 'a value: text in double quotes, a number, true, false, null, { or [');
    }
    this.at += number.length;
    return { type: 'number', text: number };
  }

  private object(depth: number): JsonNode {
    const members: [string, JsonNode][] = [];
    this.at++;
    this.space();
    if (this.take('}')) return { type: 'object', members };
    for (;;) {
      this.space();
      const key = this.string('a key in double quotes');
      this.space();
      if (!this.take(':')) throw new Fault(this.at, `":" after the key "${key.slice(0, 40)}"`);
      members.push([key, this.value(depth)]);
      if (this.endsAfterItem('}', 'after a value')) return { type: 'object', members };
    }
  }

  private list(depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.at++;
    this.space();
    if (this.take(']')) return { type: 'list', items };
    for (;;) {
      items.push(this.value(depth));
      if (this.endsAfterItem(']', 'after an item')) return { type: 'list', items };
    }
  }

  /** True at the closing bracket, false after a comma. */
  private endsAfterItem(close: '}' | ']', where: string): boolean {
    this.space();
    if (this.take(close)) return true;
    if (!this.take(',')) throw new Fault(this.at, `"," or "${close}" ${where}`);
    this.space();
    if (this.text[this.at] !== close) return false;
    if (!this.trailingCommas) {
      throw new Fault(this.at, `another item after the comma, or no comma before "${close}"`, 'trailing comma');
    }
    this.at++;
    return true;
  }

  private string(expected: string): string {
    if (this.text[this.at] !== '"') throw new Fault(this.at, expected);
    this.at++;
    let value = '';
    for (;;) {
      PLAIN_CHARS.lastIndex = this.at;
      const [chars = ''] = PLAIN_CHARS.exec(this.text) ?? [];
      value += chars;
      this.at += chars.length;
      const next = this.text[this.at];
      if (next === '"') {
        this.at++;
        return value;
      }
      if (next !== '\\') throw new Fault(this.at, 'the closing quote of a text (a line break in it is written \\n)');
      value += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.at + 1] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.at += 2;
      return plain;
    }
    const hex = this.text.slice(this.at + 2, this.at + 6);
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) {
      throw new Fault(this.at, 'an escape such as \\n, \\" or \\u00e7');
    }
    this.at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }
}

const SPACE = /[ \t\n\r]*/y;
const WORDS: readonly [string, JsonNode][] = [
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
  ['null', { type: 'null' }],
];
