import type { OrderType } from '../domain.js';
import { faultsInExits, faultsInTargets } from '../exits/edit-exits.js';
import { d, min } from '../money/money.js';
import type { OpeningDefaults } from '../position/position.js';
import { refuse, type Refusal } from '../reasons.js';
import type { PlanFacts, PlanParameter } from './plan.js';

/** A buy that an owner asks for by hand. Stored with its job; decimals as text. */
export interface OrderRequest {
  orderType: OrderType;
  /** What to spend, in the quote asset, or how much to buy, in the base asset: one of the two. */
  quoteAmount: string | null;
  quantity: string | null;
  /** LIMIT: the highest price. */
  limitPrice: string | null;
  vaultId: number | null;
  /** MARKET: how much worse than `expected.price` the price may be; null = as the parameter says. */
  slippageBps: number | null;
  /** The exits of the new position; null = those of the trade parameter, if there is one. */
  exits: OpeningDefaults | null;
  /** The open position that it adds to; null = it opens one. */
  positionId: number | null;
  /** What the preview said. The order is exactly that, or it is refused. */
  expected: { price: string; quantity: string } | null;
}

/** The maximum slippage of a market buy by hand when neither the request nor a parameter sets one. */
export const DEFAULT_SLIPPAGE_BPS = 100;
/** An order by hand that no executor could send for this long is not sent later. */
const FRESH_FOR_SEC = 60;
const NUMBER = /^\d{1,18}(\.\d{1,18})?$/;
const isNumber = (text: string): boolean => NUMBER.test(text) && d(text).gt(0);
const SLIPPAGE_MAX_BPS = 10_000;

/** What makes a request invalid by itself, whatever account and market it is for. */
export function faultInRequest(request: OrderRequest): Refusal | undefined {
  const { orderType, quoteAmount, quantity, limitPrice, slippageBps, exits, positionId, expected } = request;
  const invalid = (field: string, message: string): Refusal => ({ ...refuse('INVALID_INPUT', message), field });
  if ((quoteAmount === null) === (quantity === null)) {
    return invalid('quantity', 'Give either a quote amount or a quantity.');
  }
  for (const [field, text] of Object.entries({ quoteAmount, quantity })) {
    if (text !== null && !isNumber(text)) return { ...refuse('INVALID_AMOUNT'), field };
  }
  if (orderType === 'LIMIT' && limitPrice === null) return { ...refuse('LIMIT_PRICE_MISSING'), field: 'limitPrice' };
  if (orderType === 'MARKET' && limitPrice !== null) {
    return invalid('limitPrice', 'A MARKET order has no limit price.');
  }
  if (limitPrice !== null && !isNumber(limitPrice)) return { ...refuse('INVALID_PRICE'), field: 'limitPrice' };
  if (expected && !(isNumber(expected.price) && isNumber(expected.quantity))) {
    return invalid('expected', 'The expected price and quantity are the ones of a preview.');
  }
  if (slippageBps !== null && (slippageBps < 0 || slippageBps > SLIPPAGE_MAX_BPS)) {
    return invalid('slippageBps', `The slippage is from 0 to ${SLIPPAGE_MAX_BPS} hundredths of a percent.`);
  }
  if (positionId !== null && exits) {
    return invalid('exits', 'A position that grows keeps its exits; edit them at the position.');
  }
  const fault = exits && [...faultsInExits(exits), ...faultsInTargets(exits.targets)][0];
  return fault ? { ...refuse('INVALID_EXITS', `${fault.field} ${fault.message}`), field: 'exits' } : undefined;
}

/**
 * The facts of a plan for a request: the request takes the place of the parameter's size and order type; the limits,
 * the price band and the slippage of the parameter that governs buys still apply, if there is one.
 */
export function factsOfRequest(facts: PlanFacts, request: OrderRequest): PlanFacts {
  const { orderType, quoteAmount, quantity, exits, expected } = request;
  const row = facts.parameter;
  const parameter: PlanParameter = {
    ...{ id: row?.id ?? 0, side: 'BUY', orderType, updatedAt: row?.updatedAt ?? 0 },
    ...{ quoteAmountFixed: quoteAmount, quoteAmountPctBalance: null },
    slippageBps: slippageOf(request, row),
    limitPriceBandPct: row?.limitPriceBandPct ?? DEFAULT_BAND_PCT,
    ...{ maxOrdersPerHour: row?.maxOrdersPerHour ?? null, minIntervalSec: row?.minIntervalSec ?? null },
    stopPct: exits ? stopOf(exits) : (row?.stopPct ?? null),
    request: { quantity, expected },
  };
  return { ...facts, parameter, weight: null, signal: signalOfRequest(request, facts.signal.receivedAt) };
}

const DEFAULT_BAND_PCT = '10';

/** A market order is compared with the price of its preview, as a signal's order with the price of its signal. */
export const signalOfRequest = (
  { orderType, limitPrice, expected }: OrderRequest,
  receivedAt: number,
): PlanFacts['signal'] => ({
  price: orderType === 'LIMIT' ? limitPrice : (expected?.price ?? null),
  ...{ priceUnread: null, receivedAt, maxLagSec: FRESH_FOR_SEC },
});

function slippageOf({ orderType, slippageBps }: OrderRequest, row: PlanParameter | undefined): number {
  if (orderType === 'LIMIT') return 0;
  // 0 means no check in a parameter; an order by hand is always checked against its preview.
  return slippageBps ?? (row?.slippageBps || DEFAULT_SLIPPAGE_BPS);
}

/** The higher of the stops that apply from the opening on, in percent below the entry. */
export function stopOf({
  slEnabled,
  slPct,
  trailingEnabled,
  trailingArmingPct,
  trailingDistancePct,
}: Pick<OpeningDefaults, 'slEnabled' | 'slPct' | 'trailingEnabled' | 'trailingArmingPct' | 'trailingDistancePct'>):
  string | null {
  const isArmed = trailingEnabled && trailingArmingPct === null;
  const stops = [slEnabled ? slPct : null, isArmed ? trailingDistancePct : null];
  const [first, second] = stops.flatMap((one) => (one === null ? [] : [d(one)]));
  return first ? (second ? min(first, second) : first).toFixed() : null;
}
