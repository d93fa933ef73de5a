import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Price } from '../../core/domain.js';
import { eventually, throughout } from '../../testing/eventually.js';
import { choosePriceFeed, type PriceFeed } from './price-feed.js';
import { createReplayFeed } from './replay-feed.js';

const RECORDING = fileURLToPath(new URL('../../testing/recordings/recording.csv', import.meta.url));
const clock = { now: () => Date.now() };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

const feeds: PriceFeed[] = [];
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
});

/** A playing feed, its prices and its log messages. */
function play(over: Partial<Parameters<typeof createReplayFeed>[0]> = {}) {
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) });
  const feed = createReplayFeed({ file: RECORDING, speed: 1_000, clock, log, repeatMs: 60_000, ...over });
  feeds.push(feed);
  const prices: Price[] = [];
  feed.start((batch) => prices.push(...batch));
  const isOver = () => expect(logged.join('\n')).toContain('the recording has ended');
  return { feed, prices, logged, isOver };
}

describe('The replay feed', () => {
  it('plays every price in its order, once, with the time of now, never two of a symbol at one moment', async () => {
    const startedAt = Date.now();
    const { prices, isOver } = play();
    await eventually(isOver);
    expect(prices.map(({ symbol, last }) => `${symbol} ${last}`)).toEqual([
      ...['XRP/ETH 0.00141342', 'XRP/ETH 0.00141266', 'BTC/USDT 8390.12', 'XRP/ETH 0.00141266', 'BTC/USDT 8391'],
      ...['XRP/ETH 0.00141379', 'BTC/USDT 8388.4', 'XRP/ETH 0.001413', 'XRP/ETH 0.00141301'],
    ]);
    expect(prices.every(({ at, source }) => at >= startedAt && at <= Date.now() && source === 'replay')).toBe(true);
    const timestamps = prices.map(({ symbol, at }) => `${symbol} ${at}`);
    expect(new Set(timestamps).size).toBe(timestamps.length);
  });

  it('keeps the recorded distances, divided by the speed', async () => {
    // 5,000 recorded ms at this speed are a tenth of a second. No price comes before it is due.
    const { prices, isOver } = play({ speed: 50 });
    await eventually(isOver);
    const first = prices[0]?.at as number;
    const due = [0, 0, 80, 1344, 1480, 3287, 3380, 5000, 5000].map((ms) => ms / 50);
    prices.forEach(({ at }, index) => expect(at - first).toBeGreaterThanOrEqual(Math.floor(due[index] as number) - 1));
  });

  it('repeats a price while its symbol continues, but not after its last one', async () => {
    const file = path.join(folder, 'quiet.csv');
    await writeFile(file, '1000,AAA/USDT,1\n1000,BBB/USDT,5\n1001,BBB/USDT,6\n3601000,AAA/USDT,2\n');
    const { prices } = play({ file, speed: 1, repeatMs: 20 });
    const countOf = (symbol: string, last: string) =>
      prices.filter((p) => p.symbol === symbol && p.last === last).length;
    await eventually(() => expect(countOf('AAA/USDT', '1')).toBeGreaterThanOrEqual(4));
    expect(countOf('BBB/USDT', '6')).toBe(1);
  });

  it('logs its end and emits nothing after it', async () => {
    const { prices, isOver } = play({ repeatMs: 5 });
    await eventually(isOver);
    const count = prices.length;
    await throughout(30, () => expect(prices.length).toBe(count));
  });

  it('stops at once in the middle of a wait', async () => {
    const { feed, prices } = play({ speed: 0.001 });
    await eventually(() => expect(prices.length).toBeGreaterThan(0));
    await feed.stop();
    expect(prices.length).toBeLessThan(9);
  });

  it('of a recording with a fault plays none of it and says where the fault is', async () => {
    const file = path.join(folder, 'faulty.csv');
    await writeFile(file, '1000,AAA/USDT,1\n1001,AAA/USDT,one\n');
    const { prices, logged } = play({ file });
    await eventually(() => expect(logged).toContain('the recording cannot be played'));
    expect(prices).toEqual([]);
  });
});

describe('PRICE_FEED=replay', () => {
  const settings = { PRICE_FEED: 'replay', DEMO_MARKET_SEED: 1, DEMO_MARKET_SPEED: 1, DEMO_MARKET_VOLATILITY: 1 };
  const rest = { clock, log: pino({ level: 'silent' }), prices: { get: () => undefined }, symbols: async () => [] };

  it('is the replay of REPLAY_FILE and cannot be chosen without one', async () => {
    expect((await choosePriceFeed({ settings: { ...settings, REPLAY_FILE: RECORDING }, ...rest })).name).toBe('replay');
    await expect(choosePriceFeed({ settings, ...rest })).rejects.toThrow('REPLAY_FILE');
  });
});
