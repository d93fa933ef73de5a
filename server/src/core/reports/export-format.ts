/** How the values of a column are written. */
export type ColumnKind = 'text' | 'decimal' | 'time' | 'number' | 'flag';

export interface ExportColumn {
  name: string;
  kind: ColumnKind;
}

/** A cell as text; null when there is nothing. Decimals keep every digit and lose only padding zeros. */
export function cellText(value: unknown, kind: ColumnKind): string | null {
  if (value === null || value === undefined) return null;
  if (kind === 'time') return value instanceof Date ? value.toISOString() : plain(value);
  if (kind === 'flag') return value && value !== '0' ? 'true' : 'false';
  const text = plain(value);
  return kind === 'decimal' && text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value as number);

/** A spreadsheet runs a cell that begins like this as a formula (OWASP, CSV Injection). */
const FORMULA = /^[\s]*[=+\-@]|^[\t\r\n]/;

/**
 * A line of CSV (RFC 4180) with its line end. Texts that a spreadsheet would run get an apostrophe in front; numbers and
 * times are ours and stay as they are, so that -1.5 remains a number.
 */
export function csvLine(cells: readonly (string | null)[], columns: readonly ExportColumn[]): string {
  const shown = cells.map((cell, index) => {
    if (cell === null) return '';
    const text = columns[index]?.kind === 'text' && FORMULA.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${shown.join(',')}\r\n`;
}

/** A line of JSON: decimals and times as strings, counts and flags as what they are. */
export function jsonLine(cells: readonly (string | null)[], columns: readonly ExportColumn[]): string {
  const row: Record<string, string | number | boolean | null> = {};
  for (const [index, { name, kind }] of columns.entries()) {
    const cell = cells[index] ?? null;
    if (cell === null) row[name] = null;
    else if (kind === 'number') row[name] = Number(cell);
    else row[name] = kind === 'flag' ? cell === 'true' : cell;
  }
  return `${JSON.stringify(row)}\n`;
}
