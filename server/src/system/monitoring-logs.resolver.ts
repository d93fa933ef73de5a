import { Arg, Args, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { ProcessStatus, ServiceName, type ProcessStatusName, type ServiceNameText } from '../graphql/enums.js';
import { DatesFilter, datesOf } from '../graphql/list-filter.js';
import { connectionType, PageArgs, readPage, toConnection, type Connection } from '../graphql/pages.js';
import { GraphQLDateTime, GraphQLDecimal, GraphQLJsonValue } from '../graphql/scalars.js';
import { readMonitoringLogs, type MonitoringLogRow } from './monitoring-logs.store.js';

@ObjectType({ description: 'What one process of this installation reported about itself.' })
export class MonitoringLog {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => ServiceName, { description: 'Its role.' })
  service!: ServiceNameText;

  @Field(() => Int, { nullable: true, description: 'Its process id.' })
  processId!: number | null;

  @Field(() => ProcessStatus, { description: 'Its state.' })
  status!: ProcessStatusName;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Processor time used, in percent of all cores.' })
  cpuPct!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Memory used, in percent of what the machine or container allows.',
  })
  memoryPct!: string | null;

  @Field(() => GraphQLJsonValue, { nullable: true, description: 'Further figures, by name.' })
  metrics!: unknown;

  @Field(() => GraphQLDateTime, { description: 'When it reported.' })
  at!: Date;
}
const MonitoringLogConnection = connectionType('MonitoringLog', MonitoringLog);

const toLog = (row: MonitoringLogRow): MonitoringLog => ({
  id: row.id,
  service: row.service_name as ServiceNameText,
  processId: row.process_id,
  status: row.status.toUpperCase() as ProcessStatusName,
  cpuPct: row.cpu_usage?.toFixed() ?? null,
  memoryPct: row.memory_usage?.toFixed() ?? null,
  metrics: row.metrics_json,
  at: row.timestamp,
});

@InputType({ description: 'Which reports.' })
export class MonitoringLogFilter extends DatesFilter {
  @Field(() => ServiceName, { nullable: true, description: 'Only those of processes with this role.' })
  service?: ServiceNameText | null;

  @Field(() => ProcessStatus, { nullable: true, description: 'Only those with this state.' })
  status?: ProcessStatusName | null;
}

@Resolver(() => MonitoringLog)
export class MonitoringLogResolver {
  @Query(() => MonitoringLogConnection, {
    description: 'What the processes of this installation reported, newest first. For administrators.',
  })
  @Access('admin')
  async monitoringLogs(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => MonitoringLogFilter, { nullable: true, description: 'Filters the reports.' })
    filter: MonitoringLogFilter | null,
  ): Promise<Connection<MonitoringLog>> {
    const page = readPage(args);
    const where = {
      ...{ service: filter?.service ?? undefined, status: filter?.status?.toLowerCase() },
      ...datesOf(filter ?? {}),
    };
    return toConnection(await readMonitoringLogs(ctx.app.db, where, page), page, toLog);
  }
}
