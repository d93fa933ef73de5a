import { cx } from '../../ui/class-names';
import { Flash } from '../../ui/flash';
import { Missing, Money, Pct, Price } from '../../ui/money';
import { useIsOlder } from '../clock';
import { changePct, multiply, unrealizedProfit } from '../decimal';
import { quoteOf } from './open-positions';
import { usePrice } from './price-store';
import { useStaleLimit } from './stale-limit';

/** What a live cell needs to know of a position. */
export interface PricedPosition {
  symbol: string;
  priceKey: string;
  priceOpen: string;
  costQuote: string;
  qtyRemaining: string;
}

/** The newest price of a key; dimmed once it is stale, lit for a moment when it moves. */
export function LivePrice({ priceKey, tickSize }: { priceKey: string; tickSize?: string | undefined }) {
  const price = usePrice(priceKey);
  const isStale = useIsOlder(price?.seenAt, useStaleLimit());
  if (!price) return <Missing />;
  return (
    <Flash value={price.last}>
      <span className={cx(isStale && 'text-faint italic')} data-stale={isStale || undefined}>
        <Price value={price.last} tickSize={tickSize} />
      </span>
    </Flash>
  );
}

/** Price x remaining quantity. */
export function LiveValue({ position }: { position: PricedPosition }) {
  const price = usePrice(position.priceKey);
  return <Money value={price && multiply(price.last, position.qtyRemaining)} />;
}

/** Unrealised result in the quote asset, with the fees paid so far. */
export function LiveProfit({ position, withAsset }: { position: PricedPosition; withAsset?: boolean }) {
  const price = usePrice(position.priceKey);
  if (!price) return <Missing />;
  const profit = unrealizedProfit(position, price.last);
  return <Money value={profit} result {...(withAsset ? { asset: quoteOf(position.symbol) } : {})} />;
}

/** Unrealised result in percent of the entry. */
export function LivePct({ position }: { position: PricedPosition }) {
  const price = usePrice(position.priceKey);
  if (!price) return <Missing />;
  return <Pct value={changePct(position.priceOpen, price.last)} />;
}
