import type { GraphqlContext } from '../../graphql/context.js';
import type { JobRow } from '../../orders/job.store.js';
import { buildTimeline, type DryRunTimestamps, type ReceiptTimestamps, type TimelineEntry } from './timeline.js';

/** The stages of one job. It uses the job's last execution, because earlier ones never reached the exchange. */
export async function jobTimeline(
  loaders: GraphqlContext['loaders'],
  receipt: ReceiptTimestamps | null,
  job: JobRow,
): Promise<TimelineEntry[]> {
  const executions = await loaders.executionsOfJob.load(job.id);
  return buildTimeline(receipt, job, executions.at(-1) ?? null);
}

/** The stages of the job or the dry run that got furthest. Without one, those of the receipt alone. */
export async function furthestTimeline(
  loaders: GraphqlContext['loaders'],
  receipt: ReceiptTimestamps | null,
  { jobs, dryRuns = [] }: { jobs: readonly JobRow[]; dryRuns?: readonly DryRunTimestamps[] },
): Promise<TimelineEntry[]> {
  const ways = await Promise.all(jobs.map((job) => jobTimeline(loaders, receipt, job)));
  ways.push(...dryRuns.map((dryRun) => buildTimeline(receipt, null, null, dryRun)));
  return ways.reduce((furthest, way) => (way.length > furthest.length ? way : furthest), buildTimeline(receipt));
}
