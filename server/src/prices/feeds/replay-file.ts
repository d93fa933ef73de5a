import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { d } from '../../core/money/money.js';
import { readSymbol } from '../../core/signal/symbols.js';

/** One line of a recording. Prices are plain decimals as they were written, but without trailing zeros. */
export interface RecordedTick {
  /** ms since 1970, as recorded. */
  at: number;
  symbol: string;
  price: string;
  bid?: string;
  ask?: string;
  /** The traded quantity, in the base asset, if the file has it. */
  quantity?: string;
}

/** The recording cannot be used. The message names the file and the line. */
export class ReplayFileError extends Error {
  constructor(file: string, fault: string) {
    super(`${file}, ${fault}`);
    this.name = 'ReplayFileError';
  }
}

const COLUMNS = ['timestamp_ms', 'symbol', 'price', 'bid', 'ask'] as const;
const REQUIRED = ['timestamp_ms', 'symbol', 'price'] as const;
const SYMBOL = /^[A-Z0-9]{1,19}\/[A-Z0-9]{1,19}$/;
/** The limits of DECIMAL(36,18). */
const DECIMAL = /^\d{1,18}(\.\d{1,18})?$/;
const TIMESTAMP = /^\d{1,15}$/;

type Read = (fields: readonly string[], column: string) => string | undefined;

/**
 * Reads a recording line by line, so its size does not matter. Columns are `timestamp_ms,symbol,price[,bid,ask]`, or
 * the names in a header line: `quantity` is understood too, others are ignored. Empty lines and lines that begin with #
 * are skipped. Throws a ReplayFileError at the first line that cannot be read or goes back in time.
 */
export async function* readReplayFile(file: string): AsyncGenerator<RecordedTick> {
  const input = createReadStream(file, 'utf8');
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let read: Read | undefined;
  let line = 0;
  let previous = Number.NEGATIVE_INFINITY;
  try {
    for await (const text of lines) {
      line += 1;
      const row = line === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (row.trim() === '' || row.startsWith('#')) continue;
      const fields = row.split(',').map((field) => field.trim());
      const fail = (fault: string): never => {
        throw new ReplayFileError(file, `line ${line}: ${fault}`);
      };
      if (!read) {
        const isHeader = !/^\d/.test(fields[0] ?? '');
        read = byPosition(isHeader ? fields.map((field) => field.toLowerCase()) : COLUMNS, fail);
        if (isHeader) continue;
      }
      const tick = toTick(fields, read, fail);
      if (tick.at < previous) fail('is older than the line before it');
      previous = tick.at;
      yield tick;
    }
  } catch (error) {
    if (error instanceof ReplayFileError) throw error;
    throw new ReplayFileError(file, error instanceof Error ? error.message : String(error));
  } finally {
    lines.close();
    input.destroy();
  }
}

function byPosition(columns: readonly string[], fail: (fault: string) => never): Read {
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length > 0) fail(`the header has no column ${missing.join(', ')}`);
  const positions = new Map(columns.map((column, index) => [column, index]));
  return (fields, column) => fields[positions.get(column) ?? -1] || undefined;
}

function toTick(fields: readonly string[], read: Read, fail: (fault: string) => never): RecordedTick {
  const decimal = (column: string): string | undefined => {
    const text = read(fields, column);
    if (text === undefined) return undefined;
    if (!DECIMAL.test(text) || d(text).isZero()) return fail(`${column} "${text}" is not a positive decimal`);
    return d(text).toFixed();
  };
  const time = read(fields, 'timestamp_ms') ?? '';
  if (!TIMESTAMP.test(time)) fail(`timestamp_ms "${time}" is not a whole number of milliseconds`);
  const name = read(fields, 'symbol') ?? '';
  const symbol = SYMBOL.test(name) ? name : readSymbol(name)?.symbol;
  if (symbol === undefined) return fail(`symbol "${name}" is not one such as BTC/USDT`);
  const price = decimal('price') ?? fail('has no price');
  const [bid, ask, quantity] = [decimal('bid'), decimal('ask'), decimal('quantity')];
  return { at: Number(time), symbol, price, ...(bid && { bid }), ...(ask && { ask }), ...(quantity && { quantity }) };
}
