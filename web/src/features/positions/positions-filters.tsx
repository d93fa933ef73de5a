import { Columns3, Search, X } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { Button, IconButton } from '../../ui/button';
import type { Column } from '../../ui/data-table';
import { DropdownMenu, MenuCheck, MenuItem, MenuSeparator } from '../../ui/dropdown-menu';
import { FilterInput } from '../../ui/filter-input';
import { Select } from '../../ui/input';
import { Segmented } from '../../ui/segmented';
import type { PositionsView } from './positions-view';

interface FiltersProps {
  view: PositionsView;
  positions: readonly LivePositionFragment[];
  columns: readonly Column<LivePositionFragment>[];
  hidden: string[];
  onHide: (ids: string[]) => void;
}

/** The filter bar above the table: open or closed, text, account and columns. */
export function PositionsFilters({ view, positions, columns, hidden, onHide }: FiltersProps) {
  const t = useTranslations('positions');
  const accounts = useMemo(
    () => [...new Map(positions.map(({ account }) => [account.id, account.label]))],
    [positions],
  );
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
      <span className="w-44 phone:order-1 phone:flex-1">
        <Select
          aria-label={t('account')}
          value={view.account}
          onChange={(event) => view.change({ account: event.target.value })}
        >
          <option value="">{t('allAccounts')}</option>
          {accounts.map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </Select>
      </span>
      {(view.query || view.account) && (
        <Button tone="quiet" onClick={() => view.change({ query: '', account: '' })}>
          <X className="size-4" aria-hidden />
          {t('clear')}
        </Button>
      )}
      <span className="flex-1" />
      <ColumnsMenu columns={columns} hidden={hidden} onHide={onHide} />
    </div>
  );
}

function ColumnsMenu({ columns, hidden, onHide }: Pick<FiltersProps, 'columns' | 'hidden' | 'onHide'>) {
  const t = useTranslations('positions');
  return (
    <DropdownMenu
      trigger={
        <IconButton label={t('chooseColumns')} tone="plain">
          <Columns3 aria-hidden />
        </IconButton>
      }
    >
      {columns.slice(1).map((column) => (
        <MenuCheck
          key={column.id}
          checked={!hidden.includes(column.id)}
          onCheckedChange={(show) => onHide(show ? hidden.filter((id) => id !== column.id) : [...hidden, column.id])}
        >
          {column.header}
        </MenuCheck>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => onHide([])}>{t('resetColumns')}</MenuItem>
    </DropdownMenu>
  );
}
