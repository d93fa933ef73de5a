import type { GraphqlContext } from '../../graphql/context.js';
import type { JobRow } from '../../orders/job.store.js';
import { buildTimeline, type ReceiptTimestamps, type TimelineEntry } from './timeline.js';

/** The way of one job: of its last execution, because earlier ones never reached the exchange. */
export async function jobTimeline(
  loaders: GraphqlContext['loaders'],
  receipt: ReceiptTimestamps | null,
  job: JobRow,
): Promise<TimelineEntry[]> {
  const executions = await loaders.executionsOfJob.load(job.id);
  return buildTimeline(receipt, job, executions.at(-1) ?? null);
}

/** The way of the first job that got furthest; of the receipt alone when there are none. */
export async function furthestTimeline(
  loaders: GraphqlContext['loaders'],
  receipt: ReceiptTimestamps | null,
  jobs: readonly JobRow[],
): Promise<TimelineEntry[]> {
  const ways = await Promise.all(jobs.map((job) => jobTimeline(loaders, receipt, job)));
  return ways.reduce((furthest, way) => (way.length > furthest.length ? way : furthest), buildTimeline(receipt));
}
