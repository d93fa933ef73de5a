import { SearchX } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { useTradeJobQuery, type TradeJobQuery } from '../../gql/generated';
import { useLiveEvent } from '../../lib/live/events';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { useThrottledCall } from '../../lib/throttled-call';
import { BackLink } from '../../ui/back-link';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { DetailBody } from '../../ui/detail-body';
import { Facts } from '../../ui/facts';
import { Money, Price, Quantity } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { PageHeader } from '../../ui/page-header';
import { Reason } from '../../ui/reason';
import { ModeBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { StageTimeline } from '../../ui/stage-timeline';
import { JobStatusBadge, SideBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { TraceList } from '../../ui/trace-list';
import { SymbolLink } from '../../ui/symbol-link';
import { ExecutionCard } from './execution-card';

export type JobDetail = NonNullable<TradeJobQuery['tradeJob']>;

const REFRESH_MS = 300;

/** One job: the order, its executions at the exchange, how long it took, and where each number came from. */
export function JobPage() {
  const t = useTranslations('jobs');
  const { id = '' } = useParams();
  const { data, error, refetch } = useTradeJobQuery({ variables: { id } });
  const job = data?.tradeJob;
  const reload = useThrottledCall(() => void refetch().catch(() => undefined), REFRESH_MS);
  useLiveEvent('job', (changed) => changed.id === id && reload());
  const back = <BackLink to="/jobs">{t('back')}</BackLink>;
  if (job === null)
    return (
      <>
        <PageHeader title={t('notFound')} back={back} />
        <EmptyState icon={<SearchX aria-hidden />} title={t('notFound')}>
          {t('notFoundBody')}
        </EmptyState>
      </>
    );
  return (
    <>
      <PageHeader
        title={job ? `${t('detail.title', { id })}, ${job.symbol}` : t('detail.title', { id })}
        back={back}
        marks={
          job && (
            <>
              <SideBadge side={job.side} />
              <JobStatusBadge status={job.status} />
              <ModeBadge mode={job.tradeMode} />
            </>
          )
        }
      />
      <DetailBody
        error={error}
        onRetry={reload}
        skeleton={
          <div aria-busy className="grid gap-4 lg:grid-cols-[2fr_3fr]">
            <Skeleton className="h-72 rounded-card" />
            <Skeleton className="h-96 rounded-card" />
          </div>
        }
      >
        {job && <JobBody job={job} />}
      </DetailBody>
    </>
  );
}

function JobBody({ job }: { job: JobDetail }) {
  const t = useTranslations('jobs.detail');
  const isUnknown = job.executions.some((execution) => execution.status === 'UNKNOWN');
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[2fr_3fr]">
      <div className="flex min-w-0 flex-col gap-4">
        {job.reasonCode && (
          <Notice tone="warn">
            <Reason code={job.reasonCode} message={job.reasonMessage} />
          </Notice>
        )}
        {isUnknown && (
          <Notice tone="warn" title={t('unknownTitle')}>
            {t('unknownBody')}
          </Notice>
        )}
        <OrderCard job={job} />
        <Card title={t('trace')}>
          {job.trace.length > 0 ? (
            <TraceList trace={job.trace} label={t('trace')} />
          ) : (
            <p className="text-sm text-muted">{t('noTrace')}</p>
          )}
        </Card>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Card title={t('timeline')}>
          <StageTimeline label={t('timeline')} entries={job.timeline} first={job.event ? 'RECEIVED' : 'COMMITTED'} />
        </Card>
        <Card title={t('executions')} flush>
          {job.executions.length === 0 ? (
            <p className="px-4 py-6 text-sm text-muted">{t('noExecutions')}</p>
          ) : (
            <ul className="divide-y divide-line">
              {job.executions.map((execution) => (
                <li key={execution.id} className="p-4">
                  <ExecutionCard execution={execution} symbol={job.symbol} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      </div>
    </div>
  );
}

function OrderCard({ job }: { job: JobDetail }) {
  const t = useTranslations('jobs.detail');
  const types = useTranslations('words.orderType');
  const origin = useTranslations('words.origin');
  const tickSize = useMarkets().get(job.symbol)?.tickSize;
  const link = 'rounded text-accent hover:underline';
  return (
    <Card title={t('summary')}>
      <Facts
        facts={[
          [t('account'), job.account.label],
          [t('symbol'), <SymbolLink key="symbol" symbol={job.symbol} accountId={job.account.id} />],
          [t('type'), types(job.orderType)],
          [t('origin'), origin(job.origin)],
          [t('quote'), <Money key="quote" value={job.quoteAmount} asset={quoteOf(job.symbol)} />],
          [t('base'), <Quantity key="base" value={job.baseQuantity} asset={baseOf(job.symbol)} />],
          [t('limit'), job.limitPrice !== null && <Price value={job.limitPrice} tickSize={tickSize} />],
          [t('expires'), job.limitOrderExpiresAt !== null && <Time at={job.limitOrderExpiresAt} withDay />],
          [
            t('vault'),
            job.vault !== null && (
              <Link to={`/vaults/${job.vault.id}`} className={link}>
                {job.vault.name}
              </Link>
            ),
          ],
          [
            t('position'),
            job.position !== null && (
              <Link to={`/positions/${job.position.id}`} className={link}>
                {t('openedPosition')}
              </Link>
            ),
          ],
          [t('signal'), job.event && <Signal event={job.event} />],
          [
            job.status === 'PENDING' ? t('waitsFor') : t('waitedFor'),
            job.waitsForJobId !== null && <OtherJob key="waits" id={job.waitsForJobId} />,
          ],
          [t('closes'), job.closesJobId !== null && <OtherJob key="closes" id={job.closesJobId} />],
          [t('created'), <Time key="created" at={job.createdAt} withDay />],
          [t('updated'), <Time key="updated" at={job.updatedAt} withDay />],
        ]}
      />
    </Card>
  );
}

/** An earlier job of the same account and symbol. */
function OtherJob({ id }: { id: string }) {
  const t = useTranslations('jobs.detail');
  return (
    <Link to={`/jobs/${id}`} className="rounded text-accent hover:underline">
      {t('title', { id })}
    </Link>
  );
}

/** The message of the sender, as a link to its receipt. */
function Signal({ event }: { event: NonNullable<JobDetail['event']> }) {
  const words = event.rawText ? <q>{event.rawText}</q> : event.symbolRaw;
  if (!event.receipt) return <span className="text-muted">{words}</span>;
  return (
    <Link to={`/events/${event.receipt}`} className="inline-block rounded break-words text-accent hover:underline">
      {words}
    </Link>
  );
}
