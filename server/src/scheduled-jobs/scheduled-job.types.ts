import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { isScheduledJob, type RunStatus, type RunTrigger } from '../core/operations/scheduled-jobs.js';
import { JobRunStatus, JobRunTrigger, ScheduledJobStatus, type ScheduledJobStatusName } from '../graphql/enums.js';
import { connectionType } from '../graphql/pages.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLJsonValue } from '../graphql/scalars.js';
import type { RunRow, ScheduledJobRow } from './scheduled-job.store.js';

@ObjectType({ description: 'Work that the installation does again and again, in one of its processes.' })
export class ScheduledJob {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'Its name, such as retention_cleanup.' })
  name!: string;

  @Field(() => String, { description: 'What it does.' })
  description!: string;

  @Field(() => ScheduledJobStatus, { description: 'Whether it runs by itself.' })
  status!: ScheduledJobStatusName;

  @Field(() => Int, { description: 'The time from one run to the next, in milliseconds.' })
  intervalMs!: number;

  @Field(() => Int, { description: 'The shortest interval that may be set, in milliseconds.' })
  intervalMinMs!: number;

  @Field(() => Int, { description: 'The longest interval that may be set, in milliseconds.' })
  intervalMaxMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'A run that takes longer than this many milliseconds is a TIMEOUT.',
  })
  timeoutMs!: number | null;

  @Field(() => Int, { description: 'How often a failed run is repeated at once.' })
  maxRetries!: number;

  @Field(() => Boolean, {
    description: 'Whether it is the safety net of exits: while it is paused, admins have an alert.',
  })
  isSafety!: boolean;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its last run began; null = never.' })
  lastStartedAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the next run is due; null while it does not run by itself.',
  })
  nextRunAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether a run is going on.' })
  isRunning!: boolean;
}

@ObjectType({ description: 'One run of a scheduled job.' })
export class ScheduledJobRun {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => JobRunStatus, { description: 'How it went.' })
  status!: RunStatus;

  @Field(() => JobRunTrigger, { description: 'Who began it.' })
  trigger!: RunTrigger;

  @Field(() => GraphQLDateTime, { description: 'When it began.' })
  startedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ended; null while it runs.' })
  finishedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'How long it took, in milliseconds; null while it runs.' })
  durationMs!: number | null;

  @Field(() => GraphQLJsonValue, { nullable: true, description: 'What it did, such as {"looked":12,"missed":0}.' })
  result!: unknown;

  @Field(() => String, { nullable: true, description: 'Why it did not succeed.' })
  error!: string | null;
}
export const ScheduledJobRunConnection = connectionType('ScheduledJobRun', ScheduledJobRun);

const jobName = z.string().refine(isScheduledJob, 'There is no such scheduled job. `scheduledJobs` lists them.');

@InputType({ description: 'A scheduled job.' })
@Rules(z.object({ name: jobName }))
export class ScheduledJobInput {
  @Field(() => String, { description: 'Its name.' })
  name!: string;
}

@InputType({ description: 'A scheduled job and its new interval.' })
@Rules(z.object({ name: jobName, intervalMs: z.int() }))
export class SetScheduledJobIntervalInput extends ScheduledJobInput {
  @Field(() => Int, {
    description: 'The time from one run to the next, in milliseconds, within the limits of the job.',
  })
  intervalMs!: number;
}

@ObjectType({ description: 'The job, which now runs by itself no more.' })
export class PauseScheduledJobPayload {
  @Field(() => ScheduledJob, { description: 'The job as it is now.' })
  scheduledJob!: ScheduledJob;
}

@ObjectType({ description: 'The job, which runs by itself again.' })
export class ResumeScheduledJobPayload {
  @Field(() => ScheduledJob, { description: 'The job as it is now.' })
  scheduledJob!: ScheduledJob;
}

@ObjectType({ description: 'The job with its new interval, which takes effect within two seconds.' })
export class SetScheduledJobIntervalPayload {
  @Field(() => ScheduledJob, { description: 'The job as it is now.' })
  scheduledJob!: ScheduledJob;
}

@ObjectType({ description: 'The job, whose run a process begins within about a second. `scheduledJobRuns` shows it.' })
export class RunScheduledJobPayload {
  @Field(() => ScheduledJob, { description: 'The job as it is now.' })
  scheduledJob!: ScheduledJob;
}

export interface JobLimits {
  intervalMinMs: number;
  intervalMaxMs: number;
  isSafety: boolean;
}

export const toScheduledJob = (row: ScheduledJobRow, limits: JobLimits): ScheduledJob => ({
  ...{ id: row.id, name: row.name, description: row.description, status: row.status, intervalMs: row.intervalMs },
  ...{ timeoutMs: row.timeoutMs, maxRetries: row.maxRetries, isRunning: row.isBusy },
  ...limits,
  lastStartedAt: row.lastStartedAt === null ? null : new Date(row.lastStartedAt),
  nextRunAt:
    row.status !== 'ACTIVE' || row.lastStartedAt === null ? null : new Date(row.lastStartedAt + row.intervalMs),
});

export const toRun = (row: RunRow): ScheduledJobRun => ({
  ...{ id: row.id, status: row.status, trigger: row.triggered_by, startedAt: row.started_at },
  ...{ finishedAt: row.finished_at, durationMs: row.duration_ms, error: row.error_message },
  result: row.result_json === null ? null : (JSON.parse(row.result_json) as unknown),
});
