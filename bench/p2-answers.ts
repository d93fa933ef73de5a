// P2: POST → 202, compared with one durable commit and HTTP; and a signal with 1,000 bound accounts.
import { nowMs, startChild } from './child.js';
import { bodyOf, fire, percentile, post } from './load.js';
import { fireAtOurs, settle, startOurs } from './ours-run.js';
import { type Bench, BENCH_SECRET } from './prepare.js';
import { ms, type Row, times } from './table.js';

const LOAD = { count: 800, perSecond: 100 };

export async function measureAnswers(bench: Bench): Promise<Row[]> {
  const floor = await startChild<{ url: string }>('./floor.ts', bench.env());
  const target = { urlFor: () => `${floor.ready.url}/store`, secretFor: () => BENCH_SECRET };
  await fire(target, { prefix: 'aw', count: 100, perSecond: 100 });
  const floorMs = (await fire(target, { prefix: 'af', ...LOAD })).map((sample) => sample.answeredAt - sample.at);
  await floor.stop();

  const ours = await startOurs(bench);
  try {
    await fireAtOurs(bench, ours, { prefix: 'ax', count: 200, perSecond: 100 });
    const samples = await fireAtOurs(bench, ours, { prefix: 'ao', ...LOAD });
    await settle(bench);
    const answers = samples.filter((sample) => sample.status === 202).map((sample) => sample.answeredAt - sample.at);
    const [p50, p99] = [percentile(answers, 0.5), percentile(answers, 0.99)];
    const [floor50, floor99] = [percentile(floorMs, 0.5), percentile(floorMs, 0.99)];

    const wide = await bench.addSource(1_000);
    await bench.exchange.ask('arrivals');
    const start = nowMs();
    const status = await post(`${ours.ready.url}/webhooks/${wide.code}`, bodyOf('wide-1'), BENCH_SECRET);
    const answered = nowMs() - start;
    await settle(bench);
    const arrivals = await bench.exchange.ask<[string, number][]>('arrivals');
    const last = Math.max(...arrivals.map(([, at]) => at)) - start;
    return [
      {
        goal: 'P2',
        what: 'POST → 202 p50, 100/s',
        measured: ms(p50),
        floor: ms(floor50),
        ratio: times(p50 / floor50),
        target: '',
        holds: undefined,
      },
      {
        goal: 'P2',
        what: 'POST → 202 p99, 100/s',
        measured: ms(p99),
        floor: ms(floor99),
        ratio: times(p99 / floor99),
        target: '≤ 3×',
        holds: p99 / floor99 <= 3 && answers.length === samples.length,
      },
      {
        goal: 'P2',
        what: `1,000 accounts: ${status}`,
        measured: ms(answered),
        target: '≤ 250 ms',
        holds: status === 202 && answered <= 250,
      },
      {
        goal: 'P2',
        what: `1,000 accounts: last of ${arrivals.length} orders out`,
        measured: ms(last),
        target: '1,000 within 3 s',
        holds: arrivals.length === 1_000 && last <= 3_000,
      },
    ];
  } finally {
    await ours.stop();
  }
}
