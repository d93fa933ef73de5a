import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cardinality, METRICS, printCatalogue, type MetricEntry } from './metrics-catalogue.js';

const DOCS = new URL('../../../../docs/METRICS.md', import.meta.url);
const entries = Object.entries(METRICS) as [string, MetricEntry][];

it('has at least 40 series, each with a help and a unit', () => {
  expect(entries.length).toBeGreaterThanOrEqual(40);
  for (const [name, { help, unit }] of entries) {
    expect(help, name).toMatch(/^\S.{10,}\.$/s);
    expect(unit, name).not.toBe('');
  }
});

it.each(entries)('%s is named as Prometheus asks', (name, { type, unit }) => {
  expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  expect(name.endsWith('_total')).toBe(type === 'counter');
  if (unit === 'seconds' || unit === 'seconds since 1970') expect(name).toMatch(/_seconds(_total)?$/);
  if (unit === 'bytes') expect(name).toMatch(/_bytes$/);
});

it('has a limit: no label names a person, an account or a symbol, and each has few values', () => {
  for (const [name, entry] of entries) {
    expect(
      Object.keys(entry.labels ?? {}).filter(
        (label) => /user|account|symbol|source|email|ip/.test(label) && label !== 'source',
      ),
    ).toEqual([]);
    expect(cardinality(entry), name).toBeLessThan(2_000);
  }
});

it('docs/METRICS.md is what the catalogue prints (npm run check -- --fix writes it)', () => {
  expect(readFileSync(DOCS, 'utf8')).toBe(printCatalogue());
});
