import type { Market, OrderSide, OrderType } from '../domain.js';
import { d, floorToStep, min, roundMoney, type D } from '../money/money.js';
import { isDust } from '../position/position.js';
import { refuse, type Refusal } from '../reasons.js';

/** The columns of a trade parameter that decide the size of an order. Decimals are strings. */
export interface SizeParameter {
  quoteAmountFixed: string | null;
  quoteAmountPctBalance: string | null;
  slippageBps: number;
  /** The quantity that an owner asks for by hand, in the base asset; it takes the place of an amount. */
  quantityFixed?: string | null;
}

export interface BuyInput {
  parameter: SizeParameter;
  /** The binding's weight; null = 1. */
  weight: string | null;
  /** Free quote balance: the vault's when the parameter names one, else the account's. */
  available: D;
  market: Market;
  /** The price that a market buy would pay now. */
  price: D;
  orderType: OrderType;
  /** null when the signal named none. */
  signalPrice: string | null;
}

/** A sized BUY. Quantities in the base asset, amounts in the quote asset. */
export interface SizedBuy {
  ok: true;
  quantity: D;
  limitPrice?: D;
  /** The amount that the parameter and the weight ask to spend. The order is worth at most this. */
  quoteAmount: D;
  /** The amount that the vault reserves until the order ends: never more than was available. */
  reserve: D;
}

const BPS = d('10000');
const PCT = d('100');
/**
 * A market order leaves at least this much of a balance, because an order for all of it would fail when the price moves
 * by one tick. Orders that leave more anyway are unchanged.
 */
const MARGIN_BPS_MIN = 10;
/** DECIMAL(36,18) holds 18 digits before the decimal point. */
const QUANTITY_LIMIT = d('1' + '0'.repeat(18));

/**
 * The size of a BUY by the trading rules: the fixed amount, or a share of the free balance, times the weight, divided
 * by the price, rounded down to the market's step. A market order reserves `slippageBps` beyond its amount. If the
 * balance does not cover both, the order shrinks until order and reserve fit, and is not refused.
 */
export function sizeBuy(input: BuyInput): SizedBuy | Refusal {
  const { parameter, available, market, price, orderType, signalPrice } = input;
  if (orderType === 'LIMIT' && signalPrice === null) return refuse('LIMIT_PRICE_MISSING');
  const limitPrice = orderType === 'LIMIT' ? floorToStep(d(signalPrice ?? '0'), d(market.tickSize)) : undefined;
  const orderPrice = limitPrice ?? price;
  if (orderPrice.lte(0)) {
    return refuse(
      'INVALID_PRICE',
      `${signalPrice ?? price.toFixed()} is below one tick of ${market.tickSize} ${market.quote}.`,
    );
  }
  const wantedQty = parameter.quantityFixed ? floorToStep(d(parameter.quantityFixed), d(market.stepSize)) : undefined;
  const quoteAmount = wantedQty ? roundMoney(wantedQty.mul(orderPrice)) : amountToSpend(input);
  if (quoteAmount === undefined) {
    return refuse('MISSING_TRADE_PARAMETER', 'The trade parameter names neither an amount nor a share of the balance.');
  }
  if (available.lte(0) || quoteAmount.gt(available)) {
    const detail = `${quoteAmount.toFixed()} ${market.quote} are needed, ${available.toFixed()} are free.`;
    return refuse('INSUFFICIENT_BALANCE', detail, { wanted: quoteAmount.toFixed(), free: available.toFixed() });
  }
  const isMarket = limitPrice === undefined;
  const allowance = factor(isMarket ? parameter.slippageBps : 0);
  const margin = factor(isMarket ? Math.max(parameter.slippageBps, MARGIN_BPS_MIN) : 0);
  const spendable = min(quoteAmount, available.div(margin));
  // A quantity that was asked for is never made smaller.
  if (wantedQty && spendable.lt(quoteAmount)) {
    const needed = roundMoney(quoteAmount.mul(margin));
    const detail = `${needed.toFixed()} ${market.quote} are needed with the allowance for slippage, ${available.toFixed()} are free.`;
    return refuse('INSUFFICIENT_BALANCE', detail, { wanted: needed.toFixed(), free: available.toFixed() });
  }
  const quantity = wantedQty ?? floorToStep(spendable.div(orderPrice), d(market.stepSize));
  const invalid = checkNotional(market, { quantity, price: orderPrice, wanted: quoteAmount });
  if (invalid) return invalid;
  const reserve = min(available, roundMoney(quoteAmount.mul(allowance)));
  return { ok: true, quantity, ...(limitPrice && { limitPrice }), quoteAmount, reserve };
}

/** 1 + bps / 10,000 */
const factor = (bps: number): D => BPS.add(d(String(bps))).div(BPS);

function amountToSpend({ parameter, weight, available }: BuyInput): D | undefined {
  const { quoteAmountFixed, quoteAmountPctBalance } = parameter;
  if (quoteAmountFixed === null && quoteAmountPctBalance === null) return undefined;
  const amount =
    quoteAmountFixed === null ? available.mul(d(quoteAmountPctBalance ?? '0')).div(PCT) : d(quoteAmountFixed);
  return roundMoney(amount.mul(d(weight ?? '1')));
}

/** Checks an order of `quantity` at `price` against the market's minimums. `wanted` is its value before rounding. */
export function checkNotional(
  market: Market,
  { quantity, price, wanted }: { quantity: D; price: D; wanted: D },
): Refusal | undefined {
  const minNotional = d(market.minNotional);
  const value = quantity.mul(price);
  if (wanted.lt(minNotional)) {
    return refuse(
      'MIN_NOTIONAL_NOT_MET',
      `${roundMoney(wanted).toFixed()} ${market.quote} is below the market's minimum of ${minNotional.toFixed()}.`,
      { value: roundMoney(wanted).toFixed(), minimumValue: minNotional.toFixed() },
    );
  }
  if (quantity.lte(0) || quantity.lt(d(market.minQty)) || quantity.gte(QUANTITY_LIMIT)) {
    return refuse(
      'INVALID_LOT_SIZE',
      `${quantity.toFixed()} ${market.base} (steps of ${market.stepSize}) is outside what the market accepts, from ${market.minQty} on.`,
      { quantity: quantity.toFixed(), minimumQuantity: market.minQty, step: market.stepSize },
    );
  }
  if (value.lt(minNotional)) {
    return refuse(
      'MIN_NOTIONAL_NOT_MET',
      `${quantity.toFixed()} ${market.base} is worth ${roundMoney(value).toFixed()} ${market.quote}, below the market's minimum of ${minNotional.toFixed()}.`,
      { quantity: quantity.toFixed(), value: roundMoney(value).toFixed(), minimumValue: minNotional.toFixed() },
    );
  }
  return undefined;
}

/** The assumed maximum loss of a position without its own stop, percent. */
const LOSS_WITHOUT_STOP = d('10');
/** The maximum fee that exchanges take out of the bought coins, in basis points. */
const COIN_FEE_BPS = d('20');

/** The worst expected exit price of a position without a stop. */
export const worstExitPrice = (price: D): D => price.mul(PCT.sub(LOSS_WITHOUT_STOP)).div(PCT);
/** The coins that remain after a fee taken in coins. */
export const afterCoinFee = (quantity: D): D => quantity.mul(BPS.sub(COIN_FEE_BPS)).div(BPS);

/**
 * Refuses an entry whose coins, less the fee, could not be sold at its stop (`stopPct` below `price`, the entry; null =
 * no stop): the market would refuse so small an order, and the exit would never fill.
 */
export function checkExitMinimum(
  market: Market,
  { quantity, price, stopPct }: { quantity: D; price: D; stopPct: string | null },
): Refusal | undefined {
  // A stop at a price of zero never triggers.
  const loss = stopPct === null || d(stopPct).gte(PCT) ? LOSS_WITHOUT_STOP : d(stopPct);
  const stop = price.mul(PCT.sub(loss)).div(PCT);
  const coins = afterCoinFee(quantity);
  if (!isDust(coins, stop, market)) return undefined;
  const left = floorToStep(coins, d(market.stepSize));
  return refuse(
    'ENTRY_BELOW_EXIT_MINIMUM',
    `After the fee and ${loss.toFixed()} % lower, ${left.toFixed()} ${market.base} would be worth ` +
      `${roundMoney(left.mul(stop)).toFixed()} ${market.quote}; the market sells from ${market.minQty} ${market.base} and ` +
      `${market.minNotional} ${market.quote} on. Buy more.`,
    {
      ...{ quantity: left.toFixed(), value: roundMoney(left.mul(stop)).toFixed() },
      ...{ minimumQuantity: market.minQty, minimumValue: market.minNotional },
    },
  );
}

/**
 * Refuses when the current price is worse than the signal's by more than `slippageBps`; exactly that much is allowed. A
 * signal without a price cannot be compared. 0 is the default of a parameter and means no limit there: as a limit it
 * would refuse every second signal because of one tick. With `isZeroALimit` it means "not worse at all".
 */
export function checkSlippage(
  side: OrderSide,
  {
    price,
    signalPrice,
    slippageBps,
    isZeroALimit = false,
  }: { price: D; signalPrice: string | null; slippageBps: number; isZeroALimit?: boolean },
): Refusal | undefined {
  if ((slippageBps <= 0 && !isZeroALimit) || signalPrice === null) return undefined;
  const signal = d(signalPrice);
  const worse = side === 'BUY' ? price.sub(signal) : signal.sub(price);
  if (worse.mul(BPS).lte(signal.mul(d(String(slippageBps))))) return undefined;
  return refuse(
    'SLIPPAGE_EXCEEDED',
    `The price is ${price.toFixed()}, the signal said ${signal.toFixed()}; at most ${slippageBps} bps worse is allowed.`,
    { price: price.toFixed(), expectedPrice: signal.toFixed(), limitBps: String(slippageBps) },
  );
}

/**
 * Refuses a limit price that is more than `bandPct` percent away from the market on either side; exactly that far is
 * allowed. Otherwise a quantity or a stop that was read as a price would rest for days or fill at once.
 */
export function checkLimitBand({
  price,
  signalPrice,
  bandPct,
}: {
  price: D;
  signalPrice: string | null;
  bandPct: string;
}): Refusal | undefined {
  if (signalPrice === null) return undefined;
  const limit = d(signalPrice);
  if (
    limit
      .sub(price)
      .abs()
      .mul(PCT)
      .lte(price.mul(d(bandPct)))
  )
    return undefined;
  return refuse(
    'LIMIT_PRICE_OUT_OF_BAND',
    `The price of the signal is ${limit.toFixed()}, the market is at ${price.toFixed()}; a limit may be at most ${d(bandPct).toFixed()} % away.`,
    { limitPrice: limit.toFixed(), price: price.toFixed(), limitPercent: d(bandPct).toFixed() },
  );
}
