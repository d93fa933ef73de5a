import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { orThrow } from '../graphql/errors.js';
import { mustLoadPlan } from './owner-plan.resolver.js';
import { KillSwitchInput, OwnerPlanPayload } from './owner-plan.types.js';
import { killSwitch } from './kill-switch.js';

@Resolver()
export class KillSwitchResolver {
  @Mutation(() => OwnerPlanPayload, {
    description:
      'Stops: pauses your entries, cancels your resting orders and, when asked, sells every open position. One result for each account; asking again with the same key goes on where it stopped.',
  })
  @Access('user')
  @Audit('owner_plan')
  async killSwitch(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => KillSwitchInput, { description: 'How far it goes.' }) input: KillSwitchInput,
  ): Promise<OwnerPlanPayload> {
    const { closePositions, idempotencyKey } = input;
    const { planId } = orThrow(await killSwitch(ctx.app, viewerId(ctx), { closePositions, idempotencyKey }));
    return { plan: await mustLoadPlan(ctx, planId) };
  }
}
