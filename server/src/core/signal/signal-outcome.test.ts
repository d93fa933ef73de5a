import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB_STATUSES, SIGNAL_ACTIONS, type JobStatus } from '../domain.js';
import { signalOutcome, type ReceivedSignal, type SignalJob } from './signal-outcome.js';
import { isJobTerminal } from '../order/trade-job.js';

const buy: ReceivedSignal = { outcome: 'ACCEPTED', action: 'BUY_SIGNAL', reasonCode: null, reasonMessage: null };
const job = (status: JobStatus, rest: Partial<SignalJob> = {}): SignalJob => ({
  ...{ status, reasonCode: null, reasonMessage: null, traded: status === 'FILLED' },
  ...rest,
});
const paused = { reasonCode: 'ENTRIES_PAUSED', reasonMessage: 'Paused.' } as const;
const outcomeOf = (...jobs: SignalJob[]) => signalOutcome(buy, jobs).outcome;

describe('the outcome of a signal', () => {
  it('is refused with the reason of the receipt, independent of the reading', () => {
    const refused = { outcome: 'REFUSED', action: null, reasonCode: 'IP_NOT_ALLOWED', reasonMessage: 'No.' } as const;
    expect(signalOutcome(refused, [])).toEqual({
      ...{ outcome: 'REFUSED', reasonCode: 'IP_NOT_ALLOWED', reasonMessage: 'No.', traded: 0, jobs: 0, wouldTrade: 0 },
    });
  });

  it('is unreadable with the reason of the reader, and never accepted', () => {
    const unread = { ...buy, action: 'UNKNOWN', reasonCode: 'SIGNAL_UNKNOWN', reasonMessage: 'Why.' } as const;
    expect(signalOutcome(unread, [])).toMatchObject({ outcome: 'UNREADABLE', reasonCode: 'SIGNAL_UNKNOWN' });
  });

  it('says that no account was bound', () => {
    expect(outcomeOf()).toBe('NO_ACCOUNT');
  });

  it.each([
    ['is filled when every account filled it', [job('FILLED'), job('FILLED')], 'FILLED'],
    ['is on its way while an account has not decided', [job('FILLED'), job('PENDING')], 'ON_ITS_WAY'],
    ['is on its way while an order is being sent', [job('EXECUTING')], 'ON_ITS_WAY'],
    ['works while its order rests', [job('PENDING_LIMIT')], 'WORKING'],
    ['is partly filled while the rest of its order rests', [job('PENDING_LIMIT', { traded: true })], 'PARTLY'],
    ['is partly filled when the rest is still wanted', [job('PARTIALLY_FILLED', { traded: true })], 'PARTLY'],
    ['is partly filled when its order was canceled after a fill', [job('CANCELED', { traded: true })], 'PARTLY'],
    ['is partly traded when one account filled and another skipped', [job('SKIPPED'), job('FILLED')], 'PARTLY'],
    ['is canceled when nothing was filled', [job('CANCELED')], 'CANCELED'],
    ['is skipped when every account skipped', [job('SKIPPED'), job('SKIPPED')], 'SKIPPED'],
    ['tells a failure before a skip', [job('SKIPPED'), job('FAILED')], 'FAILED'],
  ] as const)('%s', (_title, jobs, expected) => {
    expect(outcomeOf(...jobs)).toBe(expected);
  });

  it('has the reason of the account that explains it, and counts the accounts that traded', () => {
    expect(signalOutcome(buy, [job('FILLED'), job('SKIPPED', paused)])).toEqual({
      ...{ outcome: 'PARTLY', ...paused, traded: 1, jobs: 2, wouldTrade: 0 },
    });
    expect(signalOutcome(buy, [job('SKIPPED', paused)])).toMatchObject({ outcome: 'SKIPPED', ...paused });
  });
});

const anyJob = fc
  .record({ status: fc.constantFrom(...JOB_STATUSES), traded: fc.boolean() })
  .map(({ status, traded }) => job(status, { traded: status === 'FILLED' || (traded && status !== 'SKIPPED') }));
const anySignal = fc
  .record({ outcome: fc.constantFrom('ACCEPTED', 'REFUSED'), action: fc.constantFrom(...SIGNAL_ACTIONS) })
  .map((given) => ({ ...buy, ...given }) as ReceivedSignal);

it('an outcome is traded exactly when an account traded', () => {
  fc.assert(
    fc.property(anySignal, fc.array(anyJob, { maxLength: 5 }), (received, jobs) => {
      const { outcome, traded } = signalOutcome(received, jobs);
      const isRead = received.outcome === 'ACCEPTED' && received.action !== 'UNKNOWN';
      expect(['REFUSED', 'UNREADABLE'].includes(outcome)).toBe(!isRead);
      if (!isRead) return;
      if (['FILLED', 'PARTLY'].includes(outcome)) expect(traded).toBeGreaterThan(0);
      if (['CANCELED', 'FAILED', 'SKIPPED', 'WORKING', 'NO_ACCOUNT'].includes(outcome)) expect(traded).toBe(0);
      if (['FILLED', 'CANCELED', 'FAILED', 'SKIPPED'].includes(outcome))
        expect(jobs.every(({ status }) => isJobTerminal(status))).toBe(true);
    }),
  );
});
