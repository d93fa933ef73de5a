import { readFile } from 'node:fs/promises';

/** One price of a recording. */
export interface DayTick {
  symbol: string;
  price: string;
}

/** Every eighth trade of XRP/ETH of two days and a half of October 2019, as an exchange published them. */
const FILE = new URL('xrp-eth-day.csv', import.meta.url);

/** Recorded prices for tests that need a market's real ways: it rises by a tenth, with falls of some per cent. */
export async function readRecordedDay(): Promise<DayTick[]> {
  const [, ...lines] = (await readFile(FILE, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => {
    const [, symbol = '', price = ''] = line.split(',');
    return { symbol, price };
  });
}
