import type { ReactNode } from 'react';
import { cx } from './class-names';

interface StatProps {
  label: ReactNode;
  value: ReactNode;
  /** A less prominent line below. */
  note?: ReactNode;
  large?: boolean;
  className?: string;
}

/**
 * One figure with its name, for summaries, inside a `dl`. Its height does not depend on its value. A figure that is too
 * wide becomes smaller; digits are never cut. On a phone, words take a second line.
 */
export function Stat({ label, value, note, large, className }: StatProps) {
  return (
    <div className={cx('min-w-0', className)}>
      <dt className="truncate text-xs text-muted phone:whitespace-normal">{label}</dt>
      <dd
        className={cx(
          'fit-figure num mt-1 truncate font-semibold',
          large ? 'h-9 text-3xl tracking-tight' : 'h-7 text-lg',
        )}
      >
        {value}
      </dd>
      {note !== undefined && (
        <dd className="num mt-0.5 h-4 truncate text-xs text-faint phone:h-auto phone:min-h-4 phone:whitespace-normal">
          {note}
        </dd>
      )}
    </div>
  );
}
