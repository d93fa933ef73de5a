import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isToolMissing } from '../../testing/missing-tool.js';
import { seriesNames } from '../../testing/series-names.js';
import { METRIC_PREFIX, METRICS, type MetricEntry, type MetricName } from '../../core/operations/metrics-catalogue.js';

const DEPLOY = fileURLToPath(new URL('../../../../deploy/', import.meta.url));
const read = (file: string): string => readFileSync(path.join(DEPLOY, file), 'utf8');
const names = Object.keys(METRICS) as MetricName[];
const series = new Map(names.flatMap((name) => seriesNames(name).map((full) => [full, METRICS[name] as MetricEntry])));

/** What an expression names that does not exist: series, labels of a selector, or values of a label. */
function faultsOf(expression: string): string[] {
  const faults: string[] = [];
  for (const [, name = '', , selector = ''] of expression.matchAll(/(mvcashnode_\w+)(\{([^}]*)\})?/g)) {
    const entry = series.get(name);
    if (!entry) {
      faults.push(name);
      continue;
    }
    for (const [, label = '', operator, value = ''] of selector.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)) {
      const known = { ...entry.labels, process: ['main', 'graphql'] }[label];
      if (['le', 'instance', 'job'].includes(label)) continue;
      if (!known) faults.push(`${name}{${label}}`);
      else if (operator !== undefined)
        faults.push(
          ...value
            .split('|')
            .filter((one) => !known.includes(one))
            .map((one) => `${name}{${label}="${one}"}`),
        );
    }
  }
  return faults;
}

const rules = read('prometheus/rules.yml');
interface Panel {
  title: string;
  targets?: { expr: string }[];
}
const dashboard = JSON.parse(read('grafana/mvcashnode.json')) as { panels: Panel[] };
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

it('finds a series, a label and a value that do not exist', () => {
  expect(faultsOf('rate(mvcashnode_made_up_total[5m])')).toEqual(['mvcashnode_made_up_total']);
  expect(faultsOf('mvcashnode_alerts_open{level="high"}')).toEqual(['mvcashnode_alerts_open{level}']);
  expect(faultsOf('mvcashnode_alerts_open{severity=~"high|awful"}')).toEqual([
    'mvcashnode_alerts_open{severity="awful"}',
  ]);
  expect(faultsOf('mvcashnode_alerts_open{severity="high"}')).toEqual([]);
});

it('no alert rule names a series, a label or a value that does not exist', () => {
  expect(rules.match(/mvcashnode_\w+/g)?.length).toBeGreaterThan(25);
  expect(faultsOf(rules)).toEqual([]);
});

it('no panel of the dashboard does either, and every panel has a query', () => {
  expect(expressions.length).toBeGreaterThan(40);
  expect(faultsOf(expressions.join('\n'))).toEqual([]);
  const rows = dashboard.panels.filter(({ targets }) => targets === undefined).length;
  expect(dashboard.panels.filter(({ targets }) => (targets?.length ?? 0) > 0)).toHaveLength(
    dashboard.panels.length - rows,
  );
});

it('the dashboard shows every series but the ones about the program itself', () => {
  const shown = new Set(expressions.join('\n').match(/mvcashnode_\w+/g));
  const hidden = names.filter((name) => !seriesNames(name).some((full) => shown.has(full)));
  const program = ['build_info', 'process_start_timestamp_seconds', 'graphql_process_up', 'scrape_errors_total'];
  const covered = ['positions_unsellable', 'backup_last_size_bytes', 'backups_kept', 'scheduled_job_interval_seconds'];
  expect(hidden.filter((name) => ![...program, ...covered, 'graphql_cost_points_total'].includes(name))).toEqual([]);
});

it('every rule says how bad it is, what it means and what to do', () => {
  const alerts = rules.split(/\n {6}- alert: /).slice(1);
  expect(alerts.length).toBeGreaterThan(20);
  for (const alert of alerts) {
    expect(alert).toMatch(/severity: (page|ticket)/);
    expect(alert).toMatch(/summary: /);
    expect(alert).toMatch(/action: /);
    expect(read('prometheus/rules.test.yml'), 'every rule has a test').toContain(alert.split('\n')[0]);
  }
});

describe('with promtool', () => {
  const promtool = (args: string[], cwd = path.join(DEPLOY, 'prometheus')) =>
    spawnSync('promtool', args, { cwd, encoding: 'utf8' });
  const isMissing = isToolMissing('promtool', ['--version'], 'the alert rules are not tested (Debian: prometheus)');

  it.skipIf(isMissing)('the rules and the scrape configuration are valid', () => {
    expect(promtool(['check', 'rules', 'rules.yml']).stdout).toContain('SUCCESS');
    expect(promtool(['check', 'config', '--syntax-only', 'prometheus.yml']).stdout).toContain('SUCCESS');
  });

  it.skipIf(isMissing)('every rule fires when it should, and none for a sound installation', () => {
    const { status, stdout, stderr } = promtool(['test', 'rules', 'rules.test.yml']);
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  it.skipIf(isMissing)('the tests notice a rule that does not fire any more', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-rules-'));
    writeFileSync(
      path.join(folder, 'rules.yml'),
      rules.replace(
        `max(${METRIC_PREFIX}oldest_unresolved_order_seconds) > 120`,
        `max(${METRIC_PREFIX}oldest_unresolved_order_seconds) > 99999`,
      ),
    );
    writeFileSync(path.join(folder, 'rules.test.yml'), read('prometheus/rules.test.yml'));
    const { status } = promtool(['test', 'rules', 'rules.test.yml'], folder);
    rmSync(folder, { recursive: true });
    expect(status).not.toBe(0);
  });
});
