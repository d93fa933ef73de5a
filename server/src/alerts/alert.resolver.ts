import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound } from '../graphql/errors.js';
import { datesOf } from '../graphql/list-filter.js';
import { PageArgs, readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { readAlerts, readAlertsById } from './alert.store.js';
import { acknowledgeAlert } from './acknowledge-alert.js';
import {
  AcknowledgeAlertInput,
  AcknowledgeAlertPayload,
  AlertConnection,
  AlertFilter,
  ResolveAlertInput,
  ResolveAlertPayload,
  toAlert,
  type Alert,
} from './alert.types.js';
import { resolveAlert } from './resolve-alert.js';

@Resolver()
export class AlertResolver {
  @Query(() => AlertConnection, {
    description: 'Your alerts, newest first. Admins also get those about the installation.',
  })
  @Access('user')
  async alerts(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => AlertFilter, { nullable: true, description: 'Filters the alerts.' })
    filter: AlertFilter | null,
  ): Promise<Connection<Alert>> {
    const page = readPage(args);
    const where = {
      ...{ openOnly: filter?.openOnly ?? undefined, type: filter?.type ?? undefined },
      ...{ severity: filter?.severity?.map((name) => name.toLowerCase()), ...datesOf(filter ?? {}) },
    };
    return toConnection(await readAlerts(ctx.app.db, viewerId(ctx), where, page), page, toAlert);
  }

  @Mutation(() => ResolveAlertPayload, {
    description:
      'Resolves one of your alerts. Admins can also resolve those about the installation. If the problem persists, a new alert may be raised.',
  })
  @Access('user')
  @Audit('alert')
  async resolveAlert(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ResolveAlertInput, { description: 'Which alert.' }) { alertId }: ResolveAlertInput,
  ): Promise<ResolveAlertPayload> {
    const id = rowId(alertId) ?? 0;
    return reload(ctx, id, await resolveAlert(ctx.app, viewerId(ctx), id));
  }

  @Mutation(() => AcknowledgeAlertPayload, {
    description:
      'Records that you took note of an alert, so that it is not raised again while it is open. It stays open. Admins can do this with alerts about the installation too.',
  })
  @Access('user')
  @Audit('alert')
  async acknowledgeAlert(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => AcknowledgeAlertInput, { description: 'Which alert.' }) { alertId }: AcknowledgeAlertInput,
  ): Promise<AcknowledgeAlertPayload> {
    const id = rowId(alertId) ?? 0;
    return reload(ctx, id, await acknowledgeAlert(ctx.app, viewerId(ctx), id));
  }
}

async function reload(ctx: GraphqlContext, id: number, isSeen: boolean): Promise<{ alert: Alert }> {
  const [row] = isSeen ? await readAlertsById(ctx.app.db, viewerId(ctx), [id]) : [];
  if (!row) throw notFound('alert');
  return { alert: toAlert(row) };
}
