import { expect, it } from 'vitest';
import { METRIC_PREFIX, METRICS } from '../../core/operations/metrics-catalogue.js';
import { add, count, metricsText, observeMs, provide, readMetrics, replace } from './metrics.js';

const linesOf = async (name: string): Promise<string[]> =>
  (await metricsText([await readMetrics('main')])).split('\n').filter((line) => line.startsWith(METRIC_PREFIX + name));

// Test files may share a process, so counters are compared with what they were.
const valueOf = async (name: string, labels = ''): Promise<number> =>
  Number(
    (await linesOf(name))
      .find((line) => line.includes(labels))
      ?.split(' ')
      .at(-1),
  );

it('counts in memory, starts counters at zero and names the process', async () => {
  const repeats = await valueOf('signals_total', 'outcome="repeat",process="main"');
  expect(repeats).toBeGreaterThanOrEqual(0);
  const points = await valueOf('graphql_cost_points_total', '{process="main"}');
  count('signals_total', { outcome: 'repeat' });
  add('graphql_cost_points_total', 12);
  expect(await valueOf('signals_total', 'outcome="repeat",process="main"')).toBe(repeats + 1);
  expect(await valueOf('graphql_cost_points_total', '{process="main"}')).toBe(points + 12);
});

it('counts a value that is not in the catalogue as other, so that strangers cannot make series', async () => {
  for (let made = 0; made < 50; made++) count('signals_refused_total', { reason: `made up ${made}` });
  const lines = await linesOf('signals_refused_total');
  expect(lines).toContain('mvcashnode_signals_refused_total{reason="other",process="main"} 50');
  expect(lines.filter((line) => line.includes('made up'))).toEqual([]);
});

it('adds up the sources of a gauge, and forgets a gauge without sources', async () => {
  const ends = [provide('triggers_watched', () => 3), provide('triggers_watched', () => 4)];
  expect(await linesOf('triggers_watched')).toEqual(['mvcashnode_triggers_watched{process="main"} 7']);
  ends[0]?.();
  expect(await linesOf('triggers_watched')).toEqual(['mvcashnode_triggers_watched{process="main"} 4']);
  ends[1]?.();
  expect(await linesOf('triggers_watched')).toEqual([]);
});

it('replaces all series of a gauge at once', async () => {
  replace('alerts_open', [[{ severity: 'high' }, 2]]);
  replace('alerts_open', [[{ severity: 'critical' }, 1]]);
  expect(await linesOf('alerts_open')).toEqual(['mvcashnode_alerts_open{severity="critical",process="main"} 1']);
  replace('alerts_open', undefined);
  expect(await linesOf('alerts_open')).toEqual([]);
});

it('puts durations into buckets, and a clock that went back into the first', async () => {
  const exchange = 'HTX_SPOT';
  observeMs('order_sent_to_answer_seconds', -5, { exchange });
  observeMs('order_sent_to_answer_seconds', 30, { exchange });
  observeMs('order_sent_to_answer_seconds', Number.NaN, { exchange });
  const lines = (await linesOf('order_sent_to_answer_seconds')).filter((line) => line.includes(exchange));
  expect(lines.find((line) => line.includes('_count'))).toMatch(/ 2$/);
  expect(lines.find((line) => line.includes('le="0.001"'))).toMatch(/ 1$/);
  expect(lines.find((line) => line.includes('le="0.05"'))).toMatch(/ 2$/);
});

it('shows the series of two processes side by side, each with its help once', async () => {
  const [main] = [await readMetrics('main')];
  const graphql = await readMetrics('graphql');
  const text = await metricsText([main, graphql]);
  expect(text.match(/# HELP mvcashnode_signals_total /g)).toHaveLength(1);
  expect(text).toContain('outcome="accepted",process="main"} ');
  expect(text).toContain('outcome="accepted",process="graphql"} ');
  for (const name of Object.keys(METRICS)) expect(text).toContain(`# TYPE ${METRIC_PREFIX}${name} `);
});
