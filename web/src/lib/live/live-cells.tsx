import { Flash } from '../../ui/flash';
import { Missing, Money, Pct, Price } from '../../ui/money';
import { multiply, unrealizedPnlPct, unrealizedPnl } from '../decimal';
import { quoteOf } from './open-positions';
import { usePrice } from './price-store';
import { PricedFigure } from './stale';

/** What a live cell needs to know of a position. */
export interface PricedPosition {
  symbol: string;
  priceKey: string;
  entryPrice: string;
  costQuote: string;
  qtyRemaining: string;
}

/** The newest price of a key; dimmed once it is stale, lit for a moment when it moves. */
export function LivePrice({ priceKey, tickSize }: { priceKey: string; tickSize?: string | undefined }) {
  const price = usePrice(priceKey);
  if (!price) return <Missing />;
  return (
    <Flash value={price.last}>
      <PricedFigure priceKey={priceKey}>
        <Price value={price.last} tickSize={tickSize} />
      </PricedFigure>
    </Flash>
  );
}

/** Price x remaining quantity. */
export function LiveValue({ position }: { position: PricedPosition }) {
  const price = usePrice(position.priceKey);
  return (
    <PricedFigure priceKey={position.priceKey}>
      <Money value={price && multiply(price.last, position.qtyRemaining)} />
    </PricedFigure>
  );
}

/** Unrealized result in the quote asset, with the fees paid so far. */
export function LiveProfit({ position, withAsset }: { position: PricedPosition; withAsset?: boolean }) {
  const price = usePrice(position.priceKey);
  if (!price) return <Missing />;
  return (
    <PricedFigure priceKey={position.priceKey}>
      <Money
        value={unrealizedPnl(position, price.last)}
        result
        {...(withAsset ? { asset: quoteOf(position.symbol) } : {})}
      />
    </PricedFigure>
  );
}

/** Unrealized result in percent of what was paid, fees included: the same thing as `LiveProfit`. */
export function LivePct({ position }: { position: PricedPosition }) {
  const price = usePrice(position.priceKey);
  if (!price) return <Missing />;
  return (
    <PricedFigure priceKey={position.priceKey}>
      <Pct value={unrealizedPnlPct(position, price.last)} />
    </PricedFigure>
  );
}
