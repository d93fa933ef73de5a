import { Plus, SlidersHorizontal } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useTradeParametersQuery, type ParameterRowFragment } from '../../gql/generated';
import { useFilterChoices, type FilterChoices } from '../../lib/filter-choices';
import { useWholeList } from '../../lib/whole-list';
import { useTradeMode } from '../../lib/preferences';
import { severalOf, useUrlFilters } from '../../lib/url-filters';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { ChoiceFilters } from '../../ui/choice-filters';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { FilterInput } from '../../ui/filter-input';
import { useListView } from '../../ui/list-view';
import { PageHeader } from '../../ui/page-header';
import { DeleteParameterDialog } from './delete-parameter-dialog';
import { useParameterColumns } from './parameter-columns';
import { ParameterSheet } from './parameter-sheet';

type Open = { kind: 'edit'; row: ParameterRowFragment | undefined } | { kind: 'delete'; row: ParameterRowFragment };

/** The trade parameters: one row for each account, symbol and side. */
export function ParametersPage() {
  const t = useTranslations('parameters');
  const tradeMode = useTradeMode();
  const query = useTradeParametersQuery();
  const { data, error, loading, refetch } = query;
  const parameters = useWholeList(query, 'tradeParameters') ?? [];
  const choices = useFilterChoices();
  const filters = useUrlFilters(['symbol', 'account']);
  const [open, setOpen] = useState<Open>();
  const columns = useParameterColumns({
    onEdit: (row) => setOpen({ kind: 'edit', row }),
    onDelete: (row) => setOpen({ kind: 'delete', row }),
  });
  const view = useListView('parameters', { caption: t('caption'), columns });
  const ofMode = parameters.filter((row) => row.account.tradeMode === tradeMode);
  const chosen = severalOf(filters.values.account);
  const wanted = filters.values.symbol.trim().toUpperCase();
  const rows = ofMode.filter(
    (row) => row.symbol.includes(wanted) && (chosen.length === 0 || chosen.includes(row.account.id)),
  );
  const hasNoAccount = choices.isKnown && choices.account.length === 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button tone="primary" disabled={hasNoAccount} onClick={() => setOpen({ kind: 'edit', row: undefined })}>
            <Plus className="size-4" aria-hidden />
            {t('create')}
          </Button>
        }
      />
      {ofMode.length > 0 && <ParameterFilters {...{ filters, choices }} tools={view.tools} />}
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
          rows={rows}
          rowKey={(row) => row.id}
          loading={!data && loading}
          empty={!error && <NoParameters isFiltered={ofMode.length > 0} hasNoAccount={hasNoAccount} />}
        />
      </Card>
      {open?.kind === 'edit' && <ParameterSheet row={open.row} onClose={() => setOpen(undefined)} />}
      {open?.kind === 'delete' && <DeleteParameterDialog row={open.row} onClose={() => setOpen(undefined)} />}
    </>
  );
}

interface ParameterFiltersProps {
  filters: ReturnType<typeof useUrlFilters<'symbol' | 'account'>>;
  choices: FilterChoices;
  tools: ReactNode;
}

function ParameterFilters({ filters, choices, tools }: ParameterFiltersProps) {
  const t = useTranslations('parameters');
  return (
    <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear} tools={tools}>
      <Field label={t('filterSymbol')}>
        <FilterInput
          data-filter
          placeholder={t('filterSymbolHint')}
          value={filters.values.symbol}
          onChange={(symbol) => filters.set({ symbol })}
        />
      </Field>
      <ChoiceFilters of={['account']} {...{ choices, filters }} />
    </FilterBar>
  );
}

function NoParameters({ isFiltered, hasNoAccount }: { isFiltered: boolean; hasNoAccount: boolean }) {
  const t = useTranslations('parameters');
  const isReal = useTradeMode() === 'REAL';
  return (
    <EmptyState
      icon={<SlidersHorizontal aria-hidden />}
      title={isFiltered ? t('emptyFiltered') : t('emptyTitle')}
      action={
        hasNoAccount &&
        !isReal && (
          <Link to="/accounts" className={buttonClass('primary')}>
            {t('toAccounts')}
          </Link>
        )
      }
    >
      {isFiltered ? null : isReal ? t('emptyReal') : hasNoAccount ? t('needAccount') : t('emptyBody')}
    </EmptyState>
  );
}
