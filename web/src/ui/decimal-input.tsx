import { useId, useState, type Ref } from 'react';
import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';
import { readDecimal } from '../lib/read-decimal';
import { formatDecimal } from '../lib/decimal';
import { cx } from './class-names';
import { useFieldControl } from './field';
import { controlClass } from './input';

interface DecimalInputProps {
  /** A plain decimal such as "1234.5", or '' when empty. */
  value: string;
  /** Called with a plain decimal, '' when empty, or null while the text is not a number. */
  onChange: (value: string | null) => void;
  onBlur?: () => void;
  /** Shown at the end of the box: an asset or a percent sign. */
  unit?: string;
  name?: string;
  placeholder?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
  'aria-label'?: string;
}

/**
 * An input for an exact number. It accepts a comma or a point, and shows how it read the text when that
 * differs from the text itself.
 */
export function DecimalInput({ value, onChange, unit, disabled, ...rest }: DecimalInputProps) {
  const t = useTranslations('ui');
  const { locale } = useFormat();
  const control = useFieldControl();
  const readId = useId();
  const [text, setText] = useState(() => formatDecimal(value, locale));
  const read = text.trim() === '' ? '' : readDecimal(text, locale);
  // The form was reset or filled by code: show its number instead of the typed text.
  const [previous, setPrevious] = useState(value);
  if (value !== previous) {
    setPrevious(value);
    if (value !== (read ?? '')) setText(formatDecimal(value, locale));
  }
  const shown = read === null ? '' : formatDecimal(read, locale);
  const isPlain = text.trim() === shown || /^\d+$/.test(text.trim());
  const note = read === null ? t('notANumber') : isPlain ? '' : t('readAs', { value: shown });
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="relative block">
        <input
          {...control}
          {...rest}
          aria-describedby={[control['aria-describedby'], readId].filter(Boolean).join(' ')}
          aria-invalid={read === null || control['aria-invalid']}
          inputMode="decimal"
          autoComplete="off"
          disabled={disabled}
          className={cx(controlClass, 'num h-9 text-right phone:h-11', unit ? 'pr-16' : '')}
          value={text}
          onChange={(event) => {
            const typed = event.target.value;
            setText(typed);
            onChange(typed.trim() === '' ? '' : readDecimal(typed, locale));
          }}
        />
        {unit && (
          <span className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-xs text-faint">
            {unit}
          </span>
        )}
      </span>
      <output
        id={readId}
        className={cx('num min-h-4 text-right text-2xs', read === null ? 'text-danger' : 'text-faint')}
      >
        {note}
      </output>
    </span>
  );
}
