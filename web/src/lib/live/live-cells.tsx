import { Flash } from '../../ui/flash';
import { Missing, Money, Pct, Price } from '../../ui/money';
import { multiply, unrealizedPnlPct, unrealizedPnl } from '../decimal';
import { quoteOf } from './open-positions';
import { usePrice } from './price-store';
import { PricedFigure } from './stale';

/** The fields of a position that a live cell needs. */
export interface PricedPosition {
  symbol: string;
  priceKey: string;
  entryPrice: string;
  costQuote: string;
  qtyRemaining: string;
}

/** The newest price of a key; dimmed when it is stale, highlighted for a moment when it changes. */
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

/** Unrealized result in percent of the cost with fees; the same result as in `LiveProfit`. */
export function LivePct({ position }: { position: PricedPosition }) {
  const price = usePrice(position.priceKey);
  if (!price) return <Missing />;
  return (
    <PricedFigure priceKey={position.priceKey}>
      <Pct value={unrealizedPnlPct(position, price.last)} />
    </PricedFigure>
  );
}
