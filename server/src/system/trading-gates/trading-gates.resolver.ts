import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { toAccount } from '../../accounts/account.types.js';
import { Access } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { orThrow } from '../../graphql/errors.js';
import { rowId } from '../../graphql/pages.js';
import { toSource } from '../../webhooks/events/webhook.types.js';
import { explainTrading, type ExplainedGate } from './explain-trading.js';
import { TradingGates, TradingGatesInput, type TradingGate } from './trading-gates.types.js';

const id = (text: string | null | undefined): number | null => (text == null ? null : (rowId(text) ?? 0));

const toGate = ({ code, state, value, limit, unit, refusal, refused }: ExplainedGate): TradingGate => ({
  ...{ code, state, value, limit, unit, refused },
  ...{ reasonCode: refusal?.code ?? null, reasonMessage: refusal?.message ?? null },
});

@Resolver()
export class TradingGatesResolver {
  @Query(() => TradingGates, {
    description:
      'Why it is not trading: every gate that a signal of a source, for an account and symbol, would pass now, in the order of the pipeline and by its rules, each with its present value and its limit. Stores and trades nothing.',
  })
  @Access('user')
  async tradingGates(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => TradingGatesInput, { description: 'For which signals.' }) input: TradingGatesInput,
  ): Promise<TradingGates> {
    const { sourceId, accountId, symbol, side, price } = input;
    const asked = {
      sourceId: id(sourceId),
      accountId: id(accountId),
      symbol: symbol ?? null,
      side,
      price: price ?? null,
    };
    const explained = orThrow(await explainTrading(ctx.app, viewerId(ctx), asked));
    const { gates, blockedBy, source, account, order, lastSignalAt } = explained;
    return {
      ...{ isOpen: blockedBy === null, blockedBy: blockedBy && toGate(blockedBy), gates: gates.map(toGate) },
      ...{ source: source && toSource(source), account: account && toAccount(account) },
      ...{ symbol: explained.symbol, price: explained.price },
      order: order && {
        ...{ orderType: order.type, quoteAmount: order.quoteAmount.toFixed(), baseQuantity: order.quantity.toFixed() },
        limitPrice: order.limitPrice?.toFixed() ?? null,
      },
      lastSignalAt: lastSignalAt === null ? null : new Date(lastSignalAt),
    };
  }
}
