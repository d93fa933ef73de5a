import { tradeModeOf } from '../domain.js';
import { available } from '../ledger/ledger.js';
import { d, max, roundMoney, ZERO, type D } from '../money/money.js';
import { priceAge } from '../price/price-age.js';
import { refuse, type Refusal } from '../reasons.js';
import { checkSellable } from './fifo.js';
import { checkInterval, checkOrdersPerHour } from './limits.js';
import { planBuy, planSell, type Known, type PlanFacts, type PlanParameter } from './plan.js';
import {
  BALANCE_AGE_MAX_MS,
  checkPrice,
  currentPrice,
  nothingToSell,
  priceOfSell,
  sidePrice,
  signalAgeLimitSec,
  STANDING_RULES,
} from './plan-checks.js';
import { gate, notChecked, reasonsOf, type Gate, type GateCode, type GateFigures } from './trading-gates.js';

/** The gates of a plan: those before the turn of a signal, and those after it. */
export interface PlanGates {
  standing: Gate[];
  decision: Gate[];
}

const silent = (): void => undefined;

/**
 * Every gate of `planTrade`, in its order, by the same checks. The first one that blocks has exactly the refusal of the
 * plan; when none blocks, the plan trades. A test holds this for any facts.
 */
export function planGates(facts: PlanFacts): PlanGates {
  return { standing: STANDING_RULES.flatMap((rule) => standingGates(rule, facts)), decision: decisionGates(facts) };
}

const EXCHANGE_GATES = ['REAL_TRADING', 'TRADING_HALT', 'EXCHANGE_ANSWERS'] as const;

function standingGates({ gate: code, check }: (typeof STANDING_RULES)[number], facts: PlanFacts): Gate[] {
  const refusal = check(facts);
  if (code !== 'EXCHANGE_OPEN') return [gate(code, refusal, standingFigures(code, facts))];
  const closed = EXCHANGE_GATES.find((one) => refusal && reasonsOf(one).includes(refusal.code)) ?? 'EXCHANGE_ANSWERS';
  const at = EXCHANGE_GATES.indexOf(closed);
  // What is behind a closed gate is not known: an exchange that may not be used is not asked.
  return EXCHANGE_GATES.map((one, index) =>
    refusal && index > at ? notChecked(one) : gate(one, one === closed ? refusal : null),
  );
}

function standingFigures(code: GateCode, facts: PlanFacts): GateFigures {
  if (code === 'ACCOUNT_MODE') return { value: tradeModeOf(facts.account), limit: facts.tradeMode };
  if (code === 'VAULT_MODE') return { value: facts.vault?.tradeMode ?? null, limit: facts.tradeMode };
  if (code !== 'SIGNAL_AGE') return {};
  const limit = signalAgeLimitSec(facts);
  return { limit: Number.isFinite(limit) ? String(limit) : null, unit: 's' };
}

function decisionGates(facts: PlanFacts): Gate[] {
  const { market, parameter, side, symbol } = facts;
  const isBuy = side === 'BUY';
  const unknown = market ? undefined : refuse('UNKNOWN_MARKET', `The exchange does not trade ${symbol}.`);
  const missing = isBuy && !parameter ? refuse('MISSING_TRADE_PARAMETER') : undefined;
  const price = priceGate(facts);
  const nothing = isBuy ? undefined : nothingToSell(facts.positions);
  const known = market && price.known && !nothing ? { market, ...price.known, note: silent } : undefined;
  return [
    // Without an answer of the exchange, nothing is known of its markets.
    market || !facts.exchangeRefusal
      ? gate('MARKET', unknown, { value: market?.symbol ?? symbol })
      : notChecked('MARKET'),
    gate('PARAMETER', missing, parameterFigures(facts)),
    ...(isBuy ? [] : [positionsGate(facts)]),
    price.gate,
    ...(parameter ? limitGates(facts, parameter, known?.price) : isBuy ? LIMIT_GATES.map(notChecked) : []),
    ...tailGates(facts, known),
  ];
}

function parameterFigures({ parameter, market, symbol }: PlanFacts): GateFigures {
  if (!parameter) return {};
  const { quoteAmountFixed, quoteAmountPctBalance } = parameter;
  if (quoteAmountFixed !== null)
    return { value: d(quoteAmountFixed).toFixed(), unit: market?.quote ?? symbol.split('/')[1] ?? null };
  return quoteAmountPctBalance === null ? {} : { value: d(quoteAmountPctBalance).toFixed(), unit: '%' };
}

function positionsGate({ positions }: PlanFacts): Gate {
  const free = positions.filter((position) => !checkSellable({ ...position, minProfitPct: null }, null));
  const figures = { value: String(free.length), limit: String(positions.length), unit: 'positions' };
  return gate('POSITIONS', nothingToSell(positions), figures);
}

/** The price gate, and the price that the gates after it use, if there is one. */
function priceGate(facts: PlanFacts): { gate: Gate; known: Pick<Known, 'price' | 'isPriced'> | undefined } {
  const { price, now, stalePriceMs } = facts;
  const ageMs = price ? priceAge(price.at, now) : Number.POSITIVE_INFINITY;
  const figures = { value: Number.isFinite(ageMs) ? String(ageMs) : null, limit: String(stalePriceMs), unit: 'ms' };
  const current = currentPrice(facts, silent);
  if (current.ok) return { gate: gate('PRICE', null, figures), known: { price: current.value, isPriced: true } };
  // A market sell of whole positions goes without a price.
  const paid = priceOfSell(facts, silent);
  if (paid) return { gate: gate('PRICE', current, figures, 'WARNING'), known: { price: paid.value, isPriced: false } };
  return { gate: gate('PRICE', current, figures), known: undefined };
}

const LIMIT_GATES = ['ORDERS_PER_HOUR', 'MIN_INTERVAL', 'PRICE_LIMIT'] as const;

function limitGates(facts: PlanFacts, parameter: PlanParameter, price: D | undefined): Gate[] {
  const { admitted, now } = facts;
  const { maxOrdersPerHour, minIntervalSec } = parameter;
  const sinceSec = admitted.lastAt === null ? null : Math.max(0, Math.floor((now - admitted.lastAt) / 1_000));
  return [
    gate('ORDERS_PER_HOUR', checkOrdersPerHour(parameter, admitted), {
      ...(maxOrdersPerHour !== null && { value: String(admitted.inLastHour), limit: String(maxOrdersPerHour) }),
      unit: 'orders',
    }),
    gate('MIN_INTERVAL', checkInterval(parameter, admitted, now), {
      ...(minIntervalSec !== null && { value: sinceSec?.toString() ?? null, limit: String(minIntervalSec) }),
      unit: 's',
    }),
    price
      ? gate('PRICE_LIMIT', checkPrice(facts, parameter, price), priceLimitFigures(facts, parameter, price))
      : notChecked('PRICE_LIMIT'),
  ];
}

const BPS = d('10000');
const PCT = d('100');

function priceLimitFigures({ side, signal }: PlanFacts, parameter: PlanParameter, price: D): GateFigures {
  const { orderType, limitPriceBandPct, slippageBps } = parameter;
  const asked = signal.price === null ? undefined : d(signal.price);
  if (orderType === 'LIMIT') {
    const away = asked?.sub(price).abs().mul(PCT).div(price);
    return { value: away?.toFixed(2) ?? null, limit: d(limitPriceBandPct).toFixed(), unit: '%' };
  }
  if (slippageBps <= 0) return {};
  const worse = asked && (side === 'BUY' ? price.sub(asked) : asked.sub(price));
  const bps = asked?.gt(0) ? worse?.mul(BPS).div(asked) : undefined;
  return { value: bps ? max(bps, ZERO).toFixed(0) : null, limit: String(slippageBps), unit: 'bps' };
}

const BUY_TAIL = ['BALANCE_AGE', 'ORDER_SIZE', 'BALANCE', 'MINIMUMS', 'EXIT_MINIMUM'] as const;
const SELL_TAIL = ['ORDER_SIZE', 'SELLABLE', 'MINIMUMS'] as const;

/** The gates of the size: the plan goes through them in this order and stops at one of them. */
function tailGates(facts: PlanFacts, known: Known | undefined): Gate[] {
  const { side, parameter } = facts;
  const tail: readonly GateCode[] = side === 'BUY' ? BUY_TAIL : SELL_TAIL;
  if (!known || (side === 'BUY' && !parameter)) return tail.map(notChecked);
  const decision = side === 'BUY' && parameter ? planBuy(facts, parameter, known) : planSell(facts, known);
  const refusal = decision.ok ? undefined : decision;
  const at = refusal ? tail.findIndex((code) => reasonsOf(code).includes(refusal.code)) : tail.length;
  const order = decision.ok ? decision.trade.order : undefined;
  return tail.map((code, index) => {
    if (index > at) return { ...notChecked(code), ...tailFigures(code, facts, known, undefined) };
    const stopped = index === at ? refusal : undefined;
    return gate(code, stopped, tailFigures(code, facts, known, stopped ?? order));
  });
}

type SizeResult = Refusal | { quoteAmount: D; quantity: D; limitPrice: D | null } | undefined;

function tailFigures(code: GateCode, facts: PlanFacts, { market, price }: Known, result: SizeResult): GateFigures {
  const numbers = result && 'code' in result ? (result.numbers ?? {}) : {};
  const order = result && 'quantity' in result ? result : undefined;
  if (code === 'BALANCE_AGE') {
    const { readAt } = facts.freeBalance;
    if (facts.vault || readAt === undefined) return {};
    const ageSec = readAt === null ? null : String(Math.max(0, Math.floor((facts.now - readAt) / 1_000)));
    return { value: ageSec, limit: String(BALANCE_AGE_MAX_MS / 1_000), unit: 's' };
  }
  if (code === 'BALANCE') {
    const wanted = numbers.wanted ?? order?.quoteAmount.toFixed() ?? facts.parameter?.quoteAmountFixed ?? null;
    return { value: freeOf(facts).toFixed(), limit: wanted && d(wanted).toFixed(), unit: market.quote };
  }
  if (code === 'SELLABLE') {
    const total = facts.positions.filter((position) => !checkSellable(position, price));
    return { value: String(total.length), limit: String(facts.positions.length), unit: 'positions' };
  }
  if (code !== 'MINIMUMS' && code !== 'EXIT_MINIMUM') return {};
  if (numbers.value === undefined && numbers.minimumQuantity !== undefined)
    return { value: numbers.quantity ?? null, limit: numbers.minimumQuantity, unit: market.base };
  const value = order && roundMoney(order.quantity.mul(order.limitPrice ?? price)).toFixed();
  return { value: numbers.value ?? value ?? null, limit: d(market.minNotional).toFixed(), unit: market.quote };
}

/** What a buy may use now. */
function freeOf({ vault, freeBalance: { free, spentSince } }: PlanFacts): D {
  return vault ? available(vault) : max(d(free ?? '0').sub(d(spentSince)), ZERO);
}

/** The present price for a signal of this side, as decimal text; null when none is known. */
export const presentPrice = ({ price, side }: PlanFacts): string | null => (price ? sidePrice(price, side) : null);
