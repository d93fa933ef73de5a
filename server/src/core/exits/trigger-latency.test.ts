import { expect, it } from 'vitest';
import { summarizeLatency } from './trigger-latency.js';

it('an interval counts only exits that have both of its timestamps', () => {
  const summary = summarizeLatency([
    { tickAt: 0, decidedAt: 5, sentAt: 8, acknowledgedAt: 20 },
    { tickAt: 0, decidedAt: 7, sentAt: null, acknowledgedAt: null },
    { tickAt: null, decidedAt: 0, sentAt: 4, acknowledgedAt: null },
  ]);
  expect(summary).toEqual({
    exits: 3,
    tickToDecided: { exits: 2, p50Ms: 5, p95Ms: 7, maxMs: 7 },
    decidedToSent: { exits: 2, p50Ms: 3, p95Ms: 4, maxMs: 4 },
    sentToAcknowledged: { exits: 1, p50Ms: 12, p95Ms: 12, maxMs: 12 },
    tickToAcknowledged: { exits: 1, p50Ms: 20, p95Ms: 20, maxMs: 20 },
  });
});

it('without exits there are no percentiles, and different clocks cause no negative ones', () => {
  expect(summarizeLatency([]).tickToDecided).toEqual({ exits: 0, p50Ms: null, p95Ms: null, maxMs: null });
  const early = { tickAt: 10, decidedAt: 8, sentAt: null, acknowledgedAt: null };
  expect(summarizeLatency([early]).tickToDecided.p50Ms).toBe(0);
});
