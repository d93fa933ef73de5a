import { ArrowDownUp, Inbox, Search } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { useFilterChoices, type FilterChoices } from '../../lib/filter-choices';
import { useOpenPositions } from '../../lib/live/open-positions';
import { usePricesKnown } from '../../lib/live/throttled-prices';
import { usePreferences, useTradeMode } from '../../lib/preferences';
import { useSheetInHistory } from '../../lib/sheet-in-history';
import { useShortcuts } from '../../lib/shortcuts';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { ExportLink } from '../../ui/export-link';
import { useListView } from '../../ui/list-view';
import { PageHeader } from '../../ui/page-header';
import { CloseAllButton } from '../../actions/close-all-button';
import { PauseButton } from '../../actions/pause-button';
import { BuyButton } from './buy-button';
import { useClosedPositions } from './closed-positions';
import { ExitSpeed } from './exit-speed';
import { usePositionColumns } from './position-columns';
import { PositionSheet } from './position-sheet';
import { PositionsFilters } from './positions-filters';
import { filterPositions, usePositionsView, type PositionsView } from './positions-view';
import { SellDialog } from './sell-dialog';
import { LIVE_SORTS, useSortedPositions } from './sort-rows';

const keyOf = (row: LivePositionFragment) => row.id;
const hrefOf = (row: LivePositionFragment) => `/positions/${row.id}`;

/** The live table of positions. */
export function PositionsPage() {
  const t = useTranslations('positions');
  const view = usePositionsView();
  const open = useOpenPositions();
  const choices = useFilterChoices();
  const closed = useClosedPositions(view.tab === 'closed', { chosen: view.chosen, sources: choices.source });
  const tradeMode = useTradeMode();
  const { positions, error, refetch } = view.tab === 'open' ? open : closed;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            <BuyButton />
            <PauseButton />
            <CloseAllButton isDisabled={open.positions.length === 0} />
          </>
        }
      />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <PositionsTable {...{ view, open, closed, positions, choices }} />
        {view.tab === 'open' && open.hasMore && (
          <p className="border-t border-line px-4 py-3 text-xs text-warn">
            {t('cut', { count: open.positions.length })}
          </p>
        )}
        {view.tab === 'closed' && (
          <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line p-3">
            <ExportLink
              list="positions"
              filter={{
                tradeMode,
                status: 'CLOSED',
                accountId: view.chosen.account.length === 1 ? (view.chosen.account[0] ?? '') : '',
              }}
            />
            {closed.hasMore && (
              <Button busy={closed.loading} onClick={() => void closed.loadMore().catch(() => undefined)}>
                {t('loadMore')}
              </Button>
            )}
          </div>
        )}
      </Card>
      <ExitSpeed />
    </>
  );
}

interface PositionsTableProps {
  view: PositionsView;
  open: ReturnType<typeof useOpenPositions>;
  closed: ReturnType<typeof useClosedPositions>;
  positions: LivePositionFragment[];
  choices: FilterChoices;
}

function PositionsTable({ view, open, closed, positions, choices }: PositionsTableProps) {
  const t = useTranslations('positions');
  const { isKnown, error } = view.tab === 'open' ? open : closed;
  const [held, setHeld] = useState(false);
  const [asked, setAsked] = useState(0);
  const [selling, setSelling] = useState<{ row: LivePositionFragment; atOnce: boolean }>();
  const atOnce = !usePreferences().confirmations;
  const isLive = LIVE_SORTS.has(view.sort.column);
  // A list that was sorted before the first price arrived is sorted once more.
  const known = usePricesKnown();
  const sorted = useSortedPositions(positions, view.sort, held, isLive ? asked * 2 + Number(known) : 0);
  const rows = useMemo(() => filterPositions(sorted, view.query, view.chosen), [sorted, view.query, view.chosen]);
  const onSell = useCallback((row: LivePositionFragment) => setSelling({ row, atOnce }), [atOnce]);
  const sheet = useSheetInHistory();
  const openSheet = sheet.open;
  const onActions = useCallback((row: LivePositionFragment) => openSheet(row.id), [openSheet]);
  const columns = usePositionColumns(view.tab, rows, { onSell, onActions });
  const list = useListView(`positions.${view.tab}`, { caption: t(`caption.${view.tab}`), columns });
  useShortcuts((keys) => {
    const row = keys === 'c' && view.tab === 'open' ? focusedRow(rows) : undefined;
    // No single key trades: it opens the dialog, also while confirmations are off.
    if (row) setSelling({ row, atOnce: false });
    return row !== undefined;
  });
  return (
    <>
      <PositionsFilters {...{ view, positions, choices }} tools={list.tools} />
      {isLive && (
        <p className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5 text-xs text-muted">
          {t('standing')}
          <Button size="sm" tone="quiet" onClick={() => setAsked((count) => count + 1)}>
            <ArrowDownUp className="size-3.5" aria-hidden />
            {t('sortAgain')}
          </Button>
        </p>
      )}
      <DataTable
        {...list.table}
        rows={rows}
        rowKey={keyOf}
        hrefOf={hrefOf}
        sort={view.sort}
        onSort={(sort) => view.change({ sort })}
        loading={!isKnown && !error}
        onHold={setHeld}
        empty={
          // After an error, nobody knows whether there are any.
          positions.length > 0 || (view.tab === 'closed' && view.isFiltered && isKnown) ? (
            <NothingFound view={view} />
          ) : (
            isKnown && <NoPositions tab={view.tab} />
          )
        }
      />
      {selling && (
        <SellDialog
          position={selling.row}
          startWith="MARKET"
          atOnce={selling.atOnce}
          onClose={() => setSelling(undefined)}
        />
      )}
      {sheet.shown !== undefined && (
        <PositionSheet id={sheet.shown} row={positions.find(({ id }) => id === sheet.shown)} onClose={sheet.close} />
      )}
    </>
  );
}

/** The position of the row that has the focus. */
const focusedRow = (rows: readonly LivePositionFragment[]): LivePositionFragment | undefined => {
  const link = document.activeElement?.closest('tr, li')?.querySelector('a[href]')?.getAttribute('href');
  return rows.find((row) => hrefOf(row) === link);
};

function NothingFound({ view }: { view: PositionsView }) {
  const t = useTranslations('positions');
  return (
    <EmptyState
      icon={<Search aria-hidden />}
      title={t('nothingFound')}
      action={<Button onClick={view.clear}>{t('clear')}</Button>}
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
