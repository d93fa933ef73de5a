import { Search, X } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import type { FilterChoices } from '../../lib/filter-choices';
import { Button } from '../../ui/button';
import { FilterInput } from '../../ui/filter-input';
import { MultiSelect, withChosen } from '../../ui/multi-select';
import { Segmented } from '../../ui/segmented';
import { choiceOf, CHOICES, type Choice, type PositionsView } from './positions-view';

interface FiltersProps {
  view: PositionsView;
  positions: readonly LivePositionFragment[];
  choices: FilterChoices;
  /** Saved filters and columns. */
  tools: ReactNode;
}

/** The filter bar above the table: open or closed, text, accounts, symbols and sources, saved filters and columns. */
export function PositionsFilters({ view, positions, choices, tools }: FiltersProps) {
  const t = useTranslations('positions');
  const options = useMemo(() => {
    const labelOf = (row: LivePositionFragment, name: Choice) =>
      name === 'account' ? row.account.label : choiceOf[name](row) || t('byHand');
    // All open positions are here. The closed ones come page by page, so theirs can be chosen before they are read.
    const known = (name: Choice): [string, string][] => {
      if (view.tab === 'open') return [];
      if (name === 'source')
        return [['', t('byHand')], ...choices.source.map(({ label }): [string, string] => [label, label])];
      return choices[name].map(({ value, label }) => [value, label]);
    };
    return CHOICES.map((name) => {
      const found = positions.map((row) => [choiceOf[name](row), labelOf(row, name)] as [string, string]);
      const options = [...new Map([...known(name), ...found])].map(([value, label]) => ({ value, label }));
      return [name, options.sort((a, b) => a.label.localeCompare(b.label))] as const;
    });
  }, [positions, choices, view.tab, t]);
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
        <span key={name} className="w-36 phone:order-1 phone:w-auto phone:min-w-[44%] phone:flex-1">
          <MultiSelect
            label={t(`columns.${name}`)}
            // What is chosen stays a choice, also when no row has it at the moment.
            options={withChosen(some, view.chosen[name])}
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
      {tools}
    </div>
  );
}
