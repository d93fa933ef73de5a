import type { ReactNode } from 'react';
import { cx } from './class-names';

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: ReactNode }[];
  onChange: (value: T) => void;
  /** The choices fill the whole width. */
  fill?: boolean;
}

/** A few choices side by side, one of them chosen; for filters and views. */
export function Segmented<T extends string>({ label, value, options, onChange, fill }: SegmentedProps<T>) {
  return (
    <div
      role="group"
      aria-label={label}
      className={cx('rounded-lg border border-line-strong bg-bg p-0.5', fill ? 'flex' : 'inline-flex')}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cx(
            'h-7.5 rounded-md text-sm whitespace-nowrap',
            fill ? 'min-w-0 flex-1 px-1 phone:h-11' : 'px-3 phone:h-11',
            option.value === value ? 'bg-hover font-semibold text-text' : 'text-muted hover:text-text',
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
