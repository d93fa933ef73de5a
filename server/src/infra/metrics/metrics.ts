import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client';
import {
  cardinality,
  METRIC_PREFIX,
  METRICS,
  OTHER,
  type MetricEntry,
  type MetricLabels,
  type MetricName,
  type MetricOf,
} from '../../core/operations/metrics-catalogue.js';

// The counts of this process, for any code to add to: a counter is no dependency that a caller would replace. Counting
// is arithmetic in memory; it waits for nothing and never throws.

export type MetricValues = MetricObjectWithValues<MetricValue<string>>[];

const registry = new Registry();
const byName = new Map<string, Counter | Gauge | Histogram>();
/** Counters with more combinations start with their first event. */
const SEEDED_MAX = 80;
const closed = new Map<string, ReadonlySet<string>>();

for (const [name, entry] of Object.entries(METRICS) as [MetricName, MetricEntry][]) {
  const labelNames = Object.keys(entry.labels ?? {});
  const options = { name: METRIC_PREFIX + name, help: entry.help, labelNames, registers: [registry] };
  byName.set(name, create(entry, options));
  for (const [label, values] of Object.entries(entry.labels ?? {}))
    if (values.length > 0) closed.set(`${name} ${label}`, new Set(values));
  // A rate needs the value before the first event. A gauge that nobody reads is absent instead of 0.
  if (entry.type === 'counter') seed(name, entry);
  else if (entry.type === 'gauge' && labelNames.length === 0) (byName.get(name) as Gauge).remove();
}

function seed(name: MetricName, entry: MetricEntry): void {
  const labels = Object.entries(entry.labels ?? {});
  if (labels.length === 0 || cardinality(entry) > SEEDED_MAX) return;
  const all = labels.reduce<Record<string, string>[]>(
    (made, [label, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
  for (const one of all) (byName.get(name) as Counter).inc(one, 0);
}

function create(
  { type, buckets }: MetricEntry,
  options: { name: string; help: string; labelNames: string[]; registers: Registry[] },
): Counter | Gauge | Histogram {
  if (type === 'counter') return new Counter(options);
  return type === 'gauge' ? new Gauge(options) : new Histogram({ ...options, buckets: [...(buckets ?? [])] });
}

/** A value outside its list would make a new series, so it is counted as `other`. */
function bounded(name: string, labels: Record<string, string> | undefined): Record<string, string> {
  if (!labels) return {};
  const kept: Record<string, string> = {};
  for (const [label, value] of Object.entries(labels)) {
    const known = closed.get(`${name} ${label}`);
    kept[label] = !known || known.has(value) ? value : OTHER;
  }
  return kept;
}

type LabelsArg<K extends MetricName> = MetricLabels<K> extends undefined ? [] : [labels: MetricLabels<K>];

/** Adds one to a counter. */
export function count<K extends MetricOf<'counter'>>(name: K, ...[labels]: LabelsArg<K>): void {
  add(name, 1, ...([labels] as LabelsArg<K>));
}

/** Adds to a counter. */
export function add<K extends MetricOf<'counter'>>(name: K, more: number, ...[labels]: LabelsArg<K>): void {
  if (more > 0) (byName.get(name) as Counter).inc(bounded(name, labels), more);
}

/** Adds a duration to a histogram. A clock that went back counts as zero. */
export function observeMs<K extends MetricOf<'histogram'>>(name: K, ms: number, ...[labels]: LabelsArg<K>): void {
  if (Number.isFinite(ms)) (byName.get(name) as Histogram).observe(bounded(name, labels), Math.max(0, ms) / 1_000);
}

type Reading<K extends MetricName> =
  MetricLabels<K> extends undefined ? number | undefined : readonly (readonly [MetricLabels<K>, number])[];
type Source = () => unknown;

/** Where gauges come from. Several sources of one gauge are added up. */
const sources = new Map<MetricOf<'gauge'>, Set<Source>>();

/** Has a gauge read whenever the metrics are. Returns a function that ends this. */
export function provide<K extends MetricOf<'gauge'>>(name: K, read: () => Reading<K>): () => void {
  const all = sources.get(name) ?? new Set();
  sources.set(name, all.add(read));
  return () => void all.delete(read);
}

/** Sets a gauge that is read elsewhere, all of its series at once; undefined = it is not known now. */
export function replace<K extends MetricOf<'gauge'>>(name: K, reading: Reading<K> | undefined): void {
  setAll(name, [reading]);
}

function setAll(name: MetricOf<'gauge'>, readings: readonly unknown[]): void {
  const gauge = byName.get(name) as Gauge;
  gauge.reset();
  const numbers = readings.filter((reading) => typeof reading === 'number');
  for (const number of numbers) gauge.inc(number);
  for (const reading of readings)
    if (Array.isArray(reading))
      for (const [labels, value] of reading as [Record<string, string>, number][])
        gauge.inc(bounded(name, labels), value);
  // After its reset, a gauge without labels would show 0.
  if (numbers.length === 0 && !('labels' in METRICS[name])) gauge.remove();
}

/** The series of this process now. */
export async function readMetrics(processName: string): Promise<MetricValues> {
  for (const [name, reads] of sources)
    setAll(
      name,
      [...reads].map((read) => read()),
    );
  const values = (await registry.getMetricsAsJSON()) as MetricValues;
  return values.map((metric) => ({
    ...metric,
    values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, process: processName } })),
  }));
}

/** The text that Prometheus reads, of the series of one or more processes. */
export const metricsText = (processes: readonly MetricValues[]): Promise<string> =>
  AggregatorRegistry.aggregate([...processes]).metrics();

export const METRICS_CONTENT_TYPE = registry.contentType;
