import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import {
  intervalLimits,
  isSafetyJob,
  type RunStatus,
  type ScheduledJobName,
} from '../core/operations/scheduled-jobs.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { JobRunStatus } from '../graphql/enums.js';
import { badInput, notFound } from '../graphql/errors.js';
import { PageArgs, readPage, toConnection, type Connection } from '../graphql/pages.js';
import {
  readRuns,
  readScheduledJobs,
  requestRun,
  writeJobInterval,
  writeJobStatus,
  type ScheduledJobRow,
} from './scheduled-job.store.js';
import * as types from './scheduled-job.types.js';

const limitsOf = (name: ScheduledJobName): types.JobLimits => {
  const { leastMs, mostMs } = intervalLimits(name);
  return { intervalMinMs: leastMs, intervalMaxMs: mostMs, isSafety: isSafetyJob(name) };
};
const toJob = (row: ScheduledJobRow): types.ScheduledJob => types.toScheduledJob(row, limitsOf(row.name));

async function jobOf(ctx: GraphqlContext, name: string): Promise<ScheduledJobRow> {
  const row = (await readScheduledJobs(ctx.app.db)).find((job) => job.name === name);
  if (!row) throw notFound('scheduled job');
  return row;
}
const payload = async (ctx: GraphqlContext, name: string) => ({ scheduledJob: toJob(await jobOf(ctx, name)) });

/** What admins do with the scheduled jobs. Changes take effect in every process, without a restart. */
@Resolver()
export class ScheduledJobResolver {
  @Query(() => [types.ScheduledJob], { description: 'The scheduled jobs, by name. For administrators.' })
  @Access('admin')
  async scheduledJobs(@Ctx() ctx: GraphqlContext): Promise<types.ScheduledJob[]> {
    return (await readScheduledJobs(ctx.app.db)).map(toJob);
  }

  @Query(() => types.ScheduledJobRunConnection, {
    description: 'The runs of a scheduled job, newest first. For administrators.',
  })
  @Access('admin')
  async scheduledJobRuns(
    @Ctx() ctx: GraphqlContext,
    @Arg('name', () => String, { description: 'The name of the job.' }) name: string,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('status', () => [JobRunStatus], { nullable: true, description: 'Only runs that went like this.' })
    status: RunStatus[] | null,
  ): Promise<Connection<types.ScheduledJobRun>> {
    const page = readPage(args);
    const { id } = await jobOf(ctx, name);
    return toConnection(await readRuns(ctx.app.db, id, { status: status ?? undefined }, page), page, types.toRun);
  }

  @Mutation(() => types.PauseScheduledJobPayload, {
    description: 'Stops a job from running by itself. It can still be run by hand. For administrators.',
  })
  @Access('admin')
  @Audit('scheduled_job')
  async pauseScheduledJob(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.ScheduledJobInput, { description: 'The job.' }) { name }: types.ScheduledJobInput,
  ): Promise<types.PauseScheduledJobPayload> {
    await writeJobStatus(ctx.app.db, (await jobOf(ctx, name)).name, { status: 'PAUSED', userId: viewerId(ctx) });
    return payload(ctx, name);
  }

  @Mutation(() => types.ResumeScheduledJobPayload, {
    description: 'Lets a job run by itself again. For administrators.',
  })
  @Access('admin')
  @Audit('scheduled_job')
  async resumeScheduledJob(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.ScheduledJobInput, { description: 'The job.' }) { name }: types.ScheduledJobInput,
  ): Promise<types.ResumeScheduledJobPayload> {
    await writeJobStatus(ctx.app.db, (await jobOf(ctx, name)).name, { status: 'ACTIVE', userId: viewerId(ctx) });
    return payload(ctx, name);
  }

  @Mutation(() => types.SetScheduledJobIntervalPayload, {
    description: 'Changes how often a job runs. For administrators.',
  })
  @Access('admin')
  @Audit('scheduled_job')
  async setScheduledJobInterval(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.SetScheduledJobIntervalInput, { description: 'The job and its interval.' })
    { name, intervalMs }: types.SetScheduledJobIntervalInput,
  ): Promise<types.SetScheduledJobIntervalPayload> {
    const job = await jobOf(ctx, name);
    const { leastMs, mostMs } = intervalLimits(job.name);
    if (intervalMs < leastMs || intervalMs > mostMs) {
      throw badInput({ path: 'input.intervalMs', message: `intervalMs must be from ${leastMs} to ${mostMs}.` });
    }
    await writeJobInterval(ctx.app.db, job.name, { intervalMs, userId: viewerId(ctx) });
    return payload(ctx, name);
  }

  @Mutation(() => types.RunScheduledJobPayload, {
    description: 'Runs a job now, also when it is paused. A run that is going on is not repeated. For administrators.',
  })
  @Access('admin')
  @Audit('scheduled_job')
  async runScheduledJob(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.ScheduledJobInput, { description: 'The job.' }) { name }: types.ScheduledJobInput,
  ): Promise<types.RunScheduledJobPayload> {
    await requestRun(ctx.app.db, (await jobOf(ctx, name)).name, viewerId(ctx));
    return payload(ctx, name);
  }
}
