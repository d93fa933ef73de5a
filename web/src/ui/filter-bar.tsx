import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button';
import { cx } from './class-names';

/** The filters of a list in one row, with one Clear button for all of them. */
export function FilterBar({
  children,
  isFiltered,
  onClear,
  tools,
  label,
  keepsRoom,
  className,
}: {
  children: ReactNode;
  isFiltered: boolean;
  onClear: () => void;
  /** Buttons at the right end, which do not move when "Clear" comes and goes. */
  tools?: ReactNode;
  /** The name of the bar, where a page has two. */
  label?: string;
  /** On wide screens the button has its place also while it is not there, so that nothing moves when it comes. */
  keepsRoom?: boolean;
  className?: string;
}) {
  const t = useTranslations('common');
  return (
    <div
      role="search"
      aria-label={label ?? t('filters')}
      className={cx(
        'mb-4 flex flex-wrap items-end gap-3 phone:w-full phone:[&>*]:min-w-[44%] phone:[&>*]:flex-1',
        className,
      )}
    >
      {children}
      {(isFiltered || keepsRoom) && (
        <Button
          tone="quiet"
          onClick={onClear}
          className={cx(keepsRoom && 'min-[1200px]:order-first', !isFiltered && 'invisible phone:hidden!')}
        >
          <X className="size-4" aria-hidden />
          {t('clear')}
        </Button>
      )}
      {tools && <span className="flex flex-1 justify-end gap-2.5">{tools}</span>}
    </div>
  );
}
