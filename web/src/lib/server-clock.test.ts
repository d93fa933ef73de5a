import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  aheadOf,
  clockReading,
  readingOf,
  readServerClock,
  serverTimeAt,
  useServerTime,
  type ClockReading,
} from './server-clock';

const at = (wallMs: number, steadyMs: number) => ({ wallMs, steadyMs });

describe('A reading of the clock of the server', () => {
  it('is true half way between question and answer, so that a slow answer does not move it', () => {
    const reading = readingOf(1_000_000, at(500, 100), at(900, 500));
    expect(reading).toEqual({ serverMs: 1_000_200, wallMs: 900, steadyMs: 500, withinMs: 200 });
    expect(serverTimeAt(reading, at(900, 500))).toEqual({ ms: 1_000_200, isTrusted: true });
    expect(serverTimeAt(reading, at(4_900, 4_500))).toEqual({ ms: 1_004_200, isTrusted: true });
  });

  it('is not trusted any more once the clock here was set, the computer slept, or it is five minutes old', () => {
    const reading = readingOf(1_000_000, at(0, 0), at(0, 0));
    expect(serverTimeAt(reading, at(10_000, 10_000)).isTrusted).toBe(true);
    // Set back by an hour: the time of the server goes on all the same.
    expect(serverTimeAt(reading, at(10_000 - 3_600_000, 10_000))).toEqual({ ms: 1_010_000, isTrusted: false });
    // Asleep for an hour, in a browser whose steady clock stands still meanwhile.
    expect(serverTimeAt(reading, at(3_610_000, 10_000)).isTrusted).toBe(false);
    expect(serverTimeAt(reading, at(301_000, 301_000)).isTrusted).toBe(false);
  });

  it('says how far this computer is off, and nothing within what can be measured', () => {
    for (const half of [0, 40, 700, 5_000]) {
      for (const off of [-600_000, -5_001, -700, -501, -500, -1, 0, 499, 501, 701, 4_999, 600_000]) {
        const reading = readingOf(1e12, at(1e12 + off - half, 0), at(1e12 + off + half, 2 * half));
        expect(aheadOf(reading)).toBe(Math.abs(off) <= Math.max(half, 500) ? 0 : off);
      }
    }
  });

  it('is kept as it was when the server does not answer', async () => {
    clockReading.set(undefined);
    await readServerClock(async () => '2026-11-30T12:00:00Z');
    const kept = clockReading.get();
    expect(kept?.serverMs).toBeGreaterThanOrEqual(Date.parse('2026-11-30T12:00:00Z'));
    await readServerClock(() => Promise.reject(new Error('away')));
    expect(clockReading.get()).toBe(kept);
  });
});

describe('The running clock', () => {
  const START = Date.parse('2026-11-30T12:00:00.400Z');
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    const here: ClockReading = { serverMs: START, wallMs: Date.now(), steadyMs: performance.now(), withinMs: 1 };
    clockReading.set(here);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms));
  const second = (ms: number | undefined) => new Date(ms ?? 0).toISOString().slice(11, 19);

  it('draws when a second of the server begins, and once for each', () => {
    let drawn = 0;
    const { result, unmount } = renderHook(() => {
      drawn += 1;
      return useServerTime();
    });
    expect(second(result.current?.ms)).toBe('12:00:00');
    const before = drawn;
    pass(500);
    expect(drawn).toBe(before);
    pass(150);
    expect(second(result.current?.ms)).toBe('12:00:01');
    for (let count = 0; count < 10; count++) pass(1_000);
    expect(second(result.current?.ms)).toBe('12:00:11');
    expect(drawn - before).toBe(11);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stands still in a hidden tab, and is right at once when the tab is looked at again', () => {
    const { result } = renderHook(() => useServerTime());
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    pass(5_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(second(result.current?.ms)).toBe('12:00:00');
    pass(55_000);
    hidden.mockReturnValue(false);
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
    expect(second(result.current?.ms)).toBe('12:01:00');
    expect(vi.getTimerCount()).toBe(1);
  });
});
