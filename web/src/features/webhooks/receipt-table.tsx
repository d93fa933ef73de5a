import { Inbox } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import {
  useWebhookReceiptsQuery,
  type ReceiptRowFragment,
  type TradeMode,
  type WebhookReceiptFilter,
  type WebhookReceiptsQuery,
} from '../../gql/generated';
import { useGrowingList } from '../../lib/growing-query';
import { useLiveEvent } from '../../lib/live/events';
import { useThrottledCall } from '../../lib/throttled-call';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { LoadMore } from '../../ui/load-more';
import { Missing } from '../../ui/money';
import { Reason } from '../../ui/reason';
import { ActionBadge } from '../../ui/signal-badges';
import { SignalOutcomeBadge } from '../../ui/status-badge';
import { Age, Time } from '../../ui/time';

const RENEW_MS = 500;
const POLL_MS = 3_000;

/** The list of receipts as its user chose it. The list of one source leaves out the column of the source. */
export const useReceiptView = ({ withoutSource = false } = {}) => {
  const t = useTranslations('webhooks.events');
  return useListView('receipts', { caption: t('caption'), columns: useReceiptColumns(withoutSource) });
};

interface ReceiptTableProps {
  view: ReturnType<typeof useReceiptView>;
  filter: WebhookReceiptFilter;
  tradeMode: TradeMode;
  first: number;
  withoutSource?: boolean;
  isFiltered?: boolean;
}

/**
 * The receipts of one source or of all, newest first. A signal that trades is noticed by the events of its jobs. Refused
 * and unreadable ones have no jobs, so the newest page is also read every few seconds while the tab is visible.
 */
export function ReceiptTable({ view, filter, tradeMode, first, withoutSource, isFiltered }: ReceiptTableProps) {
  const query = useWebhookReceiptsQuery({ variables: { first, filter } });
  const list = useGrowingList(query, {
    pageOf: (data: WebhookReceiptsQuery) => data.webhookReceipts,
    withPage: (data, webhookReceipts) => ({ ...data, webhookReceipts }),
  });
  const renew = useThrottledCall(list.renew, RENEW_MS);
  useLiveEvent('job', renew);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && renew(), POLL_MS);
    return () => clearInterval(timer);
  }, [renew]);
  const rows = list.rows.filter((receipt) => receipt.source.tradeMode === tradeMode);
  return (
    <>
      {query.error && (
        <div className="p-4">
          <ErrorPanel error={query.error} onRetry={() => void query.refetch().catch(() => undefined)} />
        </div>
      )}
      <DataTable
        {...view.table}
        rows={rows}
        rowKey={(receipt) => receipt.id}
        hrefOf={(receipt) => `/events/${receipt.receipt}`}
        loading={!query.data && query.loading}
        empty={!query.error && <NoReceipts isFiltered={isFiltered ?? false} withLink={!withoutSource} />}
      />
      <LoadMore shown={rows.length} hasMore={list.hasMore} busy={list.loadingMore} onMore={list.loadMore} />
    </>
  );
}

const useReceiptColumns = (withoutSource: boolean): Column<ReceiptRowFragment>[] => {
  const t = useTranslations('webhooks.events');
  const source: Column<ReceiptRowFragment> = {
    id: 'source',
    header: t('columns.source'),
    width: 116,
    drop: 4,
    cell: (receipt) => receipt.source.label,
  };
  return [
    { id: 'signal', header: t('columns.signal'), width: 160, cell: (receipt) => <Signal receipt={receipt} /> },
    {
      id: 'outcome',
      header: t('columns.outcome'),
      width: 108,
      card: 'aside',
      cell: (receipt) => <SignalOutcomeBadge outcome={receipt.result.outcome} />,
    },
    {
      id: 'reason',
      header: t('columns.reason'),
      width: 210,
      card: 'wide',
      cell: (receipt) => <Why receipt={receipt} />,
    },
    ...(withoutSource ? [] : [source]),
    {
      id: 'accounts',
      header: t('columns.accounts'),
      width: 74,
      drop: 3,
      align: 'end',
      cell: (receipt) => <span className="num">{receipt.accounts}</span>,
    },
    {
      id: 'duplicates',
      header: t('columns.duplicates'),
      width: 72,
      drop: 2,
      align: 'end',
      cell: (receipt) => (receipt.duplicates > 0 ? <Badge tone="accent">{receipt.duplicates}</Badge> : <Missing0 />),
    },
    {
      id: 'sender',
      header: t('columns.sender'),
      width: 100,
      drop: 1,
      cell: (receipt) => (receipt.sourceIp ? <span className="num">{receipt.sourceIp}</span> : <Missing />),
    },
    {
      id: 'when',
      header: t('columns.when'),
      width: 186,
      card: 'wide',
      align: 'end',
      cell: (receipt) => (
        <>
          <Time at={receipt.receivedAt} withDay />
          <span className="num ml-2 inline-block min-w-14 text-right text-muted">
            <Age at={receipt.receivedAt} />
          </span>
        </>
      ),
    },
  ];
};

const Missing0 = () => <span className="num text-faint">0</span>;

function Signal({ receipt }: { receipt: ReceiptRowFragment }): ReactNode {
  const t = useTranslations('webhooks.events');
  // The outcome column already says that it was not understood.
  if (!receipt.action || receipt.action === 'UNKNOWN')
    return receipt.symbol ?? <span className="font-normal text-muted">{t('notRead')}</span>;
  return (
    <span className="inline-flex items-center gap-2">
      {receipt.symbol ?? ''}
      <ActionBadge action={receipt.action} />
    </span>
  );
}

/** Why it was not traded, or traded by only some of the accounts. */
function Why({ receipt: { result, accounts } }: { receipt: ReceiptRowFragment }) {
  const t = useTranslations('webhooks.events');
  if (result.outcome === 'WOULD_TRADE' && accounts > 1)
    return <>{t('wouldTrade', { traded: result.wouldTrade, accounts })}</>;
  if (result.outcome === 'NO_ACCOUNT') return <>{t('noAccount')}</>;
  if (result.outcome === 'FILLED' || !result.reasonCode)
    return result.jobs > 1 ? <>{t('ofAccounts', { traded: result.traded, jobs: result.jobs })}</> : <Missing />;
  return (
    <>
      {result.outcome === 'PARTLY' && result.jobs > 1 && (
        <span className="text-muted">{t('ofAccounts', { traded: result.traded, jobs: result.jobs })}: </span>
      )}
      <Reason code={result.reasonCode} message={result.reasonMessage} short />
    </>
  );
}

function NoReceipts({ isFiltered, withLink }: { isFiltered: boolean; withLink: boolean }) {
  const t = useTranslations('webhooks.events');
  if (isFiltered) return <EmptyState icon={<Inbox aria-hidden />} title={t('emptyFiltered')} />;
  return (
    <EmptyState
      icon={<Inbox aria-hidden />}
      title={t('emptyTitle')}
      action={
        withLink && (
          <Link to="/sources" className={buttonClass('primary')}>
            {t('toSources')}
          </Link>
        )
      }
    >
      {t('emptyBody')}
    </EmptyState>
  );
}
