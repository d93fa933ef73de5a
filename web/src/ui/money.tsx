import type { CSSProperties, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { fractionDigits, priceDigits, signOf, type DecimalText } from '../lib/decimal';
import { useFormat } from '../lib/format';
import { cx } from './class-names';

const NOTHING = '—';

/**
 * React key of a figure. All digits have the same width, so a figure of the same length changes in place. A figure that
 * grows or shrinks becomes a new element, because the browser would count the right-aligned text as a layout shift.
 */
const widthKey = (text: string, value: DecimalText) => `${signOf(value)} ${text.length}`;

/** The widths of bold characters of the page's font, in em. All digits have the same. */
const DIGIT_EM = 0.66;
const MARK_EM = 0.3;
const ARROW_EM = 0.8;
/** The greatest width of a figure, in em of its own font size: a summary shrinks a figure that is too wide. */
const figure = (text: string, { asset = '', arrow = false }: { asset?: string | undefined; arrow?: boolean } = {}) => {
  const unit = asset ? 0.3 + asset.length * 0.62 : 0;
  const marks = text.replace(/[^.,\s]/g, '').length;
  const em = (text.length - marks) * DIGIT_EM + marks * MARK_EM + unit + (arrow ? ARROW_EM : 0);
  return { '--figure-em': em.toFixed(1) } as CSSProperties;
};
const FIGURE = 'figure num whitespace-nowrap';

/** A missing value: a dash on screen, a word for screen readers. */
export function Missing() {
  const t = useTranslations('ui');
  return (
    <span className="text-faint">
      <span aria-hidden>{NOTHING}</span>
      <span className="sr-only">{t('unknown')}</span>
    </span>
  );
}

interface MoneyProps {
  value: DecimalText | null | undefined;
  asset?: string;
  /** Digits after the point; 2 by default. */
  digits?: number;
  /** Plus sign, arrow and color: for results, never for balances. */
  result?: boolean;
}

/** An amount, rounded for reading; the title shows the full number. */
export function Money({ value, asset, digits = 2, result }: MoneyProps) {
  const format = useFormat();
  if (value === null || value === undefined) return <Missing />;
  const text = format.decimal(value, { minFraction: digits, maxFraction: digits, ...(result ? { sign: true } : {}) });
  const shown = (
    <>
      {text}
      {asset && <span className="ml-1 text-[0.8em] font-normal text-muted">{asset}</span>}
    </>
  );
  const key = widthKey(text, value);
  if (result)
    return (
      <Signed key={key} value={value} style={figure(text, { asset, arrow: true })}>
        {shown}
      </Signed>
    );
  return (
    <span key={key} className={FIGURE} style={figure(text, { asset })} title={`${value}${asset ? ` ${asset}` : ''}`}>
      {shown}
    </span>
  );
}

/** A percentage given in percent: "1.5" is 1.5 %. */
export function Pct({
  value,
  digits = 2,
  result = true,
}: {
  value: DecimalText | null | undefined;
  digits?: number;
  result?: boolean;
}) {
  const format = useFormat();
  if (value === null || value === undefined) return <Missing />;
  const text = `${format.decimal(value, { minFraction: digits, maxFraction: digits, ...(result ? { sign: true } : {}) })}%`;
  const key = widthKey(text, value);
  if (!result)
    return (
      <span key={key} className={FIGURE} style={figure(text)}>
        {text}
      </span>
    );
  return (
    <Signed key={key} value={value} style={figure(text, { arrow: true })}>
      {text}
    </Signed>
  );
}

interface SignedProps {
  value: DecimalText;
  style: CSSProperties;
  children: ReactNode;
}

function Signed({ value, style, children }: SignedProps) {
  const sign = signOf(value);
  return (
    <span title={value} style={style} className={cx(FIGURE, sign > 0 && 'text-up', sign < 0 && 'text-down')}>
      {sign !== 0 && (
        <span aria-hidden className="mr-1 align-[0.15em] text-[0.55em]">
          {sign > 0 ? '▲' : '▼'}
        </span>
      )}
      {children}
    </span>
  );
}

/** A price with the digits of its market's tick size; without a tick size, enough digits to read a small price. */
export function Price({
  value,
  tickSize,
}: {
  value: DecimalText | null | undefined;
  tickSize?: DecimalText | undefined;
}) {
  const format = useFormat();
  if (value === null || value === undefined) return <Missing />;
  const digits = tickSize ? fractionDigits(tickSize) : priceDigits(value);
  const text = format.decimal(value, { minFraction: digits, maxFraction: digits });
  return (
    <span key={widthKey(text, value)} className={FIGURE} style={figure(text)} title={value}>
      {text}
    </span>
  );
}

/** A quantity with all its digits. */
export function Quantity({ value, asset }: { value: DecimalText | null | undefined; asset?: string }) {
  const format = useFormat();
  if (value === null || value === undefined) return <Missing />;
  const text = format.decimal(value, { maxFraction: 8 });
  return (
    <span className={FIGURE} style={figure(text, { asset })} title={value}>
      {text}
      {asset && <span className="ml-1 text-[0.8em] text-muted">{asset}</span>}
    </span>
  );
}
