import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReplayFile, ReplayFileError, type RecordedTick } from './replay-file.js';
import { surveyReplayFile } from './survey-replay-file.js';

const RECORDING = fileURLToPath(new URL('../../testing/recordings/recording.csv', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function written(...lines: string[]): Promise<string> {
  const file = path.join(folder, `${++files}.csv`);
  await writeFile(file, lines.join('\n'));
  return file;
}
async function ticksOf(file: string): Promise<RecordedTick[]> {
  const ticks: RecordedTick[] = [];
  for await (const tick of readReplayFile(file)) ticks.push(tick);
  return ticks;
}

describe('A recording', () => {
  it('of five columns needs no header', async () => {
    const file = await written('1000,BTC/USDT,98450.50,98450.4,98450.60', '1001,ethusdt,3850.25', '');
    expect(await ticksOf(file)).toEqual([
      { at: 1000, symbol: 'BTC/USDT', price: '98450.5', bid: '98450.4', ask: '98450.6' },
      { at: 1001, symbol: 'ETH/USDT', price: '3850.25' },
    ]);
  });

  it('may name its columns in any order, among others, with a byte order mark and Windows line ends', async () => {
    const file = await written(
      '\uFEFFside,Price,symbol,timestamp_ms,bid\r',
      '# a remark\r',
      'buy,1.5,SOL/USDT,7,1.4\r',
    );
    expect(await ticksOf(file)).toEqual([{ at: 7, symbol: 'SOL/USDT', price: '1.5', bid: '1.4' }]);
  });

  it('of trades with quantity and side is read', async () => {
    const ticks = await ticksOf(RECORDING);
    expect(ticks).toHaveLength(9);
    expect(ticks[0]).toEqual({ at: 1570752011620, symbol: 'XRP/ETH', price: '0.00141342', quantity: '23' });
  });

  it.each([
    ['a price that is no number', ['1,BTC/USDT,1', '2,BTC/USDT,abc'], 'line 2: price "abc" is not a positive decimal'],
    ['a price of zero', ['1,BTC/USDT,0.0'], 'line 1: price "0.0" is not a positive decimal'],
    ['a missing price', ['1,BTC/USDT'], 'line 1: has no price'],
    ['a time in words', ['1,BTC/USDT,1', '', '2026-01-01,BTC/USDT,1'], 'line 3: timestamp_ms "2026-01-01"'],
    ['a symbol of one asset', ['1,BTC,1'], 'line 1: symbol "BTC"'],
    ['a step back in time', ['2,BTC/USDT,1', '1,BTC/USDT,1'], 'line 2: is older than the line before it'],
    ['other columns without a header', ['1,BTC/USDT,1,5,sell'], 'line 1: ask "sell" is not a positive decimal'],
    ['a header without the columns', ['time,symbol,close'], 'line 1: the header has no column timestamp_ms, price'],
  ])('with %s is refused with the number of the line', async (_, lines, fault) => {
    const reading = ticksOf(await written(...lines));
    await expect(reading).rejects.toThrow(ReplayFileError);
    await expect(reading).rejects.toThrow(fault);
  });

  it('that is not there or empty is refused', async () => {
    await expect(ticksOf(path.join(folder, 'nothing.csv'))).rejects.toThrow(ReplayFileError);
    await expect(surveyReplayFile(await written('timestamp_ms,symbol,price'))).rejects.toThrow('no price in it');
  });
});

describe('The markets of a recording', () => {
  it('have the last decimal of the prices as tick and that of the quantities as step', async () => {
    const recorded = await surveyReplayFile(RECORDING);
    expect([...recorded.keys()]).toEqual(['XRP/ETH', 'BTC/USDT']);
    expect(recorded.get('XRP/ETH')).toEqual({
      lastAt: 1570752016620,
      market: {
        ...{ symbol: 'XRP/ETH', base: 'XRP', quote: 'ETH', tickSize: '0.00000001', stepSize: '0.1', minQty: '0.1' },
        ...{ minNotional: '0.001', basePrice: '0.00141342' },
      },
    });
  });

  it('without quantities have steps like those an exchange would choose', async () => {
    const file = await written('1,AAA/USDT,98450.5', '2,BBB/USDT,83.09', '3,CCC/USDT,0.00002', '4,DDD/BTC,0.05');
    const recorded = await surveyReplayFile(file);
    expect(
      [...recorded.values()].map(({ market }) => `${market.symbol} ${market.tickSize} ${market.stepSize}`),
    ).toEqual(['AAA/USDT 0.1 0.00001', 'BBB/USDT 0.01 0.01', 'CCC/USDT 0.00001 1', 'DDD/BTC 0.01 0.0001']);
  });
});
