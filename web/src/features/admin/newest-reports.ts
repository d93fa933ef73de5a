import type { ProcessReportsQuery } from '../../gql/generated';

export type Report = ProcessReportsQuery['monitoringLogs']['edges'][number]['node'];

/** After this time without a report, a process is silent. */
const SILENT_MS = 90_000;

export const hostOf = ({ metrics }: Pick<Report, 'metrics'>): string => {
  const host = typeof metrics === 'object' && metrics !== null ? (metrics as { host?: unknown }).host : undefined;
  return typeof host === 'string' ? host : '';
};

/** The newest report of each process, from reports that are newest first. */
export const newestReports = (reports: readonly Report[]): Report[] => {
  const newest = new Map<string, Report>();
  for (const report of reports) {
    const key = JSON.stringify([hostOf(report), report.processId, report.service]);
    if (!newest.has(key)) newest.set(key, report);
  }
  return [...newest.values()];
};

/** What a process is now: what it said last, or SILENT when it should have said something since. */
export const stateOf = ({ status, at }: Pick<Report, 'status' | 'at'>, now: number): Report['status'] | 'SILENT' =>
  status === 'RUNNING' && now - new Date(at).getTime() > SILENT_MS ? 'SILENT' : status;
