import { render } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { Flash } from './flash';

vi.setConfig({ testTimeout: 30_000 });

const flashes = vi.fn((_frames: Keyframe[], _ms: number) => ({ cancel: () => undefined }));
Object.defineProperty(Element.prototype, 'animate', { configurable: true, value: flashes });

const prefersStill = (matches: boolean) => vi.stubGlobal('matchMedia', () => ({ matches }));

afterEach(() => {
  flashes.mockClear();
  vi.unstubAllGlobals();
});

it('a change lights up for at most 300 ms, in the color of its direction, and the first value does not', () => {
  prefersStill(false);
  const { rerender } = render(<Flash value="1">1</Flash>);
  expect(flashes).not.toHaveBeenCalled();
  rerender(<Flash value="2">2</Flash>);
  rerender(<Flash value="1.5">1.5</Flash>);
  rerender(<Flash value="1.5">1.5</Flash>);
  expect(flashes.mock.calls.map(([frames]) => frames[0]?.backgroundColor)).toEqual([
    'var(--up-soft)',
    'var(--down-soft)',
  ]);
  for (const [, ms] of flashes.mock.calls) expect(ms).toBeLessThanOrEqual(300);
});

it('nothing lights up for a reader who prefers reduced motion', () => {
  prefersStill(true);
  const { rerender } = render(<Flash value="1">1</Flash>);
  rerender(<Flash value="2">2</Flash>);
  expect(flashes).not.toHaveBeenCalled();
});
