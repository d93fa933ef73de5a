import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CandleInterval, PositionDetailQuery } from '../../../gql/generated';
import { priceStore } from '../../../lib/live/price-store';
import { Card } from '../../../ui/card';
import { ErrorPanel } from '../../../ui/error-panel';
import { lazyPart } from '../../../ui/lazy-part';
import { Price } from '../../../ui/money';
import { Segmented } from '../../../ui/segmented';
import { Skeleton } from '../../../ui/skeleton';
import { exitLinesOf, trailingTop } from '../exit-lines';
import { ExitsDialog, type ExitsChange } from '../exits-dialog';
import { formAfterDrag } from './drag-exits';
import { INTERVALS, intervalSince, secondsOf } from './intervals';
import type { ChartLine } from './drawing';
import { useCandles } from './use-candles';

// The chart library is the largest part of the page, so it is loaded only where a chart is shown.
const PriceChart = lazyPart(() => import('./price-chart').then((module) => module.default), {
  waiting: () => <Skeleton className="h-full w-full" />,
});

const COLORS = { stop: '--down', target: '--up', trailing: '--warn', arming: '--muted' } as const;

type Position = NonNullable<PositionDetailQuery['position']>;

/** The candles of a position's price with its fills, and its entry and exits, which can be dragged. */
export function ChartCard({ position, tickSize }: { position: Position; tickSize: string }) {
  const t = useTranslations('positions.chart');
  const [interval, setInterval] = useState<CandleInterval>(() =>
    intervalSince(Date.parse(position.createdAt), Date.now()),
  );
  const { candles, error, again, readOlder } = useCandles(position.priceKey, interval);
  const lines = useLines(position);
  const [dragged, setDragged] = useState<{ line: ChartLine; price: string }>();
  return (
    <Card
      title={t('title')}
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
        ) : candles ? (
          <PriceChart
            key={`${position.priceKey} ${interval}`}
            priceKey={position.priceKey}
            tickSize={tickSize}
            seconds={secondsOf(interval)}
            candles={candles}
            fills={position.fills}
            lines={lines}
            held={position}
            label={t('label', { symbol: position.symbol, interval: t(`intervals.${interval}`) })}
            onReadOlder={() => void readOlder()}
            onDrag={(line, price) => setDragged({ line, price })}
          />
        ) : (
          <Skeleton className="h-full w-full" />
        )}
      </div>
      {dragged && (
        <ConfirmDrag position={position} {...dragged} tickSize={tickSize} onClose={() => setDragged(undefined)} />
      )}
    </Card>
  );
}

interface ConfirmDragProps {
  position: Position;
  line: ChartLine;
  price: string;
  tickSize: string;
  onClose: () => void;
}

/** The exits with the dragged price filled in. Nothing is changed before they are saved. */
function ConfirmDrag({ position, line, price, tickSize, onClose }: ConfirmDragProps) {
  const t = useTranslations('positions.chart');
  const { drag } = line;
  const isMoved = price !== line.price;
  const change: ExitsChange | undefined =
    drag && isMoved
      ? {
          make: (form, held) => {
            const last = priceStore.newest(held.priceKey)?.last;
            const top = trailingTop(held, form.trailingArmingPct, last) ?? held.entryPrice;
            return formAfterDrag(form, held, { line: drag, price, top });
          },
          note: t.rich('dragged', {
            line: line.name ?? line.title,
            price: () => <Price value={price} tickSize={tickSize} />,
          }),
        }
      : undefined;
  return <ExitsDialog positionId={position.id} change={change} onClose={onClose} />;
}

/** The entry, and the exits of an open position. */
const useLines = ({ entryPrice, exitLevels, trailingEnabled, status, targets }: Position): ChartLine[] => {
  const t = useTranslations('positions');
  return useMemo(() => {
    const entry: ChartLine = { id: 'entry', price: entryPrice, title: t('summary.entry'), color: '--text' };
    if (status !== 'OPEN') return [entry];
    const exits = exitLinesOf({ status, exitLevels, trailingEnabled }).map(({ kind, price }): ChartLine => ({
      ...{ id: kind, price, title: t(`exits.${kind}Short`), name: t(`exits.${kind}`), color: COLORS[kind] },
      drag: { kind },
    }));
    const ladder = targets
      .filter(({ triggeredAt }) => triggeredAt === null)
      .map(({ id, ordinal, price, sharePct }): ChartLine => ({
        ...{ id: `target ${id}`, price, title: `${t('exits.targetShort')} ${ordinal}`, color: COLORS.target },
        name: t('exits.step', { number: ordinal, share: sharePct }),
        drag: { kind: 'ladder', targetId: id },
      }));
    return [entry, ...exits, ...ladder];
  }, [entryPrice, exitLevels, trailingEnabled, status, targets, t]);
};
