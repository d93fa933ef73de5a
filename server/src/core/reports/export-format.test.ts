import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, csvLine, jsonLine, type ExportColumn } from './export-format.js';

const TEXT: ExportColumn[] = [{ name: 'note', kind: 'text' }];

/** Reads one line of CSV by RFC 4180. */
function readCsv(line: string): string[] {
  const cells: string[] = [];
  let [cell, isQuoted] = ['', false];
  for (let at = 0; at < line.length - 2; at++) {
    const sign = line[at] ?? '';
    if (isQuoted && sign === '"' && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') isQuoted = !isQuoted;
    else if (sign === ',' && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  return [...cells, cell];
}

describe('a line of CSV', () => {
  it('gives back any text, and never begins a cell like a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const columns = texts.map((_, index): ExportColumn => ({ name: `c${index}`, kind: 'text' }));
        const read = readCsv(csvLine(texts, columns));
        expect(read.map((cell, index) => (cell === texts[index] ? cell : cell.slice(1)))).toEqual(texts);
        for (const cell of read) expect(cell).not.toMatch(/^\s*[=+\-@]|^[\t\r\n]/);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =cmd|calc', '\n=1'])('guards %j', (text) => {
    expect(readCsv(csvLine([text], TEXT))).toEqual([`'${text}`]);
  });

  it('leaves negative decimals, times and empty cells as they are', () => {
    const columns: ExportColumn[] = [
      ...TEXT,
      ...(['decimal', 'time', 'number'] as const).map((kind) => ({ name: kind, kind })),
    ];
    expect(csvLine([null, '-1.5', '2026-01-01T00:00:00.000Z', '3'], columns)).toBe(
      ',-1.5,2026-01-01T00:00:00.000Z,3\r\n',
    );
  });
});

it('a cell keeps every digit of a decimal and drops only padding', () => {
  expect(cellText('0.123456789012345678', 'decimal')).toBe('0.123456789012345678');
  expect(cellText('1200.500000000000000000', 'decimal')).toBe('1200.5');
  expect(cellText('1200.000000000000000000', 'decimal')).toBe('1200');
  expect(cellText('100', 'decimal')).toBe('100');
  expect(cellText(null, 'decimal')).toBeNull();
  expect([cellText(1, 'flag'), cellText(0, 'flag'), cellText(true, 'flag')]).toEqual(['true', 'false', 'true']);
});

it('a line of JSON has decimals as strings, counts as numbers and null for nothing', () => {
  const columns: ExportColumn[] = [
    ...(['decimal', 'number', 'flag', 'time', 'text'] as const).map((kind) => ({ name: kind, kind })),
  ];
  const line = jsonLine(['-0.1', '7', 'true', null, '=1\n"'], columns);
  expect(line.endsWith('}\n') && !line.slice(0, -1).includes('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({ decimal: '-0.1', number: 7, flag: true, time: null, text: '=1\n"' });
});
