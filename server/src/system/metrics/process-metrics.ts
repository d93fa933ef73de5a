import { monitorEventLoopDelay } from 'node:perf_hooks';
import { provide } from '../../infra/metrics/metrics.js';
import { version } from '../../infra/version.js';

const NS_PER_SEC = 1e9;
const US_PER_SEC = 1e6;
/** The lag is that of the last whole window and the running one, whoever reads it and how often. */
const WINDOW_MS = 10_000;

/** Has the series of this process itself read with the others. Returns a function that ends this. */
export function provideProcessMetrics(roles: readonly string[]): () => void {
  const lag = watchLag();
  const startedAt = Date.now() / 1_000 - process.uptime();
  const ends = [
    provide('event_loop_lag_seconds', lag.read),
    provide('process_cpu_used_seconds', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / US_PER_SEC;
    }),
    provide('process_resident_bytes', () => process.memoryUsage.rss()),
    provide('process_heap_bytes', () => process.memoryUsage().heapUsed),
    provide('process_start_timestamp_seconds', () => startedAt),
    provide('build_info', () => [[{ version, node: process.version, roles: roles.join(',') }, 1]]),
  ];
  return () => {
    lag.stop();
    ends.forEach((end) => end());
  };
}

function watchLag() {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const now = () => ({ p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max });
  let last = { p50: 0, p99: 0, max: 0 };
  const turn = setInterval(() => {
    last = now();
    delay.reset();
  }, WINDOW_MS);
  turn.unref();
  return {
    read: () => {
      const current = now();
      return (['p50', 'p99', 'max'] as const).map(
        (stat) => [{ stat }, Math.max(current[stat], last[stat]) / NS_PER_SEC] as const,
      );
    },
    stop: () => {
      clearInterval(turn);
      delay.disable();
    },
  };
}
