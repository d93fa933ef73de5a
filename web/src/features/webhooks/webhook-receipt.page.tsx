import { SearchX } from 'lucide-react';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { useWebhookReceiptQuery, type WebhookReceiptQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useLiveEvent } from '../../lib/live/events';
import { useThrottledCall } from '../../lib/throttled-call';
import { BackLink } from '../../ui/back-link';
import { Card } from '../../ui/card';
import { CodeBlock } from '../../ui/code-block';
import { EmptyState } from '../../ui/empty-state';
import { DetailBody } from '../../ui/detail-body';
import { Facts } from '../../ui/facts';
import { Price } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { PageHeader } from '../../ui/page-header';
import { Reason } from '../../ui/reason';
import { ActionBadge, ModeBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { StageTimeline } from '../../ui/stage-timeline';
import { SignalOutcomeBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { SymbolLink } from '../../ui/symbol-link';
import { ReceiptAccounts } from './receipt-accounts';
import { UnreadParts } from './unread-parts';

export type ReceiptDetail = NonNullable<WebhookReceiptQuery['webhookReceipt']>;

const REFRESH_MS = 300;
const PLANNING_MS = 1_000;

/** One signal from the first byte to the last stage: how it was read, what each account did, how long it took. */
export function WebhookReceiptPage() {
  const t = useTranslations('webhooks.receipt');
  const format = useFormat();
  const { receipt: name = '' } = useParams();
  const { data, error, refetch } = useWebhookReceiptQuery({ variables: { receipt: name } });
  const receipt = data?.webhookReceipt;
  const reload = useThrottledCall(() => void refetch().catch(() => undefined), REFRESH_MS);
  useLiveEvent('job', reload);
  // A dry run has no job whose events would tell of it.
  const isPlanning = receipt?.dryRun === true && receipt.result.outcome === 'ON_ITS_WAY';
  useEffect(() => {
    if (!isPlanning) return undefined;
    const timer = setInterval(reload, PLANNING_MS);
    return () => clearInterval(timer);
  }, [isPlanning, reload]);
  const back = <BackLink to="/events">{t('back')}</BackLink>;
  if (receipt === null)
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
        title={receipt ? t('title', { time: format.dayTime(receipt.receivedAt) }) : t('back')}
        back={back}
        marks={
          receipt && (
            <>
              <SignalOutcomeBadge outcome={receipt.result.outcome} />
              <ModeBadge mode={receipt.source.tradeMode} />
            </>
          )
        }
      />
      <DetailBody
        error={error}
        onRetry={reload}
        skeleton={
          <div aria-busy className="grid gap-4 lg:grid-cols-[2fr_3fr]">
            <Skeleton className="h-96 rounded-card" />
            <Skeleton className="h-96 rounded-card" />
          </div>
        }
      >
        {receipt && <ReceiptBody receipt={receipt} onTaught={reload} />}
      </DetailBody>
    </>
  );
}

function ReceiptBody({ receipt, onTaught }: { receipt: ReceiptDetail; onTaught: () => void }) {
  const t = useTranslations('webhooks.receipt');
  const format = useFormat();
  const stage = useTranslations('words.stage');
  const last = receipt.timeline.at(-1);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[2fr_3fr]">
      <div className="flex min-w-0 flex-col gap-4">
        {receipt.dryRun && (
          <Notice tone="info" title={t('dryTitle')}>
            {t('dryBody')}
          </Notice>
        )}
        {receipt.reasonCode && (
          <Notice tone="warn">
            <Reason code={receipt.reasonCode} message={receipt.reasonMessage} />
          </Notice>
        )}
        <UnreadParts source={receipt.source} parts={receipt.unread} onTaught={onTaught} />
        <Reading receipt={receipt} />
        <RawMessage receipt={receipt} />
        <Delivery receipt={receipt} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <Card
          title={t('timeline')}
          actions={
            last && (
              <span className="num text-xs text-muted">
                {t('total', { ms: format.count(last.offsetMs), stage: stage(last.stage) })}
              </span>
            )
          }
        >
          <StageTimeline label={t('timeline')} entries={receipt.timeline} dry={receipt.dryRun} />
        </Card>
        <Card title={receipt.dryRun ? t('accountsDry') : t('accounts')} flush>
          <ReceiptAccounts receipt={receipt} />
        </Card>
      </div>
    </div>
  );
}

function Reading({ receipt }: { receipt: ReceiptDetail }) {
  const t = useTranslations('webhooks.receipt');
  const event = receipt.events[0];
  if (!receipt.action) return null;
  return (
    <Card title={t('reading')}>
      <Facts
        facts={[
          [t('action'), <ActionBadge key="action" action={receipt.action} />],
          [
            t('symbol'),
            receipt.symbol && (
              <>
                <SymbolLink symbol={receipt.symbol} />
                {event && event.symbolRaw !== receipt.symbol && (
                  <span className="block text-xs text-faint">{t('symbolAs', { raw: event.symbolRaw })}</span>
                )}
              </>
            ),
          ],
          [t('timeframe'), event?.timeframe],
          [t('price'), event?.priceReference && <Price value={event.priceReference} />],
        ]}
      />
    </Card>
  );
}

/** The message as received, with JSON formatted. Old receipts have the message on their events. */
function RawMessage({ receipt }: { receipt: ReceiptDetail }) {
  const t = useTranslations('webhooks.receipt');
  const event = receipt.events[0];
  const payload = event?.rawPayload;
  const text = receipt.message ?? event?.rawText ?? (payload ? JSON.stringify(payload) : null);
  const isRefused = receipt.outcome === 'REFUSED';
  if (text === null && !isRefused) return null;
  return (
    <Card title={t('raw')}>
      {text === null ? (
        <p className="text-sm text-muted">{t('noRaw')}</p>
      ) : (
        <CodeBlock code={laidOut(text)} label={t('rawText')} />
      )}
    </Card>
  );
}

/** Formats JSON, unless that would lose something, such as a key that is given twice. */
function laidOut(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const packed = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_all, inQuotes: string | undefined) => inQuotes ?? '');
    return JSON.stringify(value) === packed ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}

function Delivery({ receipt }: { receipt: ReceiptDetail }) {
  const t = useTranslations('webhooks.receipt');
  const format = useFormat();
  return (
    <Card title={t('delivery')}>
      <Facts
        facts={[
          [
            t('source'),
            <Link key="source" to={`/sources/${receipt.source.id}`} className="rounded text-accent hover:underline">
              {receipt.source.label}
            </Link>,
          ],
          [t('received'), <Time key="received" at={receipt.receivedAt} withDay />],
          [
            t('status'),
            <span key="status" className="num">
              {receipt.httpStatus}
            </span>,
          ],
          [t('sender'), receipt.sourceIp && <span className="num">{receipt.sourceIp}</span>],
          [
            t('size'),
            <span key="size" className="num">
              {t('bytes', { count: format.count(receipt.bodyBytes) })}
            </span>,
          ],
          [t('duplicates'), t('duplicatesNote', { count: receipt.duplicates })],
          [t('receiptId'), <Id key="receipt" text={receipt.receipt} />],
          [t('identity'), receipt.eventUid && <Id text={receipt.eventUid} />],
        ]}
      />
    </Card>
  );
}

const Id = ({ text }: { text: string }) => <span className="font-mono text-xs break-all">{text}</span>;
