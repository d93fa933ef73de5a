import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound } from '../graphql/errors.js';
import { readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { readAlerts, readAlertsById } from './alert.store.js';
import { AlertConnection, ResolveAlertInput, ResolveAlertPayload, toAlert, type Alert } from './alert.types.js';
import { resolveAlert } from './resolve-alert.js';

@Resolver()
export class AlertResolver {
  @Query(() => AlertConnection, {
    description: 'Your alerts, newest first. Admins also get those about the installation.',
  })
  @Access('user')
  async alerts(
    @Ctx() ctx: GraphqlContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, at most 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the previous page.' })
    after: string | null,
    @Arg('openOnly', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Only alerts that are still open.',
    })
    openOnly: boolean | null,
  ): Promise<Connection<Alert>> {
    const page = readPage({ first, after });
    return toConnection(
      await readAlerts(ctx.app.db, viewerId(ctx), { openOnly: openOnly ?? false }, page),
      page,
      toAlert,
    );
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
    const isSeen = await resolveAlert(ctx.app, viewerId(ctx), id);
    const [row] = isSeen ? await readAlertsById(ctx.app.db, viewerId(ctx), [id]) : [];
    if (!row) throw notFound('alert');
    return { alert: toAlert(row) };
  }
}
