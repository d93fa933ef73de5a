import {
  type AutoscaleInfo,
  AreaSeries,
  createChart,
  LineStyle,
  TickMarkType,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import type { PriceHistoryQuery } from '../../gql/generated';
import { fractionDigits } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { priceStore } from '../../lib/live/price-store';
import { usePreferences, useResolvedTheme } from '../../lib/preferences';

export interface ChartLine {
  price: string;
  title: string;
  colour: '--accent' | '--up' | '--down' | '--warn';
}

interface PositionChartProps {
  symbol: string;
  tickSize: string;
  history: PriceHistoryQuery['priceHistory'];
  lines: readonly ChartLine[];
  label: string;
}

const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A chart draws pixels, so here, and only here, a price becomes a float.
const drawn = (price: string) => Number(price);

// A level this many times the hour's own range away would flatten the hour into a line.
const FARTHEST_LEVEL = 2;

/** Widens the price axis so that the entry and every level not too far away are seen. */
const withLevels = (info: AutoscaleInfo | null, [entry, ...others]: readonly number[]): AutoscaleInfo | null => {
  if (!info?.priceRange || entry === undefined) return info;
  const { minValue, maxValue } = info.priceRange;
  const reach = (maxValue - minValue) * FARTHEST_LEVEL;
  const near = others.filter((level) => level > minValue - reach && level < maxValue + reach);
  const all = [minValue, maxValue, entry, ...near];
  return { ...info, priceRange: { minValue: Math.min(...all), maxValue: Math.max(...all) } };
};

/** A price of the last hour that goes on moving, with the lines that matter to a position. */
export default function PositionChart({ symbol, tickSize, history, lines, label }: PositionChartProps) {
  const box = useRef<HTMLElement>(null);
  const chart = useRef<{ api: IChartApi; series: ISeriesApi<'Area'> }>(undefined);
  const theme = useResolvedTheme();
  const { colours, zone } = usePreferences();
  const format = useFormat();

  useEffect(() => {
    if (!box.current) return;
    const api = createChart(box.current, {
      autoSize: true,
      layout: { background: { color: 'transparent' }, fontFamily: "'Inter Variable', sans-serif", fontSize: 11 },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.12 } },
      timeScale: {
        borderVisible: false,
        timeVisible: true,
        secondsVisible: true,
        rightOffset: 8,
        minBarSpacing: 0.05,
      },
      handleScale: { axisPressedMouseMove: { time: true, price: false } },
    });
    const digits = fractionDigits(tickSize);
    const series = api.addSeries(AreaSeries, {
      lineWidth: 2,
      priceFormat: { type: 'price', precision: digits, minMove: drawn(tickSize) },
    });
    chart.current = { api, series };
    let newest = 0;
    const bySecond = new Map(history.map((point) => [Math.floor(Date.parse(point.at) / 1000), drawn(point.price)]));
    const points = [...bySecond]
      .sort(([a], [b]) => a - b)
      .map(([time, value]) => ({ time: time as UTCTimestamp, value }));
    newest = points.at(-1)?.time ?? 0;
    series.setData(points);
    api.timeScale().fitContent();
    const unsubscribe = priceStore.subscribe(symbol, () => {
      const price = priceStore.get(symbol);
      const time = Math.floor((price?.seenAt ?? 0) / 1000);
      // The library refuses points that go back in time.
      if (!price || time < newest) return;
      newest = time;
      series.update({ time: time as UTCTimestamp, value: drawn(price.last) });
    });
    return () => {
      unsubscribe();
      api.remove();
      chart.current = undefined;
    };
  }, [symbol, tickSize, history]);

  useEffect(() => {
    if (!chart.current) return;
    const { api, series } = chart.current;
    const accent = css('--accent');
    api.applyOptions({
      layout: { textColor: css('--muted') },
      grid: { vertLines: { color: css('--line') }, horzLines: { color: css('--line') } },
      crosshair: {
        vertLine: { labelBackgroundColor: css('--line-strong') },
        horzLine: { labelBackgroundColor: css('--line-strong') },
      },
      localization: { locale: format.locale, timeFormatter: (time: number) => format.dayTime(time * 1000) },
      timeScale: {
        tickMarkFormatter: (time: number, kind: TickMarkType) => {
          const text = format.time(time * 1000);
          return kind === TickMarkType.TimeWithSeconds ? text : text.slice(0, 5);
        },
      },
    });
    const levels = lines.map((line) => drawn(line.price));
    series.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => withLevels(original(), levels),
    });
    series.applyOptions({ lineColor: accent, topColor: `${accent}40`, bottomColor: `${accent}05` });
    const drawnLines = lines.map((line) =>
      series.createPriceLine({
        price: drawn(line.price),
        title: line.title,
        color: css(line.colour),
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
      }),
    );
    return () => {
      if (chart.current?.series === series) for (const line of drawnLines) series.removePriceLine(line);
    };
  }, [symbol, tickSize, history, lines, theme, colours, zone, format]);

  return <figure ref={box} aria-label={label} className="h-full w-full" />;
}
