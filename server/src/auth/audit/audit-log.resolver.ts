import { Arg, Args, Ctx, Field, ID, InputType, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../../graphql/access.js';
import { readAuditLog, type AuditLogRow } from '../../graphql/audit-log.store.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { DatesFilter, datesOf } from '../../graphql/list-filter.js';
import { connectionType, PageArgs, readPage, toConnection, type Connection } from '../../graphql/pages.js';
import { GraphQLDateTime, GraphQLJsonValue } from '../../graphql/scalars.js';
import { fromJson } from '../../infra/database/database.js';

@ObjectType({ description: 'One entry of the audit log. Entries are never changed or deleted.' })
export class AuditEntry {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address of who did it; null for somebody without a session, such as with a one-time link.',
  })
  actor!: string | null;

  @Field(() => String, { description: 'What was done: the name of the mutation.' })
  action!: string;

  @Field(() => String, { description: 'The kind of what was changed, such as user or vault.' })
  entity!: string;

  @Field(() => ID, { nullable: true, description: 'The row id of what was changed.' })
  entityId!: number | null;

  @Field(() => GraphQLJsonValue, {
    description:
      'The arguments (`input`), the values that changed (`before`, `after`) and the API token, if there was one (`apiTokenId`). Secrets are masked.',
  })
  changes!: unknown;

  @Field(() => String, { nullable: true, description: 'The address it came from.' })
  ip!: string | null;

  @Field(() => String, { nullable: true, description: 'The user agent that the browser or program sent.' })
  userAgent!: string | null;

  @Field(() => String, { nullable: true, description: 'The id of the request, as in the log.' })
  requestId!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was done.' })
  createdAt!: Date;
}

@InputType({ description: 'Which entries to show.' })
export class AuditLogFilter extends DatesFilter {
  @Field(() => String, { nullable: true, description: 'Only this action: the name of the mutation.' })
  action?: string | null;

  @Field(() => String, { nullable: true, description: 'Only entries about this kind of thing, such as vault.' })
  entity?: string | null;
}

const AuditEntryConnection = connectionType('AuditEntry', AuditEntry);

const toAuditEntry = (row: AuditLogRow): AuditEntry => ({
  ...{ id: row.id, actor: row.user?.email ?? null, action: row.action },
  ...{ entity: row.entity_type, entityId: row.entity_id, changes: fromJson(row.changes_json) },
  ...{ ip: row.ip, userAgent: row.user_agent, requestId: row.request_id, createdAt: row.created_at },
});

@Resolver()
export class AuditLogResolver {
  @Query(() => AuditEntryConnection, {
    description:
      'What you did and what administrators did to your user, newest first. Administrators also see everything about users.',
  })
  @Access('user')
  async auditLog(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AuditLogFilter, { nullable: true, description: 'Filters the entries.' })
    filter: AuditLogFilter | null,
  ): Promise<Connection<AuditEntry>> {
    const page = readPage(args);
    const viewer = { userId: viewerId(ctx), isAdmin: ctx.viewer?.roles.includes('admin') ?? false };
    const where = {
      ...{ action: filter?.action ?? undefined, entity: filter?.entity ?? undefined, ...datesOf(filter ?? {}) },
    };
    return toConnection(await readAuditLog(ctx.app.db, viewer, where, page), page, toAuditEntry);
  }
}
