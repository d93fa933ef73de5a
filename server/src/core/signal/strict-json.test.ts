import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSignal } from './read-signal.js';
import { parseStrictJson, type JsonNode } from './strict-json.js';

const actionOf = (text: string) => readSignal({ text }).action;

const valueOf = (node: JsonNode): unknown => {
  if (node.type === 'object') return Object.fromEntries(node.members.map(([key, value]) => [key, valueOf(value)]));
  if (node.type === 'list') return node.items.map(valueOf);
  if (node.type === 'number') return Number(node.text);
  return node.type === 'string' ? node.text : node.type === 'boolean' ? node.value : null;
};
const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the JSON parser', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const parsed = parseStrictJson(text);
        expect(parsed.ok && JSON.stringify(valueOf(parsed.node))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
  it('refuses what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '01',
      '1.',
      'true',
      'nul',
      ' ',
      "'",
      '\\',
      '"\\u12"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(parseStrictJson(text).ok).toBe(parses(text));
      }),
      { numRuns: 1_000 },
    );
  });
  it('keeps a repeated key and the digits of a number', () => {
    const parsed = parseStrictJson('{"a":1.23456789012345678901,"a":2}');
    expect(parsed.ok && parsed.node).toMatchObject({
      members: [
        ['a', { text: '1.23456789012345678901' }],
        ['a', { text: '2' }],
      ],
    });
  });
});

describe('a body that starts like JSON', () => {
  it.each([
    ['{"ticker":"SOLUSDT","action":"buy","price":{{close}}}', 'line 1, column 44', 'placeholder {{close}}'],
    ['{"ticker":"SOLUSDT",\n"action":"buy",}', 'line 2, column 16', 'no comma before "}"'],
    ["{'ticker':'SOLUSDT'}", 'line 1, column 2', 'a key in double quotes'],
    ['{"ticker":"SOLUSDT","action":"buy"', 'line 1, column 35', '"," or "}"'],
    ['{"a":"b\nc"}', 'line 1, column 8', 'closing quote'],
    ['{"a":tru}', 'line 1, column 6', 'a value'],
    ['{"a":1} {"a":2}', 'line 1, column 9', 'the end of the body'],
  ])('refuses the broken JSON %s at %s', (text, place, expected) => {
    const { action, refusal } = readSignal({ text });
    expect([action, refusal?.code]).toEqual(['UNKNOWN', 'BODY_MALFORMED']);
    expect(refusal?.message).toContain(place);
    expect(refusal?.message).toContain(expected);
  });
  it('accepts JSON with only trailing commas as a sell, never as a buy', () => {
    expect(actionOf('{"ticker":"SOLUSDT","action":"sell",}')).toBe('SELL_SIGNAL');
    expect(actionOf('{"ticker":"SOLUSDT","action":"sell","x":[1,],,}')).toBe('UNKNOWN');
    expect(actionOf('{"ticker":"SOLUSDT","action":"buy",}')).toBe('UNKNOWN');
  });
});
