import { expect, it } from 'vitest';
import { LOST_AFTER_MS, SILENT_AFTER_MS, silenceOf } from './silence';

it('a silence is said within five seconds and given up within fifteen', () => {
  expect(SILENT_AFTER_MS).toBeLessThan(5_000);
  expect(LOST_AFTER_MS).toBeLessThan(15_000);
  // The server sends a heartbeat every two seconds: one late heartbeat does not count as silence.
  expect(silenceOf(2_500)).toBe('none');
  expect(silenceOf(SILENT_AFTER_MS)).toBe('silent');
  expect(silenceOf(LOST_AFTER_MS)).toBe('lost');
});
