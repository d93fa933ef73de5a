import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escalate, type EscalatedAlert } from './alert-escalation.js';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const alert = (over: Partial<EscalatedAlert> = {}): EscalatedAlert => ({
  ...{ severity: 'high', createdAt: NOW, level: 0, escalatedAt: null, isAcknowledged: false },
  ...over,
});

it('a critical alert is raised again after 5 minutes, a high one after 15, a medium one after an hour, a low one never', () => {
  const after = (severity: EscalatedAlert['severity'], ms: number) => escalate(alert({ severity }), NOW + ms);
  expect(after('critical', 5 * MINUTE - 1)).toBeUndefined();
  expect(after('critical', 5 * MINUTE)).toEqual({ level: 1, severity: 'critical' });
  expect(after('high', 15 * MINUTE - 1)).toBeUndefined();
  expect(after('high', 15 * MINUTE)).toEqual({ level: 1, severity: 'high' });
  expect(after('medium', 60 * MINUTE)).toEqual({ level: 1, severity: 'medium' });
  expect(after('low', 365 * 24 * 60 * MINUTE)).toBeUndefined();
});

it('without an answer it becomes more urgent at the third time, and no more than critical', () => {
  let now = NOW;
  const one = alert({ severity: 'medium' });
  const seen: string[] = [];
  while (seen.length < 9) {
    now += MINUTE;
    const next = escalate(one, now);
    if (!next) continue;
    Object.assign(one, next, { escalatedAt: now });
    seen.push(one.severity);
  }
  expect(seen).toEqual(['medium', 'medium', 'high', 'high', 'high', ...Array<string>(4).fill('critical')]);
});

it('what was acknowledged is never raised again, and nothing is raised twice at one moment', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('low', 'medium', 'high', 'critical' as const),
      fc.nat({ max: 20 }),
      fc.nat({ max: 10_000 }),
      (severity, level, minutes) => {
        const now = NOW + minutes * MINUTE;
        const one = alert({ severity, level });
        expect(escalate({ ...one, isAcknowledged: true }, now)).toBeUndefined();
        const next = escalate(one, now);
        if (next) expect(escalate({ ...one, ...next, escalatedAt: now }, now)).toBeUndefined();
      },
    ),
  );
});
