import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatTraceparent, readTraceparent } from './trace-context.js';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((text) => !/^0+$/.test(text));

it('reads what it writes', () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, isSampled) => {
      expect(readTraceparent(formatTraceparent({ traceId, spanId, isSampled }))).toEqual({
        traceId,
        spanId,
        isSampled,
      });
    }),
  );
});

it.each([
  undefined,
  '',
  'x',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more',
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
])('%j is no trace context', (header) => {
  expect(readTraceparent(header)).toBeUndefined();
});

it('takes a later version with more fields', () => {
  expect(readTraceparent('01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-more')).toEqual({
    ...{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isSampled: true },
  });
});
