import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button';

/** The filters of a list in one row, with one Clear button for all of them. */
export function FilterBar({
  children,
  isFiltered,
  onClear,
}: {
  children: ReactNode;
  isFiltered: boolean;
  onClear: () => void;
}) {
  const t = useTranslations('common');
  return (
    <div
      role="search"
      aria-label={t('filters')}
      className="mb-4 flex flex-wrap items-end gap-3 phone:[&>*]:min-w-[44%] phone:[&>*]:flex-1"
    >
      {children}
      {isFiltered && (
        <Button tone="quiet" onClick={onClear}>
          <X className="size-4" aria-hidden />
          {t('clear')}
        </Button>
      )}
    </div>
  );
}
