import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../../gql/generated';
import { priceStore } from '../../../lib/live/price-store';
import { Price } from '../../../ui/money';
import { exitLinesOf, trailingTop } from '../exit-lines';
import { ExitsDialog, type ExitsChange } from '../exits-dialog';
import { ChartFrame } from './chart-frame';
import { formAfterDrag } from './drag-exits';
import { intervalSince } from './intervals';
import type { ChartLine } from './drawing';

const COLORS = { stop: '--down', target: '--up', trailing: '--warn', arming: '--muted' } as const;

type Position = NonNullable<PositionDetailQuery['position']>;

/** The candles of a position's price with its fills, and its entry and exits, which can be dragged. */
export function ChartCard({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('positions.chart');
  const [startWith] = useState(() => intervalSince(Date.parse(position.createdAt), Date.now()));
  const lines = useLines(position);
  const [dragged, setDragged] = useState<{ line: ChartLine; price: string }>();
  return (
    <>
      <ChartFrame
        title={t('title')}
        startWith={startWith}
        priceKey={position.priceKey}
        tickSize={tickSize}
        fills={position.fills}
        lines={lines}
        held={position}
        labelOf={(interval) => t('label', { symbol: position.symbol, interval })}
        onDrag={(line, price) => setDragged({ line, price })}
      />
      {dragged && (
        <ConfirmDrag position={position} {...dragged} tickSize={tickSize} onClose={() => setDragged(undefined)} />
      )}
    </>
  );
}

interface ConfirmDragProps {
  position: Position;
  line: ChartLine;
  price: string;
  tickSize: string | undefined;
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
