import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { fractionDigits } from '../../../lib/decimal';
import { useFormat } from '../../../lib/format';
import { axisTimes } from './axis-times';
import type { Candle } from './candles';
import { isDrawnIn, type DrawingRef } from './drawing';

const NAMES = ['open', 'high', 'low', 'close'] as const;
const EVERY_MS = 500;

interface OhlcReadoutProps {
  drawing: DrawingRef;
  tickSize: string;
  seconds: number;
}

/** Open, high, low and close of the candle under the crosshair, else of the newest one. Written without React. */
export function OhlcReadout({ drawing, tickSize, seconds }: OhlcReadoutProps) {
  const t = useTranslations('positions.chart');
  const format = useFormat();
  const box = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const now = drawing.current;
    if (!now) return;
    const times = axisTimes(seconds);
    let pointed: number | undefined;
    const write = () => {
      const candle = drawing.current?.candles.findLast(({ at }) => pointed === undefined || times.drawn(at) <= pointed);
      const digits = fractionDigits(tickSize);
      const text = (one: Candle, name: (typeof NAMES)[number]) =>
        `${t(name)} ${format.decimal(one[name], { minFraction: digits, maxFraction: digits })}`;
      if (box.current) box.current.textContent = candle ? NAMES.map((name) => text(candle, name)).join('  ') : '';
    };
    const move = ({ time }: { time?: unknown }) => {
      pointed = typeof time === 'number' ? time : undefined;
      write();
    };
    write();
    now.api.subscribeCrosshairMove(move);
    const timer = setInterval(write, EVERY_MS);
    return () => {
      clearInterval(timer);
      if (isDrawnIn(drawing, now.series)) now.api.unsubscribeCrosshairMove(move);
    };
  }, [drawing, tickSize, seconds, t, format]);
  return (
    <p
      ref={box}
      aria-hidden
      className="num pointer-events-none absolute top-0 left-0 z-2 max-w-full truncate text-xs whitespace-pre text-muted phone:hidden"
    />
  );
}
