import { readFile } from 'node:fs/promises';

/** One price of a recording. */
export interface DayTick {
  symbol: string;
  price: string;
}

/** Every eighth trade of XRP/ETH in two and a half days of October 2019, as published by an exchange. */
const FILE = new URL('xrp-eth-day.csv', import.meta.url);

/** Recorded prices for tests that need realistic movements: they rise by a tenth, with falls of some percent. */
export async function readRecordedDay(): Promise<DayTick[]> {
  const [, ...lines] = (await readFile(FILE, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => {
    const [, symbol = '', price = ''] = line.split(',');
    return { symbol, price };
  });
}
