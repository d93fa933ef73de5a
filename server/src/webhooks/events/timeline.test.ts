import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTimeline, TIMELINE_STAGES } from './timeline.js';

const at = (ms: number) => new Date(1_795_521_600_000 + ms);
const receipt = { received_at: at(0), verified_at: at(1), read_at: at(2) };
const job = { committed_at: at(5), queued_at: at(6), waiting_since: at(7), claimed_at: at(8) };
const execution = { sent_at: at(12), acknowledged_at: at(40), filled_at: at(41), booked_at: at(47) };

describe('the timeline of a signal', () => {
  it('has all stages in order with the milliseconds since it was received', () => {
    const timeline = buildTimeline(receipt, job, execution);
    expect(timeline.map(({ stage }) => stage)).toEqual(TIMELINE_STAGES.filter((stage) => stage !== 'PLANNED'));
    expect(timeline.map(({ offsetMs }) => offsetMs)).toEqual([0, 1, 2, 5, 6, 7, 8, 12, 40, 41, 47]);
  });
  it('of a source that runs dry ends with what was planned', () => {
    const timeline = buildTimeline(receipt, null, null, { created_at: at(5), decided_at: at(9) });
    expect(timeline.map(({ stage, offsetMs }) => [stage, offsetMs]).slice(-2)).toEqual([
      ['COMMITTED', 5],
      ['PLANNED', 9],
    ]);
  });
  it('ends where the signal ended', () => {
    expect(buildTimeline({ ...receipt, verified_at: null, read_at: null }).map(({ stage }) => stage)).toEqual([
      'RECEIVED',
    ]);
    expect(buildTimeline(receipt, { ...job, waiting_since: null, claimed_at: null }).at(-1)).toEqual({
      stage: 'QUEUED',
      at: at(6),
      offsetMs: 6,
    });
  });
  it('shows that a job waits for an earlier signal', () => {
    expect(buildTimeline(receipt, { ...job, claimed_at: null }).at(-1)).toEqual({
      stage: 'WAITING',
      at: at(7),
      offsetMs: 7,
    });
  });
  it('starts with the commit for a job without a signal', () => {
    expect(buildTimeline(null, job)[0]).toEqual({ stage: 'COMMITTED', at: at(5), offsetMs: 0 });
    expect(buildTimeline(null)).toEqual([]);
  });
  it('never runs backwards, whatever the clocks of the machines say', () => {
    const moment = fc.option(fc.integer({ min: -5_000, max: 5_000 }).map(at));
    fc.assert(
      fc.property(fc.array(moment, { minLength: 10, maxLength: 10 }), (m) => {
        const [a = null, b = null, c = null, d = null, e = null, f = null, g = null, h = null, i = null, j = null] = m;
        const offsets = buildTimeline(
          { received_at: a, verified_at: b, read_at: c },
          { committed_at: d, queued_at: e, claimed_at: f },
          { sent_at: g, acknowledged_at: h, filled_at: i, booked_at: j },
        ).map(({ offsetMs }) => offsetMs);
        expect(offsets.length).toBe(m.filter((each) => each !== null).length);
        expect(offsets).toEqual([...offsets].sort((x, y) => x - y));
        expect(offsets[0] ?? 0).toBe(0);
      }),
    );
  });
});
