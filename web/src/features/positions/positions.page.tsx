import { Columns3, Inbox, Search, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { useOpenPositions } from '../../lib/live/open-positions';
import { usePricePulse } from '../../lib/live/throttled-prices';
import { useRememberedState } from '../../lib/remembered-state';
import { Button, buttonClass, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { DropdownMenu, MenuCheck, MenuItem, MenuSeparator } from '../../ui/dropdown-menu';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Input, Select } from '../../ui/input';
import { PageHeader } from '../../ui/page-header';
import { Segmented } from '../../ui/segmented';
import { useClosedPositions } from './closed-positions';
import { usePositionColumns } from './position-columns';
import { filterPositions, usePositionsView, type PositionsView } from './positions-view';
import { LIVE_SORTS, useSortedPositions } from './sort-rows';

const RESORT_MS = 1_000;
const NEVER_MS = 3_600_000;

const keyOf = (row: LivePositionFragment) => row.id;
const hrefOf = (row: LivePositionFragment) => `/positions/${row.id}`;

/** The live table of positions. */
export function PositionsPage() {
  const t = useTranslations('positions');
  const view = usePositionsView();
  const open = useOpenPositions();
  const closed = useClosedPositions(view.tab === 'closed');
  const { positions, isKnown, error, refetch } = view.tab === 'open' ? open : closed;
  const [held, setHeld] = useState(false);
  const pulse = usePricePulse(LIVE_SORTS.has(view.sort.column) && !held ? RESORT_MS : NEVER_MS);
  const filtered = useMemo(
    () => filterPositions(positions, view.query, view.account),
    [positions, view.query, view.account],
  );
  const rows = useSortedPositions(filtered, view.sort, held, pulse);
  const columns = usePositionColumns(view.tab, filtered);
  const [hidden, setHidden] = useRememberedState<string[]>('positions.hidden-columns', []);
  const shown = useMemo(
    () => columns.filter((column, index) => index === 0 || !hidden.includes(column.id)),
    [columns, hidden],
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <Filters view={view} positions={positions} columns={columns} hidden={hidden} onHide={setHidden} />
        <DataTable
          caption={t(`caption.${view.tab}`)}
          columns={shown}
          rows={rows}
          rowKey={keyOf}
          hrefOf={hrefOf}
          sort={view.sort}
          onSort={(sort) => view.change({ sort })}
          loading={!isKnown && !error}
          onHold={setHeld}
          empty={positions.length > 0 ? <NothingFound view={view} /> : <NoPositions tab={view.tab} />}
        />
        {view.tab === 'closed' && closed.hasMore && (
          <div className="flex justify-center border-t border-line p-3">
            <Button busy={closed.loading} onClick={() => void closed.loadMore().catch(() => undefined)}>
              {t('loadMore')}
            </Button>
          </div>
        )}
      </Card>
    </>
  );
}

interface FiltersProps {
  view: PositionsView;
  positions: readonly LivePositionFragment[];
  columns: readonly Column<LivePositionFragment>[];
  hidden: string[];
  onHide: (ids: string[]) => void;
}

function Filters({ view, positions, columns, hidden, onHide }: FiltersProps) {
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
        <Input
          data-filter
          type="search"
          aria-label={t('filter')}
          placeholder={t('filter')}
          className="pl-9"
          value={view.query}
          onChange={(event) => view.change({ query: event.target.value })}
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
    </div>
  );
}

function NothingFound({ view }: { view: PositionsView }) {
  const t = useTranslations('positions');
  return (
    <EmptyState
      icon={<Search aria-hidden />}
      title={t('nothingFound')}
      action={<Button onClick={() => view.change({ query: '', account: '' })}>{t('clear')}</Button>}
    />
  );
}

function NoPositions({ tab }: { tab: PositionsView['tab'] }) {
  const t = useTranslations('positions.empty');
  return (
    <EmptyState
      icon={<Inbox aria-hidden />}
      title={t(`${tab}.title`)}
      action={
        tab === 'open' && (
          <>
            <Link to="/sources" className={buttonClass('primary')}>
              {t('sources')}
            </Link>
            <Link to="/lab" className={buttonClass()}>
              {t('lab')}
            </Link>
          </>
        )
      }
    >
      {t(`${tab}.body`)}
    </EmptyState>
  );
}
