import {
  type AutoscaleInfo,
  AreaSeries,
  createChart,
  LineStyle,
  TickMarkType,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef, type RefObject } from 'react';
import type { PriceHistoryQuery } from '../../gql/generated';
import { fractionDigits } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { priceStore } from '../../lib/live/price-store';
import { usePreferences, useResolvedTheme } from '../../lib/preferences';

export interface ChartLine {
  price: string;
  title: string;
  color: '--text' | '--up' | '--down' | '--warn' | '--muted';
}

interface PositionChartProps {
  priceKey: string;
  tickSize: string;
  history: PriceHistoryQuery['priceHistory'];
  lines: readonly ChartLine[];
  label: string;
}

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Only here a price becomes a float, because a chart draws pixels.
const drawn = (price: string) => Number(price);

// Levels further away than this many times the price range of the hour are left out: the price would look like a flat line.
const FARTHEST_LEVEL = 2;

/** Widens the price axis to show the entry and every level that is not too far away. */
const withLevels = (info: AutoscaleInfo | null, [entry, ...others]: readonly number[]): AutoscaleInfo | null => {
  if (!info?.priceRange || entry === undefined) return info;
  const { minValue, maxValue } = info.priceRange;
  const reach = (maxValue - minValue) * FARTHEST_LEVEL;
  const near = others.filter((level) => level > minValue - reach && level < maxValue + reach);
  const all = [minValue, maxValue, entry, ...near];
  return { ...info, priceRange: { minValue: Math.min(...all), maxValue: Math.max(...all) } };
};

interface Drawing {
  api: IChartApi;
  series: ISeriesApi<'Area'>;
}
type DrawingRef = RefObject<Drawing | undefined>;

/** The price of the last hour, updated live, with the entry and the exits of a position. */
export default function PositionChart({ priceKey, tickSize, history, lines, label }: PositionChartProps) {
  const box = useRef<HTMLElement>(null);
  const drawing = useRef<Drawing>(undefined);
  useMovingPrice(box, drawing, { priceKey, tickSize, history });
  useLook(drawing, { priceKey, tickSize, history });
  useLines(drawing, lines, { priceKey, tickSize, history });
  return <figure ref={box} aria-label={label} className="h-full w-full" />;
}

type Subject = Pick<PositionChartProps, 'priceKey' | 'tickSize' | 'history'>;

const OPTIONS = {
  autoSize: true,
  layout: { background: { color: 'transparent' }, fontFamily: "'Inter Variable', sans-serif", fontSize: 11 },
  rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.12 } },
  timeScale: { borderVisible: false, timeVisible: true, secondsVisible: true, rightOffset: 8, minBarSpacing: 0.05 },
  handleScale: { axisPressedMouseMove: { time: true, price: false } },
};

const pointsOf = (history: Subject['history']) => {
  const bySecond = new Map(history.map((point) => [Math.floor(Date.parse(point.at) / 1000), drawn(point.price)]));
  return [...bySecond].sort(([a], [b]) => a - b).map(([time, value]) => ({ time: time as UTCTimestamp, value }));
};

/** Draws the history and every tick after it. */
const useMovingPrice = (
  box: RefObject<HTMLElement | null>,
  drawing: DrawingRef,
  { priceKey, tickSize, history }: Subject,
) => {
  useEffect(() => {
    if (!box.current) return;
    const api = createChart(box.current, OPTIONS);
    const series = api.addSeries(AreaSeries, {
      lineWidth: 2,
      priceFormat: { type: 'price', precision: fractionDigits(tickSize), minMove: drawn(tickSize) },
    });
    drawing.current = { api, series };
    const points = pointsOf(history);
    let newest: number = points.at(-1)?.time ?? 0;
    series.setData(points);
    api.timeScale().fitContent();
    const unsubscribe = priceStore.subscribe(priceKey, () => {
      const price = priceStore.get(priceKey);
      const time = Math.floor((price?.seenAt ?? 0) / 1000);
      // The library rejects points that are older than the last one.
      if (!price || time < newest) return;
      newest = time;
      series.update({ time: time as UTCTimestamp, value: drawn(price.last) });
    });
    return () => {
      unsubscribe();
      api.remove();
      drawing.current = undefined;
    };
  }, [box, drawing, priceKey, tickSize, history]);
};

/** Applies colors, time zone and language, again whenever one of them changes. */
const useLook = (drawing: DrawingRef, { priceKey, tickSize, history }: Subject) => {
  const theme = useResolvedTheme();
  const { colors, zone } = usePreferences();
  const format = useFormat();
  useEffect(() => {
    if (!drawing.current) return;
    const { api, series } = drawing.current;
    const accent = css('--accent');
    const label = { labelBackgroundColor: css('--line-strong') };
    api.applyOptions({
      layout: { textColor: css('--muted') },
      grid: { vertLines: { color: css('--line') }, horzLines: { color: css('--line') } },
      crosshair: { vertLine: label, horzLine: label },
      localization: {
        locale: format.locale,
        timeFormatter: (time: number) => format.dayTime(time * 1000),
        priceFormatter: (price: number) => format.decimal(price.toFixed(fractionDigits(tickSize))),
      },
      timeScale: {
        tickMarkFormatter: (time: number, kind: TickMarkType) => {
          const text = format.time(time * 1000);
          return kind === TickMarkType.TimeWithSeconds ? text : text.slice(0, 5);
        },
      },
    });
    series.applyOptions({ lineColor: accent, topColor: `${accent}40`, bottomColor: `${accent}05` });
    // Another price key, tick size or history makes a new chart; colors are read from the theme.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [drawing, priceKey, tickSize, history, theme, colors, zone, format]);
};

/** The entry and the exits. An existing line is moved, not drawn again, so that a trailing stop moves smoothly. */
const useLines = (drawing: DrawingRef, lines: readonly ChartLine[], { priceKey, tickSize, history }: Subject) => {
  const theme = useResolvedTheme();
  const { colors } = usePreferences();
  const shown = useRef<{ series: Drawing['series']; byTitle: Map<string, IPriceLine> }>(undefined);
  useEffect(() => {
    const series = drawing.current?.series;
    if (!series) return;
    if (shown.current?.series !== series) shown.current = { series, byTitle: new Map() };
    const { byTitle } = shown.current;
    const levels = lines.map((line) => drawn(line.price));
    series.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => withLevels(original(), levels),
    });
    const titles = new Set(lines.map(({ title }) => title));
    for (const [title, line] of byTitle) {
      if (titles.has(title)) continue;
      series.removePriceLine(line);
      byTitle.delete(title);
    }
    for (const { price, title, color } of lines) {
      const options = { price: drawn(price), color: css(color) };
      const known = byTitle.get(title);
      if (known) known.applyOptions(options);
      else byTitle.set(title, series.createPriceLine({ ...options, title, lineWidth: 1, lineStyle: LineStyle.Dashed }));
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [drawing, lines, priceKey, tickSize, history, theme, colors]);
};
