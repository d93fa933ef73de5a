import os from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Context } from '../context.js';
import { version } from '../infra/version.js';
import { waitAtMost } from '../infra/with-timeout.js';
import { insertHeartbeat, type ServiceName } from './heartbeat.store.js';
import { readFigures } from './metrics/read-figures.js';

export interface Heartbeat {
  /** Writes the last row (`stopped`) and waits for it at most two seconds. */
  stop(): Promise<void>;
}

const EVERY_MS = 15_000;
const LAST_ROW_WAIT_MS = 2_000;
const NS_PER_MS = 1e6;
const BYTES_PER_MB = 1_048_576;

const hundredths = (value: number) => Math.round(value * 100) / 100;
/** Fits DECIMAL(5,2). */
const percent = (value: number) => hundredths(Math.min(value, 999.99));

/** CPU since the last reading in percent of the whole machine; memory in percent of the process's limit. */
function createMeter() {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let cpu = process.cpuUsage();
  let since = performance.now();
  return {
    read() {
      const now = performance.now();
      const used = process.cpuUsage(cpu);
      const cpuMs = (used.user + used.system) / 1000;
      const cpuPct = (100 * cpuMs) / Math.max(now - since, 1) / os.availableParallelism();
      cpu = process.cpuUsage();
      since = now;
      const rss = process.memoryUsage.rss();
      // Zero or absent when the container has no limit. A "limit" above the machine's memory is not one either.
      const memoryLimit = Math.min(process.constrainedMemory() || Infinity, os.totalmem());
      const metrics = {
        rss_mb: hundredths(rss / BYTES_PER_MB),
        event_loop_delay_p99_ms: hundredths(delay.percentile(99) / NS_PER_MS),
        event_loop_delay_max_ms: hundredths(delay.max / NS_PER_MS),
        uptime_s: Math.round(process.uptime()),
      };
      delay.reset();
      return { cpuPct: percent(cpuPct), memoryPct: percent((100 * rss) / memoryLimit), metrics };
    },
    close: () => delay.disable(),
  };
}

/**
 * Writes the state of the process into `system_monitoring_logs`, now and every `everyMs`. While the database is away,
 * only rows are missing: this is logged once, and once more when rows can be written again.
 */
export function startHeartbeat(
  { db, log, clock }: Pick<Context, 'db' | 'log' | 'clock'>,
  { service, everyMs = EVERY_MS }: { service: ServiceName; everyMs?: number },
): Heartbeat {
  const meter = createMeter();
  let isAway = false;
  let writing: Promise<void> | undefined;

  async function write(status: 'running' | 'stopped'): Promise<void> {
    const { cpuPct, memoryPct, metrics } = meter.read();
    const clockSkewMs = clock.standing?.().skewMs;
    try {
      await insertHeartbeat(db, {
        ...{ at: new Date(clock.now()), service, processId: process.pid, status, cpuPct, memoryPct },
        metrics: {
          ...metrics,
          ...(await readFigures()),
          host: os.hostname(),
          version,
          ...(clockSkewMs !== undefined && { clock_skew_ms: clockSkewMs }),
        },
      });
      if (isAway) log.info({ service }, 'heartbeats are written again');
      isAway = false;
    } catch (error) {
      if (!isAway) log.warn({ err: error, service }, 'the heartbeat could not be written');
      isAway = true;
    }
  }

  function beat(): void {
    // One at a time, so that they do not pile up when the database is slow.
    writing ??= write('running').finally(() => {
      writing = undefined;
    });
  }

  beat();
  const timer = setInterval(beat, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      const lastRow = (writing ?? Promise.resolve()).then(() => write('stopped'));
      await waitAtMost(lastRow, LAST_ROW_WAIT_MS);
      meter.close();
    },
  };
}
