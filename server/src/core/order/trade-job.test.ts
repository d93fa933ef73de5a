import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXECUTION_STATUSES, JOB_STATUSES } from '../domain.js';
import { EXECUTION_TRANSITIONS, isOrderTerminal, nextExecutionStatus } from './order.js';
import { isJobTerminal, JOB_EVENTS, nextJobStatus } from './trade-job.js';

const events = fc.array(fc.record({ event: fc.constantFrom(...JOB_EVENTS), executed: fc.boolean() }), {
  maxLength: 30,
});

describe('the transitions of a job', () => {
  it('a terminal state never changes, whatever happens', () => {
    for (const status of ['FILLED', 'CANCELED', 'FAILED', 'SKIPPED'] as const) {
      expect(isJobTerminal(status)).toBe(true);
      for (const event of JOB_EVENTS) expect(nextJobStatus(status, event)).toBeUndefined();
    }
  });

  it('executed quantity never becomes SKIPPED or FAILED and is never tried again', () => {
    fc.assert(
      fc.property(events, (steps) => {
        let status: (typeof JOB_STATUSES)[number] = 'PENDING';
        let executed = false;
        for (const step of steps) {
          executed ||= step.executed || status === 'PARTIALLY_FILLED';
          const next = nextJobStatus(status, step.event, executed);
          if (executed && next) expect(['SKIPPED', 'FAILED', 'PENDING']).not.toContain(next);
          status = next ?? status;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('every state can still reach a terminal state', () => {
    for (const status of JOB_STATUSES.filter((one) => !isJobTerminal(one))) {
      expect(JOB_EVENTS.some((event) => isJobTerminal(nextJobStatus(status, event, true) ?? 'PENDING'))).toBe(true);
    }
  });

  it('a resting order and a partly filled one lead to each other and to FILLED', () => {
    expect(nextJobStatus('EXECUTING', 'REST')).toBe('PENDING_LIMIT');
    expect(nextJobStatus('PENDING_LIMIT', 'FILL_PART', true)).toBe('PARTIALLY_FILLED');
    expect(nextJobStatus('PARTIALLY_FILLED', 'FILL', true)).toBe('FILLED');
    expect(nextJobStatus('PARTIALLY_FILLED', 'CANCEL', true)).toBe('CANCELED');
    expect(nextJobStatus('PENDING', 'FILL', true)).toBeUndefined();
  });
});

describe('the transitions of an order', () => {
  it('an illegal transition changes nothing, and no chain of transitions returns to an earlier state', () => {
    for (const from of EXECUTION_STATUSES) {
      for (const to of EXECUTION_STATUSES) {
        const next = nextExecutionStatus(from, to);
        expect([from, to]).toContain(next);
        if (isOrderTerminal(from)) expect(next).toBe(from);
      }
      const seen = new Set<string>();
      const walk = (status: (typeof EXECUTION_STATUSES)[number]) => {
        for (const next of EXECUTION_TRANSITIONS[status]) {
          if (seen.has(next)) continue;
          seen.add(next);
          walk(next);
        }
      };
      walk(from);
      expect(seen.has(from)).toBe(false);
    }
  });
});
