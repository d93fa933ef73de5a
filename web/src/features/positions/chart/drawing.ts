import type { IChartApi, ISeriesApi, ISeriesMarkersPluginApi, Time } from 'lightweight-charts';
import type { RefObject } from 'react';
import type { Candle } from './candles';
import type { DraggedLine } from './drag-exits';

export interface ChartLine {
  id: string;
  price: string;
  /** What stands at the line. */
  title: string;
  /** The title in full, for screen readers. */
  name?: string;
  color: '--text' | '--up' | '--down' | '--warn' | '--muted';
  /** What dragging it changes; a line without it stays where it is. */
  drag?: DraggedLine;
}

export interface Drawing {
  api: IChartApi;
  series: ISeriesApi<'Candlestick'>;
  marks: ISeriesMarkersPluginApi<Time>;
  /** The drawn candles, oldest first, with the ticks since. */
  candles: Candle[];
}
export type DrawingRef = RefObject<Drawing | undefined>;

/** Whether a series is still drawn: the chart may be gone before what stands on it. */
export const isDrawnIn = (drawing: DrawingRef, series: Drawing['series']): boolean =>
  drawing.current?.series === series;
