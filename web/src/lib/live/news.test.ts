import { expect, it } from 'vitest';
import type { LiveFillFragment, LiveJobFragment, LivePositionFragment } from '../../gql/generated';
import { concerns, isClose, isRefusal, isUrgent, summarize, type News } from './news';

const position = (over: Partial<LivePositionFragment> = {}) =>
  ({
    ...{ id: '1', symbol: 'BTC/USDT', tradeMode: 'SIMULATION', status: 'CLOSED', closeReason: 'TAKE_PROFIT' },
    ...{ closedAt: '2026-11-30T12:00:00.000Z', updatedAt: '2026-11-30T12:00:00.100Z', realizedPnl: '4' },
    ...over,
  }) as LivePositionFragment;
const job = (over: Partial<LiveJobFragment> = {}) =>
  ({ id: '7', tradeMode: 'SIMULATION', status: 'SKIPPED', ...over }) as LiveJobFragment;
const fill = (of: LivePositionFragment): News => ({
  ...{ kind: 'fill', position: of },
  fill: { id: `f${of.id}`, positionId: of.id } as LiveFillFragment,
});
const exit = (over: Partial<LivePositionFragment> = {}): News => ({ kind: 'exit', position: position(over) });
const ALL = { newsFills: true, newsExits: true, newsRefusals: true };

it('a fill that closed its position is told once, as the exit', () => {
  const told = summarize([fill(position()), exit()], ALL);
  expect(told).toEqual({ single: [exit()], counted: [] });
  // Who does not want exits told still learns of the fill.
  expect(summarize([fill(position()), exit()], { ...ALL, newsExits: false }).single).toHaveLength(1);
});

it('a burst is counted, and what is urgent in it is kept', () => {
  const many = Array.from({ length: 30 }, (_, n) =>
    exit({ id: String(n), closeReason: n === 7 ? 'STOP_LOSS' : 'MANUAL' }),
  );
  expect(summarize(many, ALL)).toEqual({ single: [], counted: [{ kind: 'exit', count: 30, isUrgent: true }] });
});

it('what a person switched off is not told', () => {
  const all = [fill(position({ id: '2', status: 'OPEN' })), exit(), { kind: 'refusal', job: job() } as News];
  const none = { newsFills: false, newsExits: false, newsRefusals: false };
  expect(summarize(all, none)).toEqual({ single: [], counted: [] });
  expect(summarize(all, ALL).single.map(({ kind }) => kind)).toEqual(['fill', 'exit', 'refusal']);
});

it('a stop loss is urgent, and a failed order with real money', () => {
  expect(isUrgent(exit({ closeReason: 'STOP_LOSS' }))).toBe(true);
  expect(isUrgent(exit())).toBe(false);
  expect(isUrgent({ kind: 'refusal', job: job({ status: 'FAILED', tradeMode: 'REAL' }) })).toBe(true);
  expect(isUrgent({ kind: 'refusal', job: job({ status: 'FAILED' }) })).toBe(false);
  expect(isUrgent({ kind: 'refusal', job: job({ tradeMode: 'REAL' }) })).toBe(false);
});

it('a later change of a closed position is not its close, and an order that waits is not refused', () => {
  expect(isClose(position())).toBe(true);
  expect(isClose(position({ updatedAt: '2026-11-30T13:00:00.000Z' }))).toBe(false);
  expect(isClose(position({ status: 'OPEN', closedAt: null }))).toBe(false);
  expect([isRefusal(job()), isRefusal(job({ status: 'PENDING' }))]).toEqual([true, false]);
});

it('real money is told in every mode', () => {
  expect([
    concerns('REAL', 'SIMULATION'),
    concerns('SIMULATION', 'SIMULATION'),
    concerns('SIMULATION', 'REAL'),
  ]).toEqual([...[true, true, false]]);
});
