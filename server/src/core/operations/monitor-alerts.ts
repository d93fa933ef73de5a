/** Alerts for admins about the installation, which the job system_monitor opens and ends. */
export const MONITOR_ALERTS = [
  'SERVICE_DOWN',
  'PROCESS_STUCK',
  'HIGH_CPU',
  'HIGH_MEMORY',
  'HIGH_DISK_USAGE',
  'QUEUE_BACKLOG',
  'SAFETY_JOB_PAUSED',
] as const;
export type MonitorAlertType = (typeof MONITOR_ALERTS)[number];
export type AlertSeverity = 'low' | 'medium' | 'high' | 'critical';

/** One process as its last rows of `system_monitoring_logs` show it. */
export interface ProcessStanding {
  service: string;
  processId: number;
  status: string;
  /** The time of its last row, ms since 1970. */
  seenAt: number;
  /** Of its last rows, newest first, in percent. */
  cpuPct: readonly number[];
  memoryPct: number;
  /** The longest time for which its event loop stood still, in ms, newest first. */
  loopDelayMs: readonly number[];
}

export interface MonitorFacts {
  now: number;
  processes: readonly ProcessStanding[];
  disks: readonly { path: string; usedPct: number }[];
  /** Jobs that wait to be executed, and the age of the oldest in ms. */
  backlog: { waiting: number; oldestMs: number };
  pausedSafetyJobs: readonly string[];
}

export interface MonitorAlert {
  type: MonitorAlertType;
  /** One alert is open for each type and subject. */
  subject: string;
  severity: AlertSeverity;
  message: string;
}

const DOWN_AFTER_MS = 90_000;
/** One busy row is no alert: an import or a garbage collection takes a moment. */
const ROWS_FOR_LOAD = 3;
const LIMIT_PCT = 90;
const STUCK_MS = 10_000;
const BACKLOG_MAX = 500;
const BACKLOG_OLD_MS = 60_000;

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
const percent = (value: number): string => `${Math.round(value)} %`;

/** What is wrong now. An alert that is not in the list any more has ended. */
export function monitorAlerts(facts: MonitorFacts): MonitorAlert[] {
  return [
    ...facts.processes.flatMap((one) => processAlerts(one, facts)),
    ...serviceAlerts(facts),
    ...facts.disks.filter(({ usedPct }) => usedPct > LIMIT_PCT).map(diskAlert),
    ...backlogAlerts(facts),
    ...facts.pausedSafetyJobs.map((name): MonitorAlert => ({
      ...{ type: 'SAFETY_JOB_PAUSED', subject: name, severity: 'high' },
      message: `The scheduled job ${name} is paused. If the tick engine misses an exit, nothing fires it. Resume it.`,
    })),
  ];
}

const isRunning = ({ status }: ProcessStanding): boolean => status === 'running';

/** A service without any live process is down, unless its last process was stopped in order. */
function serviceAlerts({ processes, now }: MonitorFacts): MonitorAlert[] {
  const services = new Set(processes.map(({ service }) => service));
  return [...services].flatMap((service): MonitorAlert[] => {
    const own = processes.filter((one) => one.service === service);
    const lastSeen = Math.max(...own.map(({ seenAt }) => seenAt));
    if (now - lastSeen <= DOWN_AFTER_MS || !own.some(isRunning)) return [];
    const message = `No process with the role ${service} has reported for ${seconds(now - lastSeen)}.`;
    return [{ type: 'SERVICE_DOWN', subject: service, severity: 'critical', message }];
  });
}

function processAlerts(one: ProcessStanding, { processes, now }: MonitorFacts): MonitorAlert[] {
  const subject = `${one.service}:${one.processId}`;
  const who = `Process ${one.processId} (${one.service})`;
  if (!isRunning(one)) return [];
  if (now - one.seenAt > DOWN_AFTER_MS) {
    // Without any live process, the service is down; that is one alert and not one for each process.
    const others = processes.some(({ service, seenAt }) => service === one.service && now - seenAt <= DOWN_AFTER_MS);
    if (!others) return [];
    const message = `${who} has not reported for ${seconds(now - one.seenAt)} and was not stopped. It died or hangs.`;
    return [{ type: 'PROCESS_STUCK', subject, severity: 'high', message }];
  }
  const alerts: MonitorAlert[] = [];
  const loads = one.cpuPct.slice(0, ROWS_FOR_LOAD);
  if (loads.length === ROWS_FOR_LOAD && loads.every((load) => load > LIMIT_PCT)) {
    const message = `${who} uses ${percent(Math.min(...loads))} of all processors and more. Signals and exits may be late.`;
    alerts.push({ type: 'HIGH_CPU', subject, severity: 'high', message });
  }
  if (one.memoryPct > LIMIT_PCT) {
    const message = `${who} uses ${percent(one.memoryPct)} of its memory and may be ended by the system.`;
    alerts.push({ type: 'HIGH_MEMORY', subject, severity: 'high', message });
  }
  const longest = Math.max(0, ...one.loopDelayMs.slice(0, 1));
  if (longest > STUCK_MS) {
    const message = `${who} stood still for ${seconds(longest)}. Nothing of it ran in that time.`;
    alerts.push({ type: 'PROCESS_STUCK', subject, severity: 'high', message });
  }
  return alerts;
}

const diskAlert = ({ path, usedPct }: { path: string; usedPct: number }): MonitorAlert => ({
  ...{ type: 'HIGH_DISK_USAGE', subject: path, severity: usedPct > 97 ? 'critical' : 'high' },
  message: `The disk of ${path} is ${percent(usedPct)} full. When it is full, the database stops and nothing trades.`,
});

function backlogAlerts({ backlog: { waiting, oldestMs } }: MonitorFacts): MonitorAlert[] {
  if (waiting === 0 || (waiting <= BACKLOG_MAX && oldestMs <= BACKLOG_OLD_MS)) return [];
  const message = `${waiting} jobs wait to be executed, the oldest for ${seconds(oldestMs)}.`;
  return [{ type: 'QUEUE_BACKLOG', subject: 'jobs', severity: 'high', message }];
}
