import type { ReactNode } from 'react';
import { cx } from './class-names';

export type BadgeTone = 'neutral' | 'ok' | 'warn' | 'danger' | 'accent' | 'real' | 'sim' | 'up' | 'down';

const TONES: Record<BadgeTone, string> = {
  neutral: 'bg-hover text-muted',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  danger: 'bg-danger-soft text-danger',
  accent: 'bg-accent-soft text-accent',
  real: 'bg-real text-on-real',
  sim: 'bg-sim-soft text-sim',
  up: 'bg-up-soft text-up',
  down: 'bg-down-soft text-down',
};

/** A small label for a state. The text carries the meaning; the color only supports it. */
export function Badge({
  tone = 'neutral',
  children,
  title,
}: {
  tone?: BadgeTone;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex h-5 items-center gap-1 rounded-md px-1.5 text-2xs font-semibold whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
