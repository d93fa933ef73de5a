import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideKey, inputText } from './idempotency.js';

describe('a used idempotency key', () => {
  const used = { inputHash: 'a', isDone: false, heldUntil: 1_000 };

  it('with other input is refused, whether the first request is done or running', () => {
    for (const isDone of [true, false]) {
      expect(decideKey({ ...used, isDone }, { inputHash: 'b', now: 0 })).toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      });
    }
  });

  it('with the same input repeats the result, says that it is running, or goes on after a crash', () => {
    expect(decideKey({ ...used, isDone: true }, { inputHash: 'a', now: 0 })).toBe('REPEAT');
    expect(decideKey(used, { inputHash: 'a', now: 999 })).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    expect(decideKey(used, { inputHash: 'a', now: 1_000 })).toBe('RESUME');
  });
});

describe('the text of an input', () => {
  it('does not depend on the order of names, on nulls, or on zeros at the end of a decimal', () => {
    expect(inputText({ b: '1.50', a: 1, c: null, d: undefined })).toBe(inputText({ a: 1, b: '1.5' }));
    expect(inputText({ a: '2.000' })).toBe(inputText({ a: '2' }));
  });

  it('keeps what differs apart', () => {
    for (const [one, other] of [
      [{ a: '10' }, { a: '1' }],
      [{ a: '1' }, { a: 1 }],
      [{ a: ['1', '2'] }, { a: ['2', '1'] }],
      [{ a: '1,"b":2' }, { a: '1', b: 2 }],
      [{ a: {} }, {}],
    ])
      expect(inputText(one)).not.toBe(inputText(other));
  });

  it('is the same only for the same values', () => {
    const input = fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(fc.string({ maxLength: 4 }), fc.integer()));
    const plain = (value: object) =>
      JSON.stringify(
        Object.entries(value)
          .map(([name, item]) => [name, /^-?\d+\.\d+$/.test(String(item)) ? Number(item) : item])
          .sort(),
      );
    fc.assert(
      fc.property(input, input, (one, other) => {
        expect(inputText(one) === inputText(other)).toBe(plain(one) === plain(other));
      }),
    );
  });
});
