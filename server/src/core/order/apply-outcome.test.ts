import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXECUTION_STATUSES, JOB_STATUSES, ORDER_SIDES } from '../domain.js';
import { d } from '../money/money.js';
import { emptyPosition } from '../position/position.js';
import { applyOutcome, endWaitingJob, type OrderAnswer, type OrderState } from './apply-outcome.js';
import { isOrderTerminal, isOrderUnresolved, moveExecution, nextExecutionStatus } from './order.js';
import { isJobTerminal, JOB_TRANSITIONS, moveJob } from './trade-job.js';

const NOW = 1_000_000;
const fill = { tradeId: '1', qty: '1', price: '100', feeAmount: '0', feeAsset: 'USDT', at: NOW };

function stateOf(
  changes: { job?: Partial<OrderState['job']>; execution?: Partial<OrderState['execution']> } = {},
): OrderState {
  const side = changes.job?.side ?? 'BUY';
  const position = {
    ...emptyPosition(5, 1),
    qtyTotal: d('1'),
    qtyRemaining: d('1'),
    qtyReserved: d('1'),
    entryPrice: d('90'),
    cost: d('90'),
  };
  const flags = { slTriggered: false, trailingTriggered: false };
  const reservation = { id: 9, qty: d('1'), qtySold: d('0'), isLive: true, position, flags, isOpeningDone: true };
  return {
    job: {
      ...{ id: 3, status: 'EXECUTING', side, origin: 'WEBHOOK', symbol: 'SOL/USDT', createdAt: NOW - 1_000 },
      ...{ vaultId: side === 'BUY' ? 1 : null, reserved: side === 'BUY' ? d('110') : null },
      ...changes.job,
    },
    execution: {
      ...{ id: 7, status: 'SENDING', orderType: 'MARKET', fills: [], clientOrderId: 'x1', notFoundCount: 0 },
      ...{ sendBefore: NOW + 4_000, sentAt: NOW - 500, bookedAt: null },
      ...changes.execution,
    },
    position: undefined,
    reservations: side === 'SELL' ? [reservation] : [],
    vaults: new Map([[1, { balance: d('1000'), reserved: d('110') }]]),
    ...{ base: 'SOL', quote: 'USDT', market: undefined, priceOf: () => undefined },
  };
}

const REPORTED = ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED'] as const;
const answers: fc.Arbitrary<OrderAnswer> = fc.oneof(
  fc.record({ status: fc.constantFrom(...REPORTED), isFilled: fc.boolean() }).map(({ status, isFilled }) => ({
    ...{ kind: 'reported' as const },
    order: { status, executedQty: isFilled ? '1' : '0', fills: isFilled ? [fill] : [] },
  })),
  fc.boolean().map((isUnsellable) => ({
    kind: 'refused' as const,
    code: 'EXCHANGE_REFUSED' as const,
    message: 'no',
    isUnsellable,
  })),
  fc.constantFrom<OrderAnswer>(
    { kind: 'short', message: 'too little' },
    { kind: 'not sent', message: 'no socket' },
    { kind: 'unknown', message: 'timeout' },
    { kind: 'not found', notFoundCount: 0 },
    { kind: 'not found', notFoundCount: 1 },
    { kind: 'too old' },
  ),
);

describe('what an answer does to an order', () => {
  it('moves order and job only along their tables, and never changes ended ones', () => {
    const facts = fc.record({
      answer: answers,
      side: fc.constantFrom(...ORDER_SIDES),
      job: fc.constantFrom(...JOB_STATUSES),
      execution: fc.constantFrom(...EXECUTION_STATUSES),
      notFoundCount: fc.constantFrom(0, 1),
      ageMs: fc.constantFrom(1_000, 90_000),
    });
    fc.assert(
      fc.property(facts, ({ answer, side, job, execution, notFoundCount, ageMs }) => {
        // A waiting or ended job has no order under way. An answer for such a pair is a bug of the caller.
        fc.pre(!isOrderUnresolved(execution) || job === 'EXECUTING');
        const state = stateOf({
          job: { side, status: job, createdAt: NOW - ageMs },
          execution: { status: execution, notFoundCount },
        });
        const outcome = applyOutcome(state, answer, NOW);
        if (!outcome) return;
        const { execution: order, job: next } = outcome;
        if (order && order.status !== execution)
          expect(nextExecutionStatus(execution, order.status)).toBe(order.status);
        if (next) expect(Object.values(JOB_TRANSITIONS[job])).toContain(next.status);
        if (isOrderTerminal(execution) && answer.kind !== 'too old') {
          expect([order, next, outcome.vaultMoves, outcome.fills]).toEqual([undefined, undefined, [], []]);
        }
        if (isJobTerminal(job)) expect(next).toBeUndefined();
        // A job releases what it holds exactly when it ends, and once.
        const isTerminal = !!next && isJobTerminal(next.status);
        expect(outcome.vaultMoves.filter(({ dedupeKey }) => dedupeKey.endsWith(':resolve'))).toHaveLength(
          isTerminal && side === 'BUY' ? 1 : 0,
        );
        if (side === 'SELL' && isTerminal) expect(outcome.reservations.map(({ isLive }) => isLive)).toEqual([false]);
        expect(outcome.retries).toBe(next?.status === 'PENDING');
      }),
      { numRuns: 3_000 },
    );
  });

  it('an unknown outcome keeps everything, ends the sending and is stored once', () => {
    const outcome = applyOutcome(stateOf(), { kind: 'unknown', message: 'timeout' }, NOW);
    expect(outcome).toMatchObject({
      execution: { status: 'UNKNOWN', endsSending: true, isBooked: false },
      vaultMoves: [],
    });
    expect(outcome?.job).toBeUndefined();
    expect(
      applyOutcome(stateOf({ execution: { status: 'UNKNOWN' } }), { kind: 'unknown', message: 'again' }, NOW),
    ).toBeUndefined();
  });

  it('one empty lookup is counted, the second is the proof; a fresh job then waits and keeps what it holds', () => {
    const first = applyOutcome(stateOf(), { kind: 'not found', notFoundCount: 0 }, NOW);
    expect(first).toMatchObject({ execution: { status: 'UNKNOWN', notFoundCount: 1 }, retries: false });
    const counted = stateOf({ execution: { status: 'UNKNOWN', notFoundCount: 1 } });
    expect(applyOutcome(counted, { kind: 'not found', notFoundCount: 0 }, NOW)).toBeUndefined();
    const proof = applyOutcome(counted, { kind: 'not found', notFoundCount: 1 }, NOW);
    expect(proof).toMatchObject({
      execution: { status: 'NOT_PLACED' },
      job: { status: 'PENDING' },
      retries: true,
      vaultMoves: [],
    });
    expect(proof?.endedAlerts).toEqual(['ORDER_UNKNOWN:execution:7']);
  });

  it('an old buy that was not placed fails and releases its reservation, an old sell keeps waiting', () => {
    const old = { createdAt: NOW - 120_000 };
    const buy = applyOutcome(stateOf({ job: old }), { kind: 'not sent', message: 'no socket' }, NOW);
    expect(buy).toMatchObject({
      job: { status: 'FAILED', reason: { code: 'NOT_PLACED' }, ended: true },
      retries: false,
    });
    expect(buy?.vaultMoves[0]?.posted.entry.type).toBe('BUY_CANCEL');
    const sell = applyOutcome(
      stateOf({ job: { ...old, side: 'SELL' } }),
      { kind: 'not sent', message: 'no socket' },
      NOW,
    );
    expect(sell).toMatchObject({ job: { status: 'PENDING' }, retries: true, reservations: [] });
  });

  it('a refused sell of which nothing can be sold leaves its position open, marked, with an alert', () => {
    const refused = { kind: 'refused', code: 'HOLDING_MISSING', message: 'none there', isUnsellable: true } as const;
    const outcome = applyOutcome(stateOf({ job: { side: 'SELL' } }), refused, NOW);
    expect(outcome).toMatchObject({
      execution: { status: 'REJECTED' },
      job: { status: 'FAILED', reason: { code: 'HOLDING_MISSING' } },
    });
    expect(outcome?.positions).toMatchObject([{ status: 'OPEN', unsellable: 'HOLDING_MISSING' }]);
    expect(outcome?.alerts.map(({ type }) => type)).toEqual(['POSITION_UNSELLABLE']);
  });

  it('an alert about an unknown state closes with the answer, and only if the sender had given up', () => {
    const filled = { kind: 'reported', order: { status: 'FILLED', executedQty: '1', fills: [fill] } } as const;
    expect(applyOutcome(stateOf(), filled, NOW)?.endedAlerts).toEqual([]);
    const late = stateOf({ execution: { status: 'UNKNOWN', sendBefore: NOW - 1 } });
    expect(applyOutcome(late, filled, NOW)?.endedAlerts).toEqual(['ORDER_UNKNOWN:execution:7']);
  });

  it('only a waiting job is ended without an order', () => {
    const reason = { ok: false, code: 'CANCELED_BY_OWNER', message: 'you' } as const;
    expect(endWaitingJob(stateOf(), { event: 'CANCEL', reason, now: NOW })).toBeUndefined();
    const ended = endWaitingJob(stateOf({ job: { status: 'PENDING' } }), { event: 'CANCEL', reason, now: NOW });
    expect(ended).toMatchObject({ job: { status: 'CANCELED', reason, ended: true } });
    expect(ended?.vaultMoves).toHaveLength(1);
  });
});

describe('a status that a store writes', () => {
  it('is refused when its table does not allow the transition', () => {
    expect(() => moveExecution('FILLED', 'NEW')).toThrow('cannot go from FILLED to NEW');
    expect(moveExecution('UNKNOWN', 'UNKNOWN')).toBe('UNKNOWN');
    expect(() => moveJob('FILLED', 'PENDING')).toThrow('cannot go from FILLED to PENDING');
    expect(moveJob('EXECUTING', 'PENDING')).toBe('PENDING');
  });
});
