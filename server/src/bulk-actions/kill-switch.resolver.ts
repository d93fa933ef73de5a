import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { orThrow } from '../graphql/errors.js';
import { oncePerKey } from '../graphql/once-per-key.js';
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
    const [userId, asked] = [viewerId(ctx), { closePositions }];
    const request = {
      userId,
      scope: 'KILL_SWITCH',
      operation: 'killSwitch',
      key: idempotencyKey,
      input: asked,
    } as const;
    const stop = () => killSwitch(ctx.app, userId, { closePositions, idempotencyKey });
    // A repeated stop is looked at again: it must not say DONE while something is not stopped.
    const { bulkActionId } = orThrow(await oncePerKey(ctx.app, request, stop, stop));
    return { bulkAction: await mustLoadBulkAction(ctx, bulkActionId) };
  }
}
