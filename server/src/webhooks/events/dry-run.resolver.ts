import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { toAccount } from '../../accounts/account.types.js';
import type { Plan } from '../../core/plan/plan.js';
import { Access } from '../../graphql/access.js';
import type { GraphqlContext } from '../../graphql/context.js';
import { notFound, orThrow } from '../../graphql/errors.js';
import { mustBe } from '../../graphql/owned.js';
import { rowId } from '../../graphql/pages.js';
import { SignalDryRun, type DryRunAccount } from './dry-run.types.js';
import { dryRunSignal } from './dry-run-signal.js';
import { toUnread } from '../phrases/phrase.types.js';
import { DryRunSignalInput } from '../sources/webhook-inputs.types.js';

function describePlan(plan: Plan): Omit<DryRunAccount, 'account' | 'side'> {
  const order = plan.kind === 'trade' ? plan.order : undefined;
  const refusal = plan.kind === 'skip' ? plan.refusal : undefined;
  return {
    wouldTrade: order !== undefined,
    orderType: order?.type ?? null,
    quoteAmount: order?.quoteAmount.toFixed() ?? null,
    baseQuantity: order?.quantity.toFixed() ?? null,
    limitPrice: order?.limitPrice?.toFixed() ?? null,
    reasonCode: refusal?.code ?? null,
    reasonMessage: refusal?.message ?? null,
    trace: plan.trace,
  };
}

@Resolver()
export class DryRunResolver {
  @Query(() => SignalDryRun, {
    description:
      'Reads and plans a message as if it had been POSTed to the source, without storing or trading anything.',
  })
  @Access('user')
  async dryRunSignal(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DryRunSignalInput, { description: 'The message and the source.' }) input: DryRunSignalInput,
  ): Promise<SignalDryRun> {
    const source = await ctx.loaders.source.load(rowId(input.sourceId) ?? 0);
    if (!source) throw notFound('webhook source');
    const explained = orThrow(
      await dryRunSignal(ctx.app, { webhookCode: source.webhook_code, message: input.message }),
    );
    const { reading, refusal } = explained;
    const phrases = await ctx.loaders.phrasesOfSource.load(source.id);
    const accounts = await Promise.all(
      explained.accounts.map(async ({ accountId, side, plan }) => ({
        account: toAccount(mustBe(await ctx.loaders.account.load(accountId))),
        side,
        ...describePlan(plan),
      })),
    );
    return {
      reading: { ...reading, symbolRaw: reading.symbolRaw || null, unread: toUnread(reading.unread, phrases) },
      eventUid: explained.eventUid,
      wouldBeDuplicate: explained.wouldBeDuplicate,
      reasonCode: refusal?.code ?? null,
      reasonMessage: refusal?.message ?? null,
      accounts,
    };
  }
}
