import { expect, it } from 'vitest';
import { exitsOf, type OraclePosition } from '../testing/recordings/exit-oracle.js';
import { replayAgainstOracle } from '../testing/recordings/oracle-replay.js';
import { createTestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';

const position = (over: Partial<OraclePosition>): OraclePosition => ({
  ...{ entryPrice: '100', openedAfter: 0, stopLoss: null, takeProfit: null, trailing: null, arming: null },
  ...{ minProfit: null, targets: [], breakEven: false },
  ...over,
});
const told = (over: Partial<OraclePosition>, ...prices: string[]) =>
  exitsOf(position(over), ['100', ...prices]).map(({ tick, reason }) => `${tick} ${reason}`);

it('the oracle itself handles boundaries, ties, gaps and the order of exits', () => {
  expect(told({ stopLoss: '3' }, '97.01', '97')).toEqual(['2 STOP_LOSS']);
  expect(told({ takeProfit: '3', minProfit: '4' }, '103', '104')).toEqual(['2 TAKE_PROFIT']);
  expect(told({ trailing: '3', stopLoss: '3' }, '97')).toEqual(['1 TRAILING_STOP']);
  expect(told({ trailing: '5', stopLoss: '3' }, '90')).toEqual(['1 STOP_LOSS']);
  expect(told({ trailing: '1', arming: '5' }, '104', '90', '105', '103.96', '103.95')).toEqual(['5 TRAILING_STOP']);
  const targets = [
    { ordinal: 1, pct: '1' },
    { ordinal: 2, pct: '2' },
  ];
  expect(told({ targets, breakEven: true, stopLoss: '5' }, '102', '100.01', '100')).toEqual([
    '1 PARTIAL_TAKE_PROFIT',
    '3 STOP_LOSS',
  ]);
});

it('exits of ninety positions match the oracle: price, reason and targets', { timeout: 120_000 }, async () => {
  const [t, redis] = await Promise.all([createTestDatabase({ connectionLimit: 30 }), createTestRedis()]);
  try {
    const { positions, reasons, wrong } = await replayAgainstOracle({ db: t.db, redis }, { seed: 1, count: 90 });
    expect(wrong).toEqual([]);
    expect(positions).toBe(90);
    for (const reason of ['STOP_LOSS', 'TRAILING_STOP', 'TAKE_PROFIT', 'PARTIAL_TAKE_PROFIT'])
      expect(reasons[reason], reason).toBeGreaterThan(3);
  } finally {
    await redis.close();
    await t.drop();
  }
});
