import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';
import { Money } from './money';
import { curveOf, type CurvePoint } from '../lib/curve';

const SIZE = { width: 600, height: 180 };

/** The realized total at the end of each day. The table of days below says the same in numbers. */
export function EquityCurve({ points, quote, tall }: { points: readonly CurvePoint[]; quote: string; tall?: boolean }) {
  const t = useTranslations('results.curve');
  const format = useFormat();
  const last = points.at(-1);
  if (!last || points.length < 2) return <p className="p-4 text-sm text-muted">{t('tooShort')}</p>;
  const { line, area, zero } = curveOf(
    points.map(({ total }) => Number(total)),
    SIZE,
  );
  const lowest = points.reduce((worst, one) => (Number(one.drawdown) > Number(worst.drawdown) ? one : worst));
  return (
    <figure className="p-4">
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        className={tall ? 'h-64 w-full phone:h-48' : 'h-48 w-full'}
        role="img"
        aria-label={t('label', {
          from: format.day(points[0]?.day ?? ''),
          to: format.day(last.day),
          total: format.decimal(last.total, { maxFraction: 2, sign: true }),
          quote,
        })}
      >
        <path d={area} className="fill-accent-soft" />
        <line
          x1="0"
          x2={SIZE.width}
          y1={zero}
          y2={zero}
          className="stroke-line-strong"
          strokeDasharray="4 4"
          vectorEffect="non-scaling-stroke"
        />
        <path d={line} fill="none" className="stroke-accent" strokeWidth="2" vectorEffect="non-scaling-stroke" />
      </svg>
      <figcaption className="mt-2 flex flex-wrap justify-between gap-x-6 gap-y-1 text-xs text-muted">
        <span>{format.day(points[0]?.day ?? '')}</span>
        <span>
          {t('worst', { day: format.day(lowest.day) })} <Money value={`-${lowest.drawdown}`} asset={quote} result />
        </span>
        <span>{format.day(last.day)}</span>
      </figcaption>
    </figure>
  );
}
