import { METRIC_PREFIX, METRICS, type MetricName } from '../core/operations/metrics-catalogue.js';

/** The names under which Prometheus stores a metric. */
export const seriesNames = (name: MetricName): string[] => {
  const full = METRIC_PREFIX + name;
  return METRICS[name].type === 'histogram' ? [`${full}_bucket`, `${full}_sum`, `${full}_count`] : [full];
};
