import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { readPage, toConnection, type Connection } from '../graphql/pages.js';
import { readAlerts } from './alert.store.js';
import { AlertConnection, toAlert, type Alert } from './alert.types.js';

@Resolver()
export class AlertResolver {
  @Query(() => AlertConnection, { description: "Your alerts, newest first; for admins the operators' too." })
  @Access('user')
  async alerts(
    @Ctx() ctx: GraphqlContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, at most 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
    @Arg('openOnly', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Only those not resolved yet.',
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
}
