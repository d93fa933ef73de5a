import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JOB_STATUSES, type JobStatus } from '../domain.js';
import {
  countBulkActionItems,
  bulkActionItemState,
  soldTotals,
  type BulkActionItemFacts,
  type BulkActionJob,
} from './bulk-action-item-state.js';
import { isJobTerminal } from '../order/trade-job.js';

const job = (part: Partial<BulkActionJob>): BulkActionJob => ({
  ...{ status: 'EXECUTING', reasonCode: null, reasonMessage: null, executedQty: '0', executedQuote: '0' },
  ...part,
});
const OPEN = { isOpen: true, qtyReserved: '0' };
const CLOSED = { isOpen: false, qtyReserved: '0' };
const close = (part: Partial<BulkActionItemFacts>): BulkActionItemFacts => ({
  ...{ action: 'CLOSE_POSITION', outcome: 'DONE', reasonCode: null, reasonMessage: null },
  ...{ job: null, position: OPEN },
  ...part,
});
const cancel = (part: Partial<BulkActionItemFacts>): BulkActionItemFacts =>
  close({ action: 'CANCEL_ORDER', position: null, ...part });
const half = { executedQty: '0.5', executedQuote: '50' };

describe('an item of a bulk action', () => {
  it.each<[string, BulkActionItemFacts, object]>([
    ['waits for its turn', close({ outcome: null }), { state: 'WAITING', isTerminal: false, isStillOpen: true }],
    ['is accepted while its sell is under way', close({ job: job({}) }), { state: 'ACCEPTED', isTerminal: false }],
    [
      'is partly filled while more may follow',
      close({ job: job({ status: 'PARTIALLY_FILLED', ...half }) }),
      {
        ...{ state: 'PARTLY_FILLED', isTerminal: false, soldQty: '0.5', soldQuote: '50' },
      },
    ],
    [
      'is filled and reports the missing coins when the wallet held less than the position',
      close({ job: job({ status: 'FILLED', ...half }), position: { ...CLOSED, shortfallQty: '0.25' } }),
      { state: 'FILLED', isTerminal: true, reasonCode: 'HOLDING_MISSING' },
    ],
    [
      'is filled when the position is closed',
      close({ job: job({ status: 'FILLED', ...half }), position: CLOSED }),
      {
        ...{ state: 'FILLED', isTerminal: true, isStillOpen: false, soldQuote: '50' },
      },
    ],
    [
      'failed for the reason of its sell',
      close({ job: job({ status: 'FAILED', reasonCode: 'INSUFFICIENT_BALANCE' }) }),
      {
        ...{ state: 'FAILED', isTerminal: true, isStillOpen: true, reasonCode: 'INSUFFICIENT_BALANCE' },
      },
    ],
    [
      'is partly filled for good when the rest was canceled',
      close({ job: job({ status: 'CANCELED', reasonCode: 'CANCELED_BY_EXCHANGE', ...half }) }),
      { state: 'PARTLY_FILLED', isTerminal: true, isStillOpen: true, reasonCode: 'CANCELED_BY_EXCHANGE' },
    ],
    [
      'says that other sells hold what it could not sell',
      close({ job: job({ status: 'FILLED', ...half }), position: { isOpen: true, qtyReserved: '0.5' } }),
      { state: 'PARTLY_FILLED', isTerminal: true, reasonCode: 'ALREADY_RESERVED' },
    ],
    [
      'was refused',
      close({ outcome: 'REFUSED', reasonCode: 'MIN_NOTIONAL_NOT_MET' }),
      {
        ...{ state: 'REFUSED', isTerminal: true, isStillOpen: true, reasonCode: 'MIN_NOTIONAL_NOT_MET' },
      },
    ],
    [
      'was refused, and a stop closed the position since',
      close({ outcome: 'REFUSED', position: CLOSED }),
      {
        ...{ state: 'ALREADY_DONE', isTerminal: true, isStillOpen: false },
      },
    ],
    ['found the position closed', close({ position: CLOSED }), { state: 'ALREADY_DONE', isTerminal: true }],
    ['canceled its order', cancel({ job: job({ status: 'CANCELED' }) }), { state: 'CANCELED', isTerminal: true }],
    ['came too late for its order', cancel({ job: job({ status: 'FILLED', ...half }) }), { state: 'ALREADY_DONE' }],
    [
      'requested a cancel that the exchange has not done yet',
      cancel({ job: job({ status: 'PENDING_LIMIT' }) }),
      {
        ...{ state: 'ACCEPTED', isTerminal: false, isStillOpen: true },
      },
    ],
    [
      'could not cancel its order',
      cancel({ outcome: 'REFUSED', reasonCode: 'EXCHANGE_UNREACHABLE', job: job({ status: 'PENDING_LIMIT' }) }),
      { state: 'REFUSED', isTerminal: true, isStillOpen: true, reasonCode: 'EXCHANGE_UNREACHABLE' },
    ],
  ])('%s', (_, facts, expected) => {
    expect(bulkActionItemState(facts)).toMatchObject(expected);
  });
});

const anyItem = fc.record({
  action: fc.constantFrom('CLOSE_POSITION' as const, 'CANCEL_ORDER' as const),
  outcome: fc.constantFrom('DONE' as const, 'REFUSED' as const, null),
  status: fc.constantFrom(...(JOB_STATUSES as readonly JobStatus[])),
  sold: fc.nat(5),
  isOpen: fc.boolean(),
  hasJob: fc.boolean(),
});

it('an open position never counts as closed, for any state of its job, and every item counts once', () => {
  fc.assert(
    fc.property(fc.array(anyItem, { maxLength: 20 }), (drawn) => {
      const items = drawn.map(({ action, outcome, status, sold, isOpen, hasJob }) => {
        const own = hasJob ? job({ status, executedQty: String(sold), executedQuote: String(sold * 10) }) : null;
        const position = action === 'CLOSE_POSITION' ? { isOpen, qtyReserved: '0' } : null;
        const facts = close({ action, outcome, job: own, position });
        return { action, status, hasJob, symbol: 'BTC/USDT', isOpen, ...bulkActionItemState(facts) };
      });
      const counts = countBulkActionItems(items);
      expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(items.length);
      const closes = items.filter(({ action }) => action === 'CLOSE_POSITION');
      expect(counts.positionsClosed).toBeLessThanOrEqual(closes.filter(({ isOpen }) => !isOpen).length);
      for (const item of closes) expect(item.isStillOpen).toBe(item.isOpen);
      for (const item of items) {
        if (item.state === 'CANCELED') expect(item.hasJob && isJobTerminal(item.status)).toBe(true);
        if (item.isTerminal && item.isStillOpen) expect(['PARTLY_FILLED', 'REFUSED', 'FAILED']).toContain(item.state);
        if (!item.isTerminal) expect(['WAITING', 'ACCEPTED', 'PARTLY_FILLED']).toContain(item.state);
      }
      const [total] = soldTotals(items);
      const all = items.reduce((sum, { soldQuote }) => sum + Number(soldQuote), 0);
      expect(Number(total?.value ?? 0)).toBe(all);
    }),
  );
});
