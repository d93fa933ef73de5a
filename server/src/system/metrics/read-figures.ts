import { METRIC_PREFIX, type MetricName } from '../../core/operations/metrics-catalogue.js';
import { readMetrics } from '../../infra/metrics/metrics.js';

/** What the page of the administrator shows of each process, by its name in `system_monitoring_logs.metrics_json`. */
const FIGURES: Record<string, { name: MetricName; labels?: Record<string, string> }> = {
  signals_accepted: { name: 'signals_total', labels: { outcome: 'accepted' } },
  signals_refused: { name: 'signals_total', labels: { outcome: 'refused' } },
  signals_failed: { name: 'signals_total', labels: { outcome: 'failed' } },
  orders_sent: { name: 'orders_sent_total' },
  orders_unknown: { name: 'order_answers_total', labels: { answer: 'unknown' } },
  exits_fired: { name: 'exits_total' },
  triggers_watched: { name: 'triggers_watched' },
  prices_stale: { name: 'watched_prices_stale' },
  db_active: { name: 'db_pool_connections', labels: { state: 'active' } },
  db_waiting: { name: 'db_pool_waiting' },
  db_timeouts: { name: 'db_pool_timeouts_total' },
  redis_up: { name: 'redis_state', labels: { state: 'UP' } },
  log_errors: { name: 'log_lines_total', labels: { level: 'error' } },
};

/** The sums of these series in this process now; counts are since its start. A series that nobody provides is left out. */
export async function readFigures(): Promise<Record<string, number>> {
  const metrics = new Map((await readMetrics('main')).map((metric) => [metric.name, metric.values]));
  const figures: Record<string, number> = {};
  for (const [figure, { name, labels = {} }] of Object.entries(FIGURES)) {
    const values = (metrics.get(METRIC_PREFIX + name) ?? []).filter((value) =>
      Object.entries(labels).every(([label, wanted]) => (value.labels as Record<string, unknown>)[label] === wanted),
    );
    if (values.length > 0) figures[figure] = values.reduce((sum, { value }) => sum + value, 0);
  }
  return figures;
}
