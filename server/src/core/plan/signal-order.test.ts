import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUY_WAITS_MS,
  CLOSE_WAITS_MS,
  looksAgainInMs,
  turnOfBuy,
  turnOfClose,
  UNSENT_BUY_MS,
  type Close,
  type EarlierBuy,
} from './signal-order.js';

const NOW = 1_000_000;
const buys = fc.uniqueArray(
  fc.record<EarlierBuy>({
    jobId: fc.integer({ min: 1, max: 50 }),
    status: fc.constantFrom('PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED'),
    wasTried: fc.boolean(),
  }),
  { selector: ({ jobId }) => jobId, maxLength: 6 },
);
const waitingSince = fc.option(fc.integer({ min: NOW - 2 * CLOSE_WAITS_MS, max: NOW }));
const closes = fc.array(
  fc.record<Close>({ jobId: fc.integer({ min: 60, max: 90 }), isDecided: fc.boolean(), waitingSince }),
  { maxLength: 4 },
);

describe('a close', () => {
  it('is never decided while an earlier buy could still open a position that stays unsold', () => {
    fc.assert(
      fc.property(buys, waitingSince, fc.boolean(), (earlierBuys, since, mayCancel) => {
        const turn = turnOfClose({ now: NOW, waitingSince: since, closesJobId: null, earlierBuys, mayCancel });
        const ids = earlierBuys.map(({ jobId }) => jobId).sort((one, two) => one - two);
        const statusOf = new Map(earlierBuys.map((buy) => [buy.jobId, buy.status]));
        if (turn.kind === 'go') expect(ids).toEqual([]);
        if (turn.kind === 'wait') {
          // Every remaining buy is one that the close handles later.
          expect([turn.openIds, turn.jobId]).toEqual([ids, ids[0]]);
          expect(turn.isTerminal).toBe(since !== null && NOW - since >= CLOSE_WAITS_MS);
        }
        if (turn.kind === 'first') {
          expect(turn.supersede.every((id) => statusOf.get(id) === 'PENDING')).toBe(true);
          expect(turn.cancel.every((id) => /LIMIT|PARTIALLY/.test(statusOf.get(id) ?? ''))).toBe(true);
          expect(turn.supersede.length + turn.cancel.length).toBeGreaterThan(0);
          expect(mayCancel || turn.cancel.length === 0).toBe(true);
        }
      }),
    );
  });

  it('never supersedes a buy that may be at the exchange, and any other buy only after two seconds', () => {
    const turn = (waitedMs: number, over: Partial<EarlierBuy>) =>
      turnOfClose({
        ...{ now: NOW, waitingSince: NOW - waitedMs, closesJobId: null, mayCancel: true },
        earlierBuys: [{ jobId: 7, status: 'PENDING', wasTried: false, ...over }],
      });
    expect(turn(UNSENT_BUY_MS - 1, {})).toMatchObject({ kind: 'wait', jobId: 7 });
    expect(turn(UNSENT_BUY_MS, {})).toEqual({ kind: 'first', supersede: [7], cancel: [] });
    expect(turn(0, { wasTried: true })).toEqual({ kind: 'first', supersede: [7], cancel: [] });
    expect(turn(CLOSE_WAITS_MS - 1, { status: 'EXECUTING' })).toMatchObject({ kind: 'wait', isTerminal: false });
    expect(turn(CLOSE_WAITS_MS, { status: 'EXECUTING' })).toMatchObject({
      kind: 'wait',
      isTerminal: true,
      openIds: [7],
    });
  });

  it('its rest waits only for its own buy, without a limit', () => {
    fc.assert(
      fc.property(buys, waitingSince, (others, since) => {
        const own: EarlierBuy = { jobId: 99, status: 'EXECUTING', wasTried: true };
        const turn = (earlierBuys: EarlierBuy[]) =>
          turnOfClose({ now: NOW, waitingSince: since, closesJobId: 99, earlierBuys, mayCancel: true });
        expect(turn([...others, own])).toEqual({ kind: 'wait', jobId: 99, isTerminal: false, openIds: [99] });
        expect(turn(others)).toEqual({ kind: 'go' });
      }),
    );
  });
});

describe('a buy', () => {
  const turn = (over: Partial<Parameters<typeof turnOfBuy>[0]>) =>
    turnOfBuy({ now: NOW, createdAt: NOW, isHindered: false, earlierCloses: [], laterCloses: [], ...over });

  it('is never sent when a later close was decided, or when it is hindered and there is any later close', () => {
    fc.assert(
      fc.property(closes, fc.boolean(), (laterCloses, isHindered) => {
        const { kind } = turn({ laterCloses, isHindered });
        const mayNot = laterCloses.some(
          ({ isDecided, waitingSince: since }) =>
            isDecided || isHindered || (since !== null && NOW - since >= UNSENT_BUY_MS),
        );
        expect(kind).toBe(mayNot ? 'superseded' : 'go');
      }),
    );
  });

  it('waits for the oldest earlier close, for a minute', () => {
    const earlierCloses = [{ jobId: 9 }, { jobId: 4 }];
    expect(turn({ earlierCloses })).toEqual({ kind: 'wait', jobId: 4 });
    expect(turn({ earlierCloses, createdAt: NOW - BUY_WAITS_MS + 1 })).toEqual({ kind: 'wait', jobId: 4 });
    expect(turn({ earlierCloses, createdAt: NOW - BUY_WAITS_MS })).toMatchObject({
      kind: 'late',
      refusal: { code: 'EARLIER_SIGNAL_OPEN' },
    });
  });
});

it('a waiting job looks again within twice the time it has waited, at least twice a second, for a minute', () => {
  expect([0, 30, 400, 30_000, 60_000].map(looksAgainInMs)).toEqual([25, 30, 400, 500, undefined]);
});

/**
 * A model of one account and symbol: jobs are processed in any order, orders are answered in any order, and time
 * passes. In every case, orders leave in the order of the signals, and in the end nothing is open that came before a
 * close.
 */
it('in any interleaving, orders leave in the order of the signals, and nothing stays open after a close', () => {
  const story = fc.record({
    sides: fc.array(fc.constantFrom<'BUY' | 'SELL'>('BUY', 'SELL'), { minLength: 1, maxLength: 8 }),
    steps: fc.array(fc.nat(1_000), { minLength: 10, maxLength: 120 }),
  });
  fc.assert(
    fc.property(story, ({ sides, steps }) => {
      type Job = {
        side: 'BUY' | 'SELL';
        id: number;
        status: 'PENDING' | 'EXECUTING' | 'DONE' | 'SKIPPED';
        since: number | null;
        closes: number | null;
        isDecided: boolean;
        isSold: boolean;
      };
      const jobs: Job[] = sides.map((side, index) => ({
        ...{ side, id: index + 1, status: 'PENDING', since: null, closes: null, isDecided: false, isSold: false },
      }));
      let now = 0;
      const sent: number[] = [];
      const isLive = ({ status }: Job) => status === 'PENDING' || status === 'EXECUTING';
      const look = (job: Job): void => {
        if (job.status !== 'PENDING') return;
        if (job.side === 'SELL') lookAtClose(job);
        else lookAtBuy(job);
      };
      const lookAtClose = (job: Job): void => {
        const before = jobs.filter((one) => one.side === 'BUY' && one.id < job.id);
        const earlierBuys = before
          .filter(isLive)
          .map(({ id, status }): EarlierBuy => ({ jobId: id, status: status as 'PENDING', wasTried: false }));
        const turn = turnOfClose({
          ...{ now, waitingSince: job.since, closesJobId: job.closes, earlierBuys, mayCancel: true },
        });
        if (turn.kind === 'first') {
          for (const id of turn.supersede) jobs.find((one) => one.id === id)!.status = 'SKIPPED';
          return lookAtClose(job);
        }
        const mine = before.filter(
          (one) => one.status === 'DONE' && !one.isSold && (job.closes === null || one.id === job.closes),
        );
        if (turn.kind === 'wait' && !(turn.isTerminal && mine.length > 0)) {
          job.since ??= now;
          return;
        }
        for (const one of mine) one.isSold = true;
        job.isDecided = true;
        job.status = mine.length > 0 ? 'EXECUTING' : 'SKIPPED';
        if (mine.length > 0 && job.closes === null) sent.push(job.id);
        if (turn.kind !== 'wait') return;
        for (const closes of turn.openIds)
          jobs.push({
            ...{ side: 'SELL', id: jobs.length + 1, status: 'PENDING', since: now, closes },
            ...{ isDecided: false, isSold: false },
          });
      };
      const lookAtBuy = (job: Job): void => {
        const signals = jobs.filter((one) => one.side === 'SELL' && one.closes === null);
        const turn = turnOfBuy({
          ...{ now, createdAt: 0, isHindered: false },
          earlierCloses: signals.filter((one) => one.id < job.id && isLive(one)).map(({ id }) => ({ jobId: id })),
          laterCloses: signals
            .filter((one) => one.id > job.id)
            .map(({ id, isDecided, since }) => ({ jobId: id, isDecided, waitingSince: since })),
        });
        if (turn.kind === 'wait') job.since ??= now;
        else if (turn.kind === 'go') {
          job.status = 'EXECUTING';
          sent.push(job.id);
        } else job.status = 'SKIPPED';
      };
      const step = (roll: number): void => {
        const job = jobs[roll % jobs.length]!;
        if (roll % 3 === 0) now += roll;
        else if (roll % 3 === 1 && job.status === 'EXECUTING') job.status = 'DONE';
        else look(job);
      };
      steps.forEach(step);
      for (let round = 0; round < 40; round++) {
        now += 1_000;
        for (const job of [...jobs]) {
          if (job.status === 'EXECUTING') job.status = 'DONE';
          look(job);
        }
      }
      expect(jobs.filter(isLive)).toEqual([]);
      // Opposite sides never overtake each other.
      sent.forEach((id, at) => {
        const overtaken = sent.slice(0, at).filter((other) => other > id && sides[other - 1] !== sides[id - 1]);
        expect(overtaken).toEqual([]);
      });
      const lastClose = sides.lastIndexOf('SELL') + 1;
      const left = jobs.filter((one) => one.side === 'BUY' && one.status === 'DONE' && !one.isSold);
      expect(left.filter(({ id }) => id < lastClose)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
