import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  LineStyle,
  type AutoscaleInfo,
  type CandlestickData,
  type IPriceLine,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { fractionDigits } from '../../../lib/decimal';
import { useFormat } from '../../../lib/format';
import { priceStore } from '../../../lib/live/price-store';
import { usePreferences, useResolvedTheme } from '../../../lib/preferences';
import type { Held } from '../exit-values';
import { axisTimes } from './axis-times';
import { candleAfterTick, fillMarks, joinCandles, type Candle, type ChartFill } from './candles';
import { ChartLabels } from './chart-labels';
import type { ChartLine, Drawing, DrawingRef } from './drawing';
import { OhlcReadout } from './ohlc-readout';

interface PriceChartProps {
  priceKey: string;
  tickSize: string;
  /** The span of a candle. */
  seconds: number;
  candles: readonly Candle[];
  fills: readonly ChartFill[];
  lines: readonly ChartLine[];
  /** Converts dragged prices into percentages and results; without it there are no labels. */
  held?: Held & { symbol: string };
  label: string;
  /** Called when the user moves to the oldest candles. */
  onReadOlder: () => void;
  /** Called when a line was dragged, or its label pressed: then the price is its own. */
  onDrag?: (line: ChartLine, price: string) => void;
}

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Only here a price becomes a float, because a chart draws pixels.
const drawn = (price: string) => Number(price);

// Levels further away than this many times the price range are marked at the edge: candles would look like a flat line.
const FARTHEST_LEVEL = 2;
/** At first, so many candles are shown; the others are to the left. */
const SHOWN = 140;
const SHOWN_LEAST = 60;
const OLDER_FROM = 20;

/** Widens the price axis to show the entry and every level that is not too far away. */
const withLevels = (info: AutoscaleInfo | null, levels: readonly number[]): AutoscaleInfo | null => {
  if (!info?.priceRange) return info;
  const { minValue, maxValue } = info.priceRange;
  const reach = (maxValue - minValue) * FARTHEST_LEVEL;
  const all = [minValue, maxValue, ...levels.filter((level) => level > minValue - reach && level < maxValue + reach)];
  return { ...info, priceRange: { minValue: Math.min(...all), maxValue: Math.max(...all) } };
};

const OPTIONS = {
  autoSize: true,
  layout: { background: { color: 'transparent' }, fontFamily: "'Inter Variable', sans-serif", fontSize: 11 },
  rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.08 } },
  timeScale: { borderVisible: false, rightOffset: 12, minBarSpacing: 0.5 },
  handleScale: { axisPressedMouseMove: { time: true, price: false } },
};

/** Candles with fills, live, and with lines that can be dragged. */
export default function PriceChart(props: PriceChartProps) {
  const { tickSize, lines, label, held, onDrag, candles } = props;
  const t = useTranslations('positions.chart');
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const [preview, setPreview] = useState<{ id: string; price: string }>();
  const isDrawn = useDrawing(box, drawing, props);
  useCandleData(drawing, props);
  useLook(drawing, props);
  useLines(drawing, lines, preview);
  return (
    <figure aria-label={label} className="relative h-full w-full">
      <div ref={box} className="h-full w-full" />
      {candles.length === 0 && (
        <p className="pointer-events-none absolute inset-0 grid place-items-center text-sm text-muted">{t('empty')}</p>
      )}
      {isDrawn && (
        <>
          <OhlcReadout drawing={drawing} tickSize={tickSize} seconds={props.seconds} />
          {held && onDrag && (
            <ChartLabels {...{ drawing, lines, tickSize, held, preview }} onPreview={setPreview} onDrag={onDrag} />
          )}
        </>
      )}
    </figure>
  );
}

/** Creates the chart once, and follows the price. Whether it is there: what stands on it needs it. */
const useDrawing = (box: RefObject<HTMLElement | null>, drawing: DrawingRef, props: PriceChartProps): boolean => {
  const [isDrawn, setIsDrawn] = useState(false);
  const { priceKey, tickSize, seconds } = props;
  const readOlder = useEffectEvent(props.onReadOlder);
  useEffect(() => {
    if (!box.current) return;
    const times = axisTimes(seconds);
    const api = createChart(box.current, {
      ...OPTIONS,
      timeScale: { ...OPTIONS.timeScale, timeVisible: seconds < 86_400, secondsVisible: seconds < 60 },
    });
    const series = api.addSeries(CandlestickSeries, {
      priceFormat: { type: 'price', precision: fractionDigits(tickSize), minMove: drawn(tickSize) },
      priceLineStyle: LineStyle.Dotted,
    });
    drawing.current = { api, series, marks: createSeriesMarkers(series, []), candles: [] };
    const frame = requestAnimationFrame(() => setIsDrawn(true));
    api.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && range.from < OLDER_FROM && (drawing.current?.candles.length ?? 0) > 0) readOlder();
    });
    const unsubscribe = priceStore.subscribe(priceKey, () => {
      const [price, now] = [priceStore.get(priceKey), drawing.current];
      if (!price || !now) return;
      const last = now.candles.at(-1);
      const next = candleAfterTick(last, { price: price.last, at: price.seenAt }, seconds);
      if (!next || next === last) return;
      if (last?.at === next.at) now.candles[now.candles.length - 1] = next;
      else now.candles.push(next);
      series.update(barOf(next, times.drawn));
    });
    return () => {
      cancelAnimationFrame(frame);
      unsubscribe();
      api.remove();
      drawing.current = undefined;
    };
  }, [box, drawing, priceKey, tickSize, seconds]);
  return isDrawn;
};

const barOf = ({ at, open, high, low, close }: Candle, time: (at: number) => number): CandlestickData => ({
  time: time(at) as UTCTimestamp,
  ...{ open: drawn(open), high: drawn(high), low: drawn(low), close: drawn(close) },
});

/** Draws the history, and marks the fills. */
const useCandleData = (drawing: DrawingRef, { candles, fills, seconds, priceKey, tickSize }: PriceChartProps) => {
  const theme = useResolvedTheme();
  const { colors, zone } = usePreferences();
  const t = useTranslations('words.side');
  const isFirst = useRef(true);
  useEffect(() => {
    const now = drawing.current;
    if (!now) return;
    const times = axisTimes(seconds);
    // Ticks since the history was read are kept.
    const newest = candles.at(-1)?.at ?? 0;
    now.candles = joinCandles(
      candles,
      now.candles.filter(({ at }) => at > newest),
    );
    now.series.setData(now.candles.map((candle) => barOf(candle, times.drawn)));
    if (isFirst.current && now.candles.length > 0) {
      isFirst.current = false;
      const { length } = now.candles;
      const shown = Math.min(SHOWN, Math.max(SHOWN_LEAST, length));
      now.api.timeScale().setVisibleLogicalRange({ from: length - shown, to: length + 10 });
    }
  }, [drawing, candles, seconds, priceKey, tickSize, zone]);
  useEffect(() => {
    const now = drawing.current;
    if (!now) return;
    const times = axisTimes(seconds);
    now.marks.setMarkers(
      fillMarks(fills, now.candles).map(({ at, side, count }) => ({
        time: times.drawn(at) as UTCTimestamp,
        position: side === 'BUY' ? 'belowBar' : 'aboveBar',
        shape: side === 'BUY' ? 'arrowUp' : 'arrowDown',
        color: css(side === 'BUY' ? '--accent' : '--warn'),
        text: count > 1 ? `${t(side)} ×${count}` : t(side),
      })),
    );
  }, [drawing, candles, fills, seconds, priceKey, tickSize, theme, colors, zone, t]);
};

/** Applies colors, time zone and language, again whenever one of them changes. */
const useLook = (drawing: DrawingRef, { priceKey, tickSize, seconds }: PriceChartProps) => {
  const theme = useResolvedTheme();
  const { colors, zone } = usePreferences();
  const format = useFormat();
  useEffect(() => {
    if (!drawing.current) return;
    const { api, series } = drawing.current;
    const times = axisTimes(seconds);
    const digits = fractionDigits(tickSize);
    const label = { labelBackgroundColor: css('--line-strong') };
    api.applyOptions({
      layout: { textColor: css('--muted') },
      grid: { vertLines: { color: css('--line') }, horzLines: { color: css('--line') } },
      crosshair: { vertLine: label, horzLine: label },
      localization: {
        locale: format.locale,
        timeFormatter: (time: number) => times.full(time, format.locale),
        priceFormatter: (price: number) => format.decimal(price.toFixed(digits), { minFraction: digits }),
      },
      timeScale: { tickMarkFormatter: (time: number, kind: number) => times.mark(time, kind, format.locale) },
    });
    const [up, down] = [css('--up'), css('--down')];
    series.applyOptions({
      ...{ upColor: up, borderUpColor: up, wickUpColor: up },
      ...{ downColor: down, borderDownColor: down, wickDownColor: down },
    });
    // Another price, tick size or interval makes a new chart; colors are read from the theme.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [drawing, priceKey, tickSize, seconds, theme, colors, zone, format]);
};

/** The lines. An existing line is moved, not drawn again, so that a trailing stop moves smoothly. */
const useLines = (
  drawing: DrawingRef,
  lines: readonly ChartLine[],
  preview: { id: string; price: string } | undefined,
) => {
  const theme = useResolvedTheme();
  const { colors } = usePreferences();
  const shown = useRef<{ series: Drawing['series']; byId: Map<string, IPriceLine> }>(undefined);
  useEffect(() => {
    const series = drawing.current?.series;
    if (!series) return;
    if (shown.current?.series !== series) shown.current = { series, byId: new Map() };
    const { byId } = shown.current;
    const levels = lines.map((line) => drawn(line.price));
    series.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => withLevels(original(), levels),
    });
    const ids = new Set(lines.map(({ id }) => id));
    for (const [id, line] of byId) {
      if (ids.has(id)) continue;
      series.removePriceLine(line);
      byId.delete(id);
    }
    for (const { id, price, color } of lines) {
      const isMoving = preview?.id === id;
      const options = {
        price: drawn(isMoving ? preview.price : price),
        color: css(color),
        lineStyle: isMoving ? LineStyle.Solid : LineStyle.Dashed,
      };
      const known = byId.get(id);
      if (known) known.applyOptions(options);
      else byId.set(id, series.createPriceLine({ ...options, title: '', lineWidth: 1 }));
    }
  }, [drawing, lines, preview, theme, colors]);
};
