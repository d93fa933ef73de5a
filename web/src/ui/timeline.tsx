import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';

export interface TimelineStep {
  key: string;
  label: ReactNode;
  /** ISO 8601. */
  at: string;
  /** Milliseconds since the first step. */
  offsetMs: number;
}

/** Steps in order with the time each took; the bars show where the time went. */
export function Timeline({ label, steps }: { label: string; steps: readonly TimelineStep[] }) {
  const t = useTranslations('ui');
  const format = useFormat();
  const total = Math.max(1, ...steps.map((step) => step.offsetMs));
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map((step, index) => {
        const before = steps[index - 1]?.offsetMs ?? 0;
        const start = (before / total) * 100;
        const width = Math.max(0.8, ((step.offsetMs - before) / total) * 100);
        return (
          <li
            key={step.key}
            className="grid grid-cols-[minmax(6.5rem,9rem)_1fr_5rem] items-center gap-3 py-1.5 text-sm"
          >
            <span className="flex items-center gap-2.5 truncate">
              <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent-solid" />
              {step.label}
            </span>
            <span aria-hidden className="relative h-1.5 rounded-full bg-hover">
              <span
                className="absolute inset-y-0 rounded-full bg-accent-solid"
                style={{ left: `${Math.min(start, 99.2)}%`, width: `${width}%` }}
              />
            </span>
            <time dateTime={step.at} title={format.full(step.at)} className="num text-right text-xs text-muted">
              {t('plusMs', { ms: format.count(step.offsetMs) })}
            </time>
          </li>
        );
      })}
    </ol>
  );
}
