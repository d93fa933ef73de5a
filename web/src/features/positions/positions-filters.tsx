import { Search, X } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import type { TableView } from '../../lib/views/table-view';
import { Button } from '../../ui/button';
import { ColumnsButton } from '../../ui/columns-dialog';
import type { Column } from '../../ui/data-table';
import { FilterInput } from '../../ui/filter-input';
import { MultiSelect } from '../../ui/multi-select';
import { SavedViews } from '../../ui/saved-views';
import { Segmented } from '../../ui/segmented';
import { choiceOf, CHOICES, type Choice, type PositionsView } from './positions-view';

interface FiltersProps {
  view: PositionsView;
  positions: readonly LivePositionFragment[];
  columns: readonly Column<LivePositionFragment>[];
  table: TableView;
  onTable: (table: TableView) => void;
}

/** The filter bar above the table: open or closed, text, accounts, symbols and sources, saved filters and columns. */
export function PositionsFilters({ view, positions, columns, table, onTable }: FiltersProps) {
  const t = useTranslations('positions');
  const options = useMemo(() => {
    const labelOf = (row: LivePositionFragment, name: Choice) =>
      name === 'account' ? row.account.label : choiceOf[name](row) || t('byHand');
    const found = (name: Choice) => [...new Map(positions.map((row) => [choiceOf[name](row), labelOf(row, name)]))];
    return CHOICES.map((name) => {
      // What is chosen stays a choice, also when no row has it at the moment.
      const missing = view.chosen[name].filter((value) => !found(name).some(([known]) => known === value));
      const all = [...found(name), ...missing.map((value) => [value, value] as [string, string])];
      return [
        name,
        all.sort(([, a], [, b]) => a.localeCompare(b)).map(([value, label]) => ({ value, label })),
      ] as const;
    });
  }, [positions, view.chosen, t]);
  return (
    <div className="flex flex-wrap items-center gap-2.5 border-b border-line px-4 py-3">
      <Segmented
        label={t('tabs.label')}
        value={view.tab}
        onChange={(tab) => view.change({ tab })}
        options={[
          { value: 'open', label: t('tabs.open') },
          { value: 'closed', label: t('tabs.closed') },
        ]}
      />
      <span className="relative min-w-40 flex-1 sm:max-w-72 phone:order-1 phone:basis-full">
        <Search
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
          aria-hidden
        />
        <FilterInput
          data-filter
          type="search"
          aria-label={t('filter')}
          placeholder={t('filter')}
          className="pl-9"
          value={view.query}
          onChange={(query) => view.change({ query })}
        />
      </span>
      {options.map(([name, some]) => (
        <span key={name} className="w-36 phone:order-1 phone:w-auto phone:flex-1">
          <MultiSelect
            label={t(`columns.${name}`)}
            options={some}
            chosen={view.chosen[name]}
            onChange={(values) => view.change({ [name]: values })}
          />
        </span>
      ))}
      {view.isFiltered && (
        <Button tone="quiet" onClick={view.clear}>
          <X className="size-4" aria-hidden />
          {t('clear')}
        </Button>
      )}
      <span className="flex-1" />
      <SavedViews view={table} onChange={onTable} />
      <ColumnsButton columns={columns} view={table} onChange={onTable} />
    </div>
  );
}
