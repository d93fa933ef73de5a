import type { ReactNode } from 'react';
import { usePageTitle } from '../lib/page-title';
import { cx } from './class-names';

interface PageHeaderProps {
  title: string;
  /** One line that says what the page is for. */
  description?: ReactNode;
  /** A link back, above the title. */
  back?: ReactNode;
  actions?: ReactNode;
  /** Badges beside the title. */
  marks?: ReactNode;
  /** The actions are wide: on screens that are not, they take a row of their own. */
  wideActions?: boolean;
}

/** The top of every page: its h1 and the document title. */
export function PageHeader({ title, description, back, actions, marks, wideActions }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <header className="mb-5 flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 phone:basis-full">
        {back && <div className="mb-1 text-xs">{back}</div>}
        <div className="flex flex-wrap items-center gap-2.5">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {marks}
        </div>
        {description && <p className="mt-1 max-w-4xl text-sm text-muted">{description}</p>}
      </div>
      {actions && (
        <div
          className={cx(
            'flex flex-wrap items-center gap-2 empty:hidden phone:w-full',
            wideActions && 'max-[1199px]:w-full',
          )}
        >
          {actions}
        </div>
      )}
    </header>
  );
}
