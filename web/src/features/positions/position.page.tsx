import { ChevronLeft, SearchX } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { usePositionDetailQuery, type LiveFillFragment, type PositionDetailQuery } from '../../gql/generated';
import { useLiveEvent } from '../../lib/live/events';
import { usePhone } from '../../lib/media-query';
import { useSheetInHistory } from '../../lib/sheet-in-history';
import { useThrottledCall } from '../../lib/throttled-call';
import { baseOf, marketOf, useMarkets } from '../../lib/live/open-positions';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { chartAddress } from '../../lib/chart-address';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { Money, Price, Quantity } from '../../ui/money';
import { PageHeader } from '../../ui/page-header';
import { Skeleton } from '../../ui/skeleton';
import { PositionStatusBadge, SideBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { ChartCard } from './chart/chart-card';
import { PositionActions, PositionBar } from './position-actions';
import { PositionExits } from './position-exits';
import { PositionOrders } from './position-orders';
import { PositionSheet } from './position-sheet';
import { PositionOrigin, PositionTimeline } from './position-origin';
import { PositionSummary } from './position-summary';
import { PositionWhy } from './position-why';

const RELOAD_MS = 300;

type Position = NonNullable<PositionDetailQuery['position']>;

/** One position: its figures, chart, fills, and where each number came from. */
export function PositionPage() {
  const t = useTranslations('positions');
  const { id = '' } = useParams();
  const { data, error, refetch } = usePositionDetailQuery({ variables: { id } });
  const position = data?.position as Position | null | undefined;
  const symbol = position?.symbol;
  const reload = useThrottledCall(() => void refetch().catch(() => undefined), RELOAD_MS);
  useLiveEvent('fill', (fill) => fill.positionId === id && reload());
  // This query also reads its orders, targets and decisions.
  useLiveEvent('position', (changed) => changed.id === id && reload());
  useLiveEvent('job', (job) => job.side === 'SELL' && job.symbol === symbol && reload());
  const phone = usePhone();
  const sheet = useSheetInHistory();
  const markets = useMarkets();
  const tickSize = position ? marketOf(markets, position)?.tickSize : undefined;
  if (position === null) return <NoSuchPosition />;
  return (
    <>
      <PageHeader
        title={position?.symbol ?? t('one', { id })}
        back={<BackLink />}
        actions={position && !phone && <PositionActions position={position} />}
        marks={
          position && (
            <>
              <PositionStatusBadge status={position.status} />
              <ModeBadge position={position} />
              <span className="text-sm text-faint">{t('one', { id })}</span>
            </>
          )
        }
      />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      {position ? <Detail position={position} tickSize={tickSize} /> : !error && <Waiting />}
      {position && phone && <PositionBar position={position} onActions={() => sheet.open(id)} />}
      {sheet.shown === id && <PositionSheet id={id} row={position ?? undefined} isOnItsPage onClose={sheet.close} />}
    </>
  );
}

function Detail({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  return (
    <div className="flex flex-col gap-4">
      <PositionSummary position={position} tickSize={tickSize} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <ChartCard position={position} tickSize={tickSize} />
          <Fills position={position} tickSize={tickSize} />
          <PositionWhy position={position} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <PositionExits position={position} tickSize={tickSize} />
          <PositionOrders position={position} tickSize={tickSize} />
          <PositionOrigin position={position} />
          <PositionTimeline position={position} />
        </div>
      </div>
    </div>
  );
}

function Fills({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('positions');
  const columns = useMemo<Column<LiveFillFragment>[]>(
    () => [
      { id: 'at', width: 150, header: t('fills.at'), cell: (fill) => <Time at={fill.filledAt} withDay /> },
      { id: 'side', width: 80, header: t('fills.side'), card: 'aside', cell: (fill) => <SideBadge side={fill.side} /> },
      {
        id: 'qty',
        width: 130,
        align: 'end',
        header: t('fills.qty'),
        cell: (fill) => <Quantity value={fill.qty} asset={baseOf(position.symbol)} />,
      },
      {
        id: 'price',
        width: 120,
        align: 'end',
        header: t('fills.price'),
        cell: (fill) => <Price value={fill.price} tickSize={tickSize} />,
      },
      {
        id: 'fee',
        width: 120,
        align: 'end',
        header: t('fills.fee'),
        cell: (fill) => <Quantity value={fill.feeAmount} {...(fill.feeAsset ? { asset: fill.feeAsset } : {})} />,
      },
      {
        id: 'realized',
        width: 120,
        align: 'end',
        header: t('fills.realized'),
        cell: (fill) => (fill.side === 'SELL' ? <Money value={fill.realizedQuote} result /> : ''),
      },
    ],
    [t, position.symbol, tickSize],
  );
  const view = useListView('fills', { caption: t('fills.title'), columns });
  return (
    <Card
      title={t('fills.title')}
      flush
      actions={
        <>
          <Link to={chartAddress(position.symbol, position.account.id)} className={buttonClass('quiet', 'sm')}>
            {t('symbolChart.allFills', { symbol: position.symbol })}
          </Link>
          {view.headButton}
        </>
      }
    >
      <DataTable
        {...view.table}
        rows={position.fills}
        rowKey={(fill) => fill.id}
        empty={<EmptyState title={t('fills.empty')} />}
      />
    </Card>
  );
}

function ModeBadge({ position }: { position: Position }) {
  const words = useTranslations('words.mode');
  return <Badge tone={position.tradeMode === 'REAL' ? 'real' : 'sim'}>{words(position.tradeMode)}</Badge>;
}

/** The link back to the list. Filters, sorting and scroll position come back with the history entry. */
function BackLink() {
  const t = useTranslations('positions');
  const navigate = useNavigate();
  return (
    <Link
      to="/positions"
      className="inline-flex items-center gap-1 rounded text-muted hover:text-text phone:min-h-11"
      onClick={(event) => {
        const cameFromHere = (history.state as { idx?: number } | null)?.idx;
        if (!cameFromHere) return;
        event.preventDefault();
        void navigate(-1);
      }}
    >
      <ChevronLeft className="size-4" aria-hidden />
      {t('title')}
    </Link>
  );
}

function NoSuchPosition() {
  const t = useTranslations('positions');
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        icon={<SearchX aria-hidden />}
        title={t('noSuch')}
        action={
          <Link to="/positions" className={buttonClass('primary')}>
            {t('title')}
          </Link>
        }
      />
    </>
  );
}

function Waiting() {
  return (
    <div className="flex flex-col gap-4" aria-busy>
      <Skeleton className="h-38 w-full" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <Skeleton className="h-108 w-full" />
        <Skeleton className="h-108 w-full" />
      </div>
    </div>
  );
}
