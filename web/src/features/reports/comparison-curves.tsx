import { useTranslations } from 'use-intl';
import { useFormat } from '../../lib/format';
import { Money } from '../../ui/money';
import { overlaidCurves, type GroupCurve } from './overlaid-curves';

const SIZE = { width: 600, height: 180 };

/** Lines differ in color and in pattern. There are as many as can be told apart. */
const LINES = [
  { stroke: 'stroke-accent', dash: undefined },
  { stroke: 'stroke-sim', dash: '7 3' },
  { stroke: 'stroke-warn', dash: '2 3' },
  { stroke: 'stroke-real', dash: '9 3 2 3' },
  { stroke: 'stroke-text', dash: '4 4' },
  { stroke: 'stroke-muted', dash: '1 4' },
] as const;
export const CURVES_MOST = LINES.length;

/** The realized totals of several groups over the same days. The table has their results in numbers. */
export function ComparisonCurves({ curves, quote }: { curves: readonly GroupCurve[]; quote: string }) {
  const t = useTranslations('reports.comparison');
  const format = useFormat();
  const found = overlaidCurves(curves, SIZE);
  if (!found) return <p className="p-4 text-sm text-muted">{t('tooShort')}</p>;
  const { drawn, zero, first, last } = found;
  const days = { from: format.day(first), to: format.day(last) };
  return (
    <figure className="border-b border-line p-4">
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        className="h-48 w-full"
        role="img"
        aria-label={t('curves', { ...days, names: drawn.map(({ name }) => name).join(', '), quote })}
      >
        <line
          {...{ x1: 0, x2: SIZE.width, y1: zero, y2: zero }}
          className="stroke-line-strong"
          strokeDasharray="4 4"
          vectorEffect="non-scaling-stroke"
        />
        {drawn.map(({ key, line }, index) => (
          <path
            key={key}
            d={line}
            fill="none"
            className={LINES[index]?.stroke}
            strokeDasharray={LINES[index]?.dash}
            strokeWidth="2"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <p className="mt-2 flex justify-between text-xs text-muted" aria-hidden>
        <span>{days.from}</span>
        <span>{days.to}</span>
      </p>
      <figcaption>
        <ul aria-label={t('legend')} className="mt-2 flex flex-wrap gap-x-5 gap-y-1.5 text-xs">
          {drawn.map(({ key, name, last: total }, index) => (
            <li key={key} className="flex min-w-0 items-center gap-2">
              <svg width="24" height="8" aria-hidden className="shrink-0">
                <line
                  {...{ x1: 0, x2: 24, y1: 4, y2: 4 }}
                  className={LINES[index]?.stroke}
                  strokeDasharray={LINES[index]?.dash}
                  strokeWidth="2"
                />
              </svg>
              <span className="truncate">{name}</span>
              <Money value={total} asset={quote} result />
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
