import type { LivePositionFragment } from '../../gql/generated';
import { compareDecimals } from '../../lib/decimal';
import { usePrice } from '../../lib/live/price-store';
import { PricedFigure } from '../../lib/live/stale';
import { cx } from '../../ui/class-names';
import { Missing, Pct } from '../../ui/money';
import { exitDistance } from './exit-lines';

const NEAR_PCT = '0.5';

/** How far the price is from the nearest stop or from the target, in percent of the price; highlighted when close. */
export function LiveExitDistance({ position, to }: { position: LivePositionFragment; to: 'stop' | 'target' }) {
  const distance = exitDistance(position, usePrice(position.priceKey)?.last, to);
  if (distance === null) return <Missing />;
  const isNear = compareDecimals(distance, NEAR_PCT) <= 0;
  return (
    <PricedFigure priceKey={position.priceKey}>
      <span className={cx(isNear && (to === 'stop' ? 'font-semibold text-warn' : 'font-semibold text-accent'))}>
        <Pct value={distance} result={false} />
      </span>
    </PricedFigure>
  );
}
