import type { Market, OrderSide, OrderType, Price } from '../domain.js';
import type { TraceEntry, TradeMode } from '../domain.js';
import {
  allocateFifo,
  checkSellable,
  reasonForNone,
  totalSellable,
  type Allocation,
  type SellablePosition,
} from './fifo.js';
import { available, type VaultState } from '../ledger/ledger.js';
import { checkFrequency, type AdmittedOrders, type FrequencyLimits } from './limits.js';
import { d, floorToStep, max, min, roundMoney, type D } from '../money/money.js';
import type { EntriesPause } from './entries-pause.js';
import { refuse, type Refusal } from '../reasons.js';
import { checkPrice, checkStanding, currentPrice, freeBalance, nothingToSell, priceOfSell } from './plan-checks.js';
import { checkExitMinimum, checkNotional, sizeBuy, type SizeParameter } from './sizing.js';

/** A row of trade_parameters, with the columns that decide about orders. */
export interface PlanParameter extends SizeParameter, FrequencyLimits {
  id: number;
  side: OrderSide | 'BOTH';
  orderType: OrderType;
  /** The maximum distance of a limit price from the market price, in percent. */
  limitPriceBandPct: string;
  /** The initial stop, as percent below the entry; null = no stop. */
  stopPct?: string | null;
  /** The version of the row, as its update time in ms since 1970. */
  updatedAt: number;
  /** Set for an order by hand, whose size takes the place of the row's; see `factsOfRequest`. */
  request?: {
    quantity: string | null;
    expected: { price: string; quantity: string } | null;
  };
}

export interface PlanVault extends VaultState {
  id: number;
  tradeMode: TradeMode;
  isActive: boolean;
}

export interface AccountBalance {
  /** null when not known. */
  free: string | null;
  /** When the exchange reported it, ms since 1970; null = never; undefined where our own records are the source. */
  readAt: number | null | undefined;
  /** The amount that buys have spent since. */
  spentSince: string;
}

/** Everything that a decision depends on. Decimals are strings where they come from outside. */
export interface PlanFacts {
  /** ms since 1970 */
  now: number;
  side: OrderSide;
  symbol: string;
  tradeMode: TradeMode;
  account: { isActive: boolean; isSimulation: boolean };
  /** Why no new entries are made, on this account or on all accounts of the owner; false = they are made. */
  entriesPaused: EntriesPause | false;
  /** Why trading at the exchange of this account is not possible at all. */
  exchangeRefusal: Refusal | undefined;
  market: Market | undefined;
  price: Price | undefined;
  /** The maximum age of a price that may decide. */
  stalePriceMs: number;
  signal: { price: string | null; priceUnread: string | null; receivedAt: number; maxLagSec: number | null };
  weight: string | null;
  /** The parameter that governs this side, see `governs`. */
  parameter: PlanParameter | undefined;
  admitted: AdmittedOrders;
  /** BUY: the vault of the parameter, and the free quote balance of the account. */
  vault: PlanVault | undefined;
  freeBalance: AccountBalance;
  /** SELL: open positions of the account and symbol, oldest first. */
  positions: readonly SellablePosition[];
}

export interface PlannedOrder {
  side: OrderSide;
  type: OrderType;
  /** In the base asset, a multiple of the market's step. */
  quantity: D;
  limitPrice: D | null;
  /** BUY: the amount that the parameter asks to spend. SELL: the current value of the order. */
  quoteAmount: D;
}

export type Plan =
  | {
      kind: 'trade';
      order: PlannedOrder;
      /** BUY with a vault: the amount to reserve, and in which vault. */
      reserve: D | null;
      vaultId: number | null;
      /** SELL: the quantity of each position, oldest first. */
      allocations: Allocation[];
      trace: TraceEntry[];
    }
  | { kind: 'skip'; refusal: Refusal; trace: TraceEntry[] };

type Decision = { ok: true; trade: Omit<Extract<Plan, { kind: 'trade' }>, 'kind' | 'trace'> } | Refusal;

/**
 * Whether a parameter of `parameterSide` governs orders of `side`. A buy uses BUY before BOTH. A sell closes what is
 * open, so only a row for sells (SELL) changes it: limits meant for entries must not prevent an exit.
 */
export const governs = (parameterSide: OrderSide | 'BOTH', side: OrderSide): boolean =>
  parameterSide === side || (side === 'BUY' && parameterSide === 'BOTH');

export function chooseParameter(rows: readonly PlanParameter[], side: OrderSide): PlanParameter | undefined {
  const governing = rows.filter((row) => governs(row.side, side));
  return governing.find((row) => row.side === side) ?? governing[0];
}

/**
 * Decides about a job: an order with all its numbers, or the reason for none. `trace` records the source of each
 * number. The executor trades by this function, and explainSignal shows it.
 */
export function planTrade(facts: PlanFacts): Plan {
  const trace: TraceEntry[] = [];
  const note = (name: string, value: string, source: string) => void trace.push({ name, value, source });
  if (facts.signal.price !== null) note('signal price', d(facts.signal.price).toFixed(), 'signal');
  const decision = decide(facts, note);
  if (!decision.ok) {
    note('decision', decision.code, decision.message);
    return { kind: 'skip', refusal: decision, trace };
  }
  note('decision', 'trade', 'every rule passed');
  return { kind: 'trade', ...decision.trade, trace };
}

export type Note = (name: string, value: string, source: string) => void;

function decide(facts: PlanFacts, note: Note): Decision {
  const { market, parameter, side } = facts;
  const refusal = checkStanding(facts);
  if (refusal) return refusal;
  if (!market) return refuse('UNKNOWN_MARKET', `The exchange does not trade ${facts.symbol}.`);
  note(
    'market',
    market.symbol,
    `step ${market.stepSize}, tick ${market.tickSize}, minimum ${market.minQty} ${market.base} and ${market.minNotional} ${market.quote}`,
  );
  if (side === 'BUY' && !parameter) return refuse('MISSING_TRADE_PARAMETER');
  if (parameter?.request) note('request', parameter.orderType, 'the owner, by hand');
  if (parameter && parameter.id > 0) {
    const { id, orderType, updatedAt } = parameter;
    const version = new Date(updatedAt).toISOString();
    note('parameter', String(id), `side ${parameter.side}, ${orderType}, as changed on ${version}`);
  }
  if (side === 'SELL') {
    const nothing = nothingToSell(facts.positions);
    if (nothing) return nothing;
  }
  const current = currentPrice(facts, note);
  const price = current.ok ? current : (priceOfSell(facts, note) ?? current);
  if (!price.ok) return price;
  if (parameter) {
    const limited = checkFrequency(parameter, facts.admitted, facts.now) ?? checkPrice(facts, parameter, price.value);
    if (limited) return limited;
  }
  const known = { market, price: price.value, isPriced: current.ok, note };
  return side === 'BUY' && parameter ? planBuy(facts, parameter, known) : planSell(facts, known);
}

export interface Known {
  market: Market;
  price: D;
  /** false = the price is the entry price, used for values only. */
  isPriced: boolean;
  note: Note;
}

export function planBuy(facts: PlanFacts, parameter: PlanParameter, { market, price, note }: Known): Decision {
  const { vault, weight, signal } = facts;
  const { orderType, request } = parameter;
  const balance = vault ? { ok: true as const, value: available(vault) } : freeBalance(facts, market.quote, note);
  if (!balance.ok) return balance;
  const free = balance.value;
  if (vault) note('available', free.toFixed(), `vault ${vault.id}, ${market.quote}`);
  noteSize(parameter, note);
  if (weight !== null) note('weight', d(weight).toFixed(), 'binding');
  // The owner saw a size for that price, and the slippage check has passed.
  const sizePrice = orderType === 'MARKET' && request?.expected ? d(request.expected.price) : price;
  const size = {
    parameter: { ...parameter, quantityFixed: request?.quantity ?? null },
    weight,
    available: free,
    market,
  };
  const sized = sizeBuy({ ...size, price: sizePrice, orderType, signalPrice: signal.price });
  if (!sized.ok) return sized;
  const { quantity, quoteAmount } = sized;
  const limitPrice = sized.limitPrice ?? null;
  const tooSmall = checkNotional(market, { quantity, price: limitPrice ?? price, wanted: quoteAmount });
  if (tooSmall) return tooSmall;
  const stopPct = parameter.stopPct ?? null;
  const entry = { quantity, price: limitPrice ?? sizePrice, stopPct };
  const refusal = checkExitMinimum(market, entry) ?? checkExpected(request, sized);
  if (refusal) return refusal;
  if (limitPrice) {
    const source = request ? 'the owner' : 'signal price';
    note('limit price', limitPrice.toFixed(), `${source}, down to the tick ${market.tickSize}`);
  }
  const source = `${quoteAmount.toFixed()} ${market.quote} / price, down to the step ${market.stepSize}`;
  note('quantity', quantity.toFixed(), source);
  if (vault)
    note('reserve', sized.reserve.toFixed(), `amount and ${parameter.slippageBps} bps, at most what is available`);
  const order: PlannedOrder = { side: 'BUY', type: orderType, quantity, limitPrice, quoteAmount };
  const reserve = vault ? sized.reserve : null;
  return { ok: true, trade: { order, reserve, vaultId: vault?.id ?? null, allocations: [] } };
}

function noteSize({ id, request, quoteAmountFixed, quoteAmountPctBalance }: PlanParameter, note: Note): void {
  const source = request ? 'the owner' : `parameter ${id}`;
  if (request?.quantity) note('quantity asked', d(request.quantity).toFixed(), source);
  else if (quoteAmountFixed !== null) note('amount', d(quoteAmountFixed).toFixed(), `${source}, fixed amount`);
  else if (quoteAmountPctBalance !== null) {
    note('share', `${quoteAmountPctBalance} %`, `${source}, percent of the balance`);
  }
}

/** An order by hand buys the quantity of its preview or nothing: a smaller balance must not change it silently. */
function checkExpected(request: PlanParameter['request'], { quantity }: { quantity: D }): Refusal | undefined {
  const expected = request?.expected && d(request.expected.quantity);
  if (!expected || quantity.eq(expected)) return undefined;
  return refuse(
    'PREVIEW_CHANGED',
    `The preview said ${expected.toFixed()}; what is available now allows ${quantity.toFixed()}. Preview it again.`,
    { expectedQuantity: expected.toFixed(), quantity: quantity.toFixed() },
  );
}

export function planSell(facts: PlanFacts, { market, price, isPriced, note }: Known): Decision {
  const { parameter, signal, positions } = facts;
  const isLimit = parameter?.orderType === 'LIMIT';
  if (isLimit && signal.price === null) return refuse('LIMIT_PRICE_MISSING');
  const limitPrice = isLimit ? ceilToStep(d(signal.price ?? '0'), d(market.tickSize)) : null;
  if (limitPrice?.lte(0)) return refuse('INVALID_PRICE');
  if (limitPrice) note('limit price', limitPrice.toFixed(), `signal price, up to the tick ${market.tickSize}`);
  // A limit above the market is the minimum price of the order. Below the market, the order gets the market price.
  const proceedsPrice = limitPrice ? max(limitPrice, price) : price;
  const refusals: Refusal[] = [];
  const eligible = positions.filter((position) => {
    const refusal = checkSellable(position, isPriced ? proceedsPrice : null);
    if (refusal) {
      refusals.push(refusal);
      note(`position ${position.id}`, refusal.code, refusal.message);
    }
    return !refusal;
  });
  if (eligible.length === 0) return reasonForNone(refusals);
  const total = totalSellable(eligible);
  note('sellable', total.toFixed(), `${eligible.length} of ${positions.length} open positions, ${market.base}`);
  const wanted = parameter ? sizeSell({ parameter, total, price: limitPrice ?? price, note }) : total;
  const quantity = floorToStep(wanted, d(market.stepSize));
  const orderPrice = limitPrice ?? price;
  const invalid = checkNotional(market, { quantity, price: orderPrice, wanted: wanted.mul(orderPrice) });
  // Too little is left because other sells reserved the rest: that is the reason, not the market's minimum.
  const isReserved = eligible.some(({ qtyReserved }) => qtyReserved.gt(0));
  if (invalid) return isReserved && wanted.eq(total) ? refuse('ALREADY_RESERVED') : invalid;
  note('quantity', quantity.toFixed(), `down to the step ${market.stepSize}`);
  const allocations = allocateFifo(eligible, quantity);
  for (const { positionId, qty } of allocations) note(`position ${positionId}`, qty.toFixed(), 'sold, oldest first');
  const quoteAmount = roundMoney(quantity.mul(orderPrice));
  const order: PlannedOrder = { side: 'SELL', type: isLimit ? 'LIMIT' : 'MARKET', quantity, limitPrice, quoteAmount };
  return { ok: true, trade: { order, reserve: null, vaultId: null, allocations } };
}

const ceilToStep = (value: D, step: D): D => value.div(step).ceil().mul(step);

/** A SELL row may sell less than everything: up to an amount in the quote asset, or a share of what could be sold. */
function sizeSell({ parameter, total, price, note }: { parameter: PlanParameter; total: D; price: D; note: Note }): D {
  const { id, quoteAmountFixed, quoteAmountPctBalance } = parameter;
  if (quoteAmountFixed !== null) {
    note('amount', d(quoteAmountFixed).toFixed(), `parameter ${id}, fixed amount`);
    return min(total, d(quoteAmountFixed).div(price));
  }
  if (quoteAmountPctBalance === null) return total;
  note('share', `${quoteAmountPctBalance} %`, `parameter ${id}, percent of the balance`);
  return min(total, total.mul(d(quoteAmountPctBalance)).div(d('100')));
}
