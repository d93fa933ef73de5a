import os from 'node:os';
import type { Context } from '../context.js';
import { isSafetyJob, type RunTrigger, type ScheduledJobName } from '../core/operations/scheduled-jobs.js';
import { count } from '../infra/metrics/metrics.js';
import { withTimeout } from '../infra/with-timeout.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';
import {
  beginRun,
  endRun,
  holdRun,
  readLastEnds,
  releaseRun,
  type BegunRun,
  type RunEnd,
} from './scheduled-job.store.js';

/** What a job does. Its result is stored with the run. `signal` aborts when the run takes too long or the process stops. */
export type ScheduledWork = (run: {
  signal: AbortSignal;
  /** Settings of the job's own (`config_json`). */
  config: unknown;
  /** The result of the last successful run; null = there is none. */
  last: unknown;
}) => Promise<unknown>;
export type ScheduledWorks = Record<ScheduledJobName, ScheduledWork>;

type RunContext = Pick<Context, 'db' | 'clock' | 'log'>;

export type RunOutcome = 'BUSY' | 'PAUSED' | 'NOT_DUE' | 'UNKNOWN' | RunEnd['status'];

/** A process that does not report for this time has died, and another one may run the job. */
const HELD_MS = 20_000;
const REPORT_MS = 5_000;
/** So many failed runs in a row open an alert. */
const FAILURES_FOR_ALERT = 3;
const LAST_ENDS = 10;

const holderHere = (): string => `${os.hostname()}:${process.pid}`.slice(0, 96);

/**
 * Runs a job now if it may run: never twice at the same time, over all processes. The run is a row from its beginning
 * to its end, also when it fails or takes too long. A run that fails is repeated at once as often as the job says.
 */
export async function runScheduledJob(
  ctx: RunContext,
  {
    name,
    trigger,
    works,
    stopping,
  }: { name: ScheduledJobName; trigger: RunTrigger; works: ScheduledWorks; stopping: AbortSignal },
): Promise<RunOutcome> {
  for (let failures = 0; ;) {
    const mustBeDue = trigger === 'SCHEDULED' && failures === 0;
    const begun = await beginRun(ctx.db, { name, trigger, mustBeDue, holder: holderHere(), heldMs: HELD_MS });
    if (typeof begun === 'string') return begun;
    const end = await work(ctx, begun, { work: works[name], stopping });
    count('scheduled_job_runs_total', { name, status: end.status });
    await reportEnd(ctx, begun, end);
    if (end.status !== 'FAILED' || failures >= begun.job.maxRetries || stopping.aborted) return end.status;
    failures++;
  }
}

async function work(
  ctx: RunContext,
  { runId, job }: BegunRun,
  { work: run, stopping }: { work: ScheduledWork; stopping: AbortSignal },
): Promise<RunEnd> {
  const lost = new AbortController();
  const report = setInterval(() => {
    holdRun(ctx.db, runId, HELD_MS).then(
      (isOurs) => !isOurs && lost.abort(new Error('another process may have taken over the run')),
      (err: unknown) => ctx.log.debug({ err, job: job.name }, 'a run could not be reported'),
    );
  }, REPORT_MS);
  const signal = AbortSignal.any([lost.signal, stopping]);
  const last =
    (await readLastEnds(ctx.db, job.id, LAST_ENDS)).find(({ status }) => status === 'SUCCESS')?.result ?? null;
  const working = run({ signal, config: job.config, last }).then(
    (result): RunEnd => ({ status: 'SUCCESS', result: result ?? null }),
    (err: unknown): RunEnd => ({ status: 'FAILED', error: err instanceof Error ? err.message : String(err) }),
  );
  const timeoutMs = job.timeoutMs ?? undefined;
  const end = await (timeoutMs === undefined ? working : withTimeout(working, timeoutMs)).catch((): RunEnd => {
    lost.abort(new Error('the run took too long'));
    return { status: 'TIMEOUT', error: `The run took longer than ${timeoutMs} ms.` };
  });
  // Work that goes on after its time keeps the job to itself until it really ends.
  const settled = working.finally(() => clearInterval(report));
  await endRun(ctx.db, runId, end);
  if (end.status === 'TIMEOUT') {
    settled
      .then(() => releaseRun(ctx.db, runId))
      .catch((err: unknown) => ctx.log.debug({ err, job: job.name }, 'a late run could not be released'));
  } else await settled;
  return end;
}

/** Failures in a row become an alert for admins; the next success ends it. */
async function reportEnd({ db, log, clock }: RunContext, { job }: BegunRun, end: RunEnd): Promise<void> {
  const openKey = `SCHEDULED_JOB_FAILED:${job.name}`;
  if (end.status === 'SUCCESS') return closeAlert(db, { openKey, now: clock.now() });
  log.warn({ job: job.name, status: end.status, reason: end.error }, 'a scheduled job did not succeed');
  const last = await readLastEnds(db, job.id, FAILURES_FOR_ALERT);
  if (last.length < FAILURES_FOR_ALERT || last.some(({ status }) => status === 'SUCCESS')) return;
  const why = end.error === undefined ? '' : ` Last reason: ${end.error}`;
  await openAlert(db, {
    type: 'SCHEDULED_JOB_FAILED',
    severity: isSafetyJob(job.name) ? 'critical' : 'high',
    message: `The scheduled job ${job.name} did not succeed ${FAILURES_FOR_ALERT} times in a row.${why}`,
    ...{ openKey, userId: null },
  });
}
