import type { ReactNode } from 'react';

/** One figure with its name: the building block of summaries. Its height never changes with its value. */
export function Stat({
  label,
  value,
  note,
  large,
}: {
  label: ReactNode;
  value: ReactNode;
  note?: ReactNode;
  large?: boolean;
}) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-muted">{label}</dt>
      <dd
        className={
          large
            ? 'num mt-1 h-9 truncate text-3xl font-semibold tracking-tight'
            : 'num mt-1 h-7 truncate text-lg font-semibold'
        }
      >
        {value}
      </dd>
      {note !== undefined && <dd className="num mt-0.5 h-4 truncate text-xs text-faint">{note}</dd>}
    </div>
  );
}
