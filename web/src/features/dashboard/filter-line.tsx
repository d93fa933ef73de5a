import { Filter } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { FilterChoices } from '../../lib/filter-choices';
import { severalOf } from '../../lib/url-filters';
import type { DashboardFilter } from './dashboard-filter';

const ORDER = ['account', 'source', 'symbol'] as const;

/** Says what the figures are about: everything, or what was chosen. It has one line in both cases, so nothing moves. */
export function FilterLine({ filter, choices }: { filter: DashboardFilter; choices: FilterChoices }) {
  const t = useTranslations('dashboard.filter');
  const partOf = (name: (typeof ORDER)[number], isLong: boolean): string => {
    const chosen = severalOf(filter.values[name]);
    const labels = chosen.map((value) => choices[name].find((one) => one.value === value)?.label ?? value);
    if (labels.length === 0) return '';
    return labels.length === 1 || isLong ? labels.join(', ') : t(name, { count: labels.length });
  };
  const textOf = (isLong: boolean): string =>
    ORDER.map((name) => partOf(name, isLong))
      .filter(Boolean)
      .join(' · ');
  // A live region must stand before its text changes.
  return (
    <span role="status" data-testid="dashboard-filter" data-filtered={filter.isFiltered} className="block truncate">
      {filter.isFiltered ? (
        <span className="font-medium text-accent" title={`${t('only')}: ${textOf(true)}`}>
          <Filter className="mr-1.5 inline size-3.5 align-[-0.15em]" aria-hidden />
          {t('only')}: {textOf(false)}
        </span>
      ) : (
        t('all')
      )}
    </span>
  );
}
