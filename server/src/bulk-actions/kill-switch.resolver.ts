import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { orThrow } from '../graphql/errors.js';
import { mustLoadBulkAction } from './bulk-action.resolver.js';
import { KillSwitchInput, KillSwitchPayload } from './bulk-action.types.js';
import { killSwitch } from './kill-switch.js';

@Resolver()
export class KillSwitchResolver {
  @Mutation(() => KillSwitchPayload, {
    description:
      'Pauses your entries, cancels your resting orders and, if requested, sells every open position. Returns one result for each account. A repeated call with the same key continues where it stopped.',
  })
  @Access('user')
  @Audit('bulk_action')
  async killSwitch(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => KillSwitchInput, { description: 'What it does.' }) input: KillSwitchInput,
  ): Promise<KillSwitchPayload> {
    const { closePositions, idempotencyKey } = input;
    const { bulkActionId } = orThrow(await killSwitch(ctx.app, viewerId(ctx), { closePositions, idempotencyKey }));
    return { bulkAction: await mustLoadBulkAction(ctx, bulkActionId) };
  }
}
