import type { ReactNode } from 'react';
import { useId } from 'react';
import { cx } from './class-names';

interface CardProps {
  title?: ReactNode;
  /** Links or buttons at the end of the heading. */
  actions?: ReactNode;
  children: ReactNode;
  /** No padding around the content, for tables and lists. */
  flush?: boolean;
  className?: string;
}

/** A panel. With a title it is a section with that name. */
export function Card({ title, actions, children, flush, className }: CardProps) {
  const id = useId();
  const body = flush ? '' : 'p-4';
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={cx('min-w-0 overflow-hidden rounded-card border border-line bg-panel', className)}
    >
      {title && (
        <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2">
          <h2 id={id} className="min-w-36 flex-1 text-sm font-semibold">
            {title}
          </h2>
          {actions}
        </header>
      )}
      <div className={body}>{children}</div>
    </section>
  );
}
