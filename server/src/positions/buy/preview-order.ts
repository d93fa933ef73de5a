import type { D } from '../../core/money/money.js';
import { d, roundMoney } from '../../core/money/money.js';
import type { OrderType, TradeMode, TraceEntry } from '../../core/domain.js';
import type { Refusal } from '../../core/reasons.js';
import { planOrder, resolveOrder, type OrderContext, type OrderInput } from './plan-order.js';

/** What an order by hand would be now. Amounts in the quote asset, quantities in the base asset. */
export interface OrderPreview {
  accountId: number;
  tradeMode: TradeMode;
  symbol: string;
  orderType: OrderType;
  quantity: D;
  /** The price that it is sized by: the ask for a market order, the limit for a limit order. */
  price: D;
  /** `quantity` at `price`, before fees. */
  cost: D;
  /** The most it may cost: with the allowed slippage, before fees. */
  costMax: D;
  slippageBps: number;
  limitPrice: D | null;
  /** What the vault would hold back until the order is done; null without a vault. */
  reserve: D | null;
  vaultId: number | null;
  available: D;
  /** Where its stop would be; null without a stop. */
  stopPrice: D | null;
  trace: TraceEntry[];
}

const BPS = d('10000');
const PCT = d('100');

/**
 * Says what `placeOrder` with the same input would do now, by the plan that the executor uses. Writes nothing. Pass
 * `price` and `quantity` on as `expected`, and the order is exactly this or is refused.
 */
export async function previewOrder(
  ctx: OrderContext,
  ownerUserId: number,
  input: OrderInput,
): Promise<{ ok: true; preview: OrderPreview } | Refusal> {
  const resolved = await resolveOrder(ctx, ownerUserId, input);
  if (!resolved.ok) return resolved;
  const { plan, facts, available } = await planOrder(ctx, resolved);
  if (plan.kind === 'skip') return plan.refusal;
  const { quantity, limitPrice, type } = plan.order;
  const { slippageBps = 0, stopPct = null, request } = facts.parameter ?? {};
  const ask = facts.price && d(facts.price.ask ?? facts.price.last);
  const price = limitPrice ?? (request?.expected ? d(request.expected.price) : (ask ?? d('0')));
  const cost = roundMoney(quantity.mul(price));
  return {
    ok: true,
    preview: {
      ...{ accountId: resolved.buyer.account.id, tradeMode: resolved.buyer.tradeMode, symbol: resolved.symbol },
      ...{ orderType: type, quantity, price, cost, limitPrice, slippageBps, available },
      costMax: roundMoney(cost.mul(BPS.add(d(String(slippageBps)))).div(BPS)),
      ...{ reserve: plan.reserve, vaultId: plan.vaultId, trace: plan.trace },
      stopPrice: stopPct === null ? null : roundMoney(price.mul(PCT.sub(d(stopPct))).div(PCT)),
    },
  };
}
