import { GripHorizontal } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { percentOf, sum } from '../../../lib/decimal';
import { quoteOf } from '../../../lib/live/open-positions';
import { cx } from '../../../ui/class-names';
import { Money, Pct, Price } from '../../../ui/money';
import { resultOfPrice, type Held } from '../exit-values';
import { priceAtHeight, priceStep } from './drag-exits';
import { placeLabels } from './place-labels';
import { isDrawnIn, type ChartLine, type DrawingRef } from './drawing';

interface Preview {
  id: string;
  price: string;
}

interface ChartLabelsProps {
  drawing: DrawingRef;
  lines: readonly ChartLine[];
  tickSize: string;
  held: Held & { symbol: string };
  /** The line that is being dragged, and where. */
  preview: Preview | undefined;
  onPreview: (preview: Preview | undefined) => void;
  onDrag: (line: ChartLine, price: string) => void;
}

const LABEL_PX = 22;
/** A press that moves less is no drag. */
const MOVED_PX = 3;

/** The names of the lines. A line that can be dragged is dragged by its name or, with a mouse, anywhere. */
export function ChartLabels(props: ChartLabelsProps) {
  const { drawing, lines, preview } = props;
  const box = useRef<HTMLDivElement>(null);
  usePlaces(box, drawing, lines, preview);
  return (
    <div ref={box} className="pointer-events-none absolute inset-0 z-3 overflow-hidden">
      {lines.map((line) => (
        <LineLabel key={line.id} line={line} {...props} />
      ))}
    </div>
  );
}

/** Keeps the labels at their lines, whatever moves the chart: written to the elements, without React. */
const usePlaces = (
  box: RefObject<HTMLElement | null>,
  drawing: DrawingRef,
  lines: readonly ChartLine[],
  preview: Preview | undefined,
) => {
  const place = useEffectEvent(() => {
    const [now, root] = [drawing.current, box.current];
    if (!now || !root) return;
    const height = root.clientHeight - now.api.timeScale().height();
    const axis = now.api.priceScale('right').width();
    const labels = lines.flatMap(({ id, price }) => {
      const y = now.series.priceToCoordinate(Number(preview?.id === id ? preview.price : price));
      return y === null ? [] : [{ id, y: y as number }];
    });
    const places = new Map(placeLabels(labels, { height, size: LABEL_PX }).map((one) => [one.id, one]));
    const heights = new Map(labels.map(({ id, y }) => [id, y]));
    for (const element of root.querySelectorAll<HTMLElement>('[data-line]')) {
      const id = element.dataset['line'] ?? '';
      const placed = places.get(id);
      element.hidden = !placed;
      if (!placed) continue;
      const y = element.dataset['part'] === 'label' ? placed.y : (heights.get(id) ?? 0);
      element.style.top = `${y}px`;
      element.style.right = `${axis}px`;
      element.dataset['edge'] = placed.edge ?? '';
    }
  });
  useEffect(() => {
    const series = drawing.current?.series;
    if (!series) return;
    let frame = 0;
    // The library calls this before each painting.
    const primitive = {
      updateAllViews: () => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => place());
      },
    };
    series.attachPrimitive(primitive);
    return () => {
      cancelAnimationFrame(frame);
      if (isDrawnIn(drawing, series)) series.detachPrimitive(primitive);
    };
  }, [drawing]);
  useEffect(() => {
    const frame = requestAnimationFrame(() => place());
    return () => cancelAnimationFrame(frame);
  }, [lines, preview]);
};

const TONES: Record<ChartLine['color'], string> = {
  '--text': 'border-line-strong text-text',
  '--up': 'border-up/60 text-up',
  '--down': 'border-down/60 text-down',
  '--warn': 'border-warn/60 text-warn',
  '--muted': 'border-line-strong text-muted',
};
const LABEL =
  'group/line absolute mr-1 inline-flex [[hidden]]:hidden h-5 -translate-y-1/2 items-center gap-1 rounded border bg-panel px-1.5 text-2xs font-semibold whitespace-nowrap data-[edge=above]:before:content-["↑"] data-[edge=below]:before:content-["↓"]';

function LineLabel({ line, ...props }: ChartLabelsProps & { line: ChartLine }) {
  const t = useTranslations('positions.chart');
  const { tickSize, preview } = props;
  const place = { 'data-line': line.id };
  const drag = useDrag(line, props);
  const moving = preview?.id === line.id ? preview.price : undefined;
  if (!line.drag)
    return (
      <span {...place} data-part="label" className={cx(LABEL, TONES[line.color])} hidden>
        {line.title}
        <EdgePrice price={line.price} tickSize={tickSize} />
      </span>
    );
  return (
    <>
      <div
        {...place}
        {...drag.pointer}
        data-part="grip"
        aria-hidden
        hidden
        className="absolute left-0 hidden h-2 -translate-y-1/2 cursor-ns-resize touch-none pointer-fine:pointer-events-auto pointer-fine:not-[[hidden]]:block"
      />
      <button
        type="button"
        {...place}
        {...drag.pointer}
        onKeyDown={drag.onKeyDown}
        onBlur={() => moving !== undefined && props.onPreview(undefined)}
        onClick={drag.onClick}
        data-part="label"
        hidden
        title={t('dragHint')}
        aria-label={`${line.name ?? line.title}. ${t('dragHint')}`}
        className={cx(
          LABEL,
          TONES[line.color],
          'pointer-events-auto cursor-ns-resize touch-none select-none hover:bg-hover',
          // A finger needs more room than the label takes.
          'after:absolute after:-inset-x-2 after:-inset-y-3 after:pointer-fine:hidden',
          moving !== undefined && 'z-1 bg-raised!',
        )}
      >
        <GripHorizontal className="size-3" aria-hidden />
        {line.title}
        {moving === undefined && <EdgePrice price={line.price} tickSize={tickSize} />}
        {moving !== undefined && <Moving price={moving} held={props.held} tickSize={tickSize} />}
      </button>
    </>
  );
}

/** At the edge, the axis has no price of the line. */
function EdgePrice({ price, tickSize }: { price: string; tickSize: string }) {
  return (
    <span className="num hidden group-data-[edge=above]/line:inline group-data-[edge=below]/line:inline">
      <Price value={price} tickSize={tickSize} />
    </span>
  );
}

/** The price where the line is now, its distance from the entry, and what selling everything there would bring. */
function Moving({ price, held, tickSize }: { price: string; held: Held & { symbol: string }; tickSize: string }) {
  const pct = percentOf(sum([price, `-${held.entryPrice}`]), held.entryPrice);
  return (
    <span className="num inline-flex gap-1.5 text-text">
      <Price value={price} tickSize={tickSize} />
      <Pct value={pct} />
      <Money value={resultOfPrice(held, price)} asset={quoteOf(held.symbol)} result />
    </span>
  );
}

/** Moves a line with the pointer or the arrow keys. Escape puts it back; when it is let go, the user is asked. */
const useDrag = (line: ChartLine, { drawing, tickSize, preview, onPreview, onDrag }: ChartLabelsProps) => {
  const from = useRef<{ pointerY: number; lineY: number; price?: string }>(undefined);
  // After a drag the browser also reports a click.
  const wasDragged = useRef(false);
  const moving = preview?.id === line.id ? preview.price : undefined;
  const show = (price: string | undefined) => onPreview(price === undefined ? undefined : { id: line.id, price });
  const cancel = () => {
    from.current = undefined;
    show(undefined);
  };
  const ask = (price: string) => {
    cancel();
    onDrag(line, price);
  };
  const pointer = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      const lineY = drawing.current?.series.priceToCoordinate(Number(line.price));
      wasDragged.current = false;
      if (event.button !== 0 || lineY === null || lineY === undefined) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { pointerY: event.clientY, lineY };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const [start, series] = [from.current, drawing.current?.series];
      if (!start || !series) return;
      const by = event.clientY - start.pointerY;
      if (start.price === undefined && Math.abs(by) < MOVED_PX) return;
      start.price = priceAtHeight(series.coordinateToPrice(start.lineY + by) ?? 0, tickSize);
      show(start.price);
    },
    onPointerUp() {
      const price = from.current?.price;
      from.current = undefined;
      if (price === undefined) return;
      wasDragged.current = true;
      ask(price);
    },
    onPointerCancel: cancel,
  };
  return {
    pointer,
    onClick() {
      if (!wasDragged.current) ask(moving ?? line.price);
      wasDragged.current = false;
    },
    onKeyDown(event: KeyboardEvent) {
      const way = ({ ArrowUp: 1, ArrowDown: -1 } as const)[event.key as 'ArrowUp' | 'ArrowDown'];
      if (way) show(priceStep(moving ?? line.price, tickSize, way));
      else if (event.key === 'Escape' && (moving !== undefined || from.current)) cancel();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
};
