import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefusalPace } from './refusal-pace.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('refusals are held back', () => {
  it('those of a sender that does not stop for longer, and those of another one for 40 ms', () => {
    let now = 0;
    const pace = createRefusalPace(() => now);
    for (let n = 0; n < 300; n++) pace.holdBack('flood', () => undefined);
    const answered: string[] = [];
    pace.holdBack('flood', () => answered.push('flood'));
    pace.holdBack('other', () => answered.push('other'));
    vi.advanceTimersByTime(40);
    expect(answered).toEqual(['other']);
    vi.advanceTimersByTime(959);
    expect(answered).toEqual(['other']);
    vi.advanceTimersByTime(1);
    expect(answered).toEqual(['other', 'flood']);
    now = 40_000;
    pace.holdBack('flood', () => answered.push('forgiven'));
    vi.advanceTimersByTime(40);
    expect(answered).toContain('forgiven');
  });

  it('not for a sender that has hung up, whose place is free again', () => {
    const pace = createRefusalPace(() => 0);
    const answered: number[] = [];
    const cancels = Array.from({ length: 2_048 }, (_, n) => pace.holdBack('flood', () => answered.push(n)));
    // No place is left: it is answered at once.
    pace.holdBack('other', () => answered.push(-1));
    expect(answered).toEqual([-1]);
    for (const cancel of cancels) cancel();
    pace.holdBack('other', () => answered.push(-2));
    expect(answered).toEqual([-1]);
    vi.advanceTimersByTime(1_000);
    expect(answered).toEqual([-1, -2]);
  });
});
