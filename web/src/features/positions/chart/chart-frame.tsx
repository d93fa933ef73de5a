import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { CandleInterval } from '../../../gql/generated';
import { Card } from '../../../ui/card';
import { ErrorPanel } from '../../../ui/error-panel';
import { lazyPart } from '../../../ui/lazy-part';
import { Segmented } from '../../../ui/segmented';
import { Skeleton } from '../../../ui/skeleton';
import type { Held } from '../exit-values';
import { tickOf, type ChartFill } from './candles';
import type { ChartLine } from './drawing';
import { INTERVALS, secondsOf } from './intervals';
import { useCandles } from './use-candles';

// The chart library is the largest part of the page, so it is loaded only where a chart is shown.
const PriceChart = lazyPart(() => import('./price-chart').then((module) => module.default), {
  waiting: () => <Skeleton className="h-full w-full" />,
});

interface ChartFrameProps {
  title: ReactNode;
  /** The interval at first. */
  startWith: CandleInterval;
  priceKey: string;
  /** Without it, prices are shown with the digits that they have. */
  tickSize: string | undefined;
  fills: readonly ChartFill[];
  lines: readonly ChartLine[];
  /** The position that dragged lines belong to. */
  held?: Held & { symbol: string };
  labelOf: (interval: string) => string;
  onDrag?: (line: ChartLine, price: string) => void;
  /** Shown in place of a chart without candles. */
  whenEmpty?: (again: () => void) => ReactNode;
}

/** The candles of a price in a chosen interval, with fills and lines. */
export function ChartFrame({ title, startWith, whenEmpty, labelOf, priceKey, tickSize, ...chart }: ChartFrameProps) {
  const t = useTranslations('positions.chart');
  const [interval, setInterval] = useState(startWith);
  const { candles, error, again, readOlder } = useCandles(priceKey, interval);
  return (
    <Card
      title={title}
      actions={
        <div className="w-92 phone:w-full">
          <Segmented
            fill
            label={t('interval')}
            value={interval}
            onChange={setInterval}
            options={INTERVALS.map(([value]) => ({ value, label: t(`intervals.${value}`) }))}
          />
        </div>
      }
    >
      <div className="h-96 phone:h-80">
        {error && !candles ? (
          <ErrorPanel error={error} onRetry={again} />
        ) : candles?.length === 0 && whenEmpty ? (
          whenEmpty(again)
        ) : candles ? (
          <PriceChart
            key={`${priceKey} ${interval}`}
            {...chart}
            priceKey={priceKey}
            tickSize={tickSize ?? tickOf(candles)}
            seconds={secondsOf(interval)}
            candles={candles}
            label={labelOf(t(`intervals.${interval}`))}
            onReadOlder={() => void readOlder()}
          />
        ) : (
          <Skeleton className="h-full w-full" />
        )}
      </div>
    </Card>
  );
}
