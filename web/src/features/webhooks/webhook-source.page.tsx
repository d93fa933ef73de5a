import { FlaskConical, SearchX } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { useUpdateWebhookSourceMutation, useWebhookSourceQuery, type SourceDetailFragment } from '../../gql/generated';
import { BackLink } from '../../ui/back-link';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { DetailBody } from '../../ui/detail-body';
import { Notice } from '../../ui/notice';
import { PageHeader } from '../../ui/page-header';
import { ModeBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { SwitchOffButton } from '../../ui/switch-off-button';
import { BindingsCard } from './bindings-card';
import { PhrasesCard } from './phrases-card';
import { ReceiptTable, useReceiptView } from './receipt-table';
import { SecurityCard } from './security-card';
import { SendCard } from './send-card';
import { SourceDialog } from './source-dialog';
import { SourceState } from './source-state';

const RECEIPTS = 10;

/** One source: how to send to it, its checks, its accounts and its latest signals. */
export function WebhookSourcePage() {
  const t = useTranslations('webhooks.source');
  const { id = '' } = useParams();
  const { data, error, refetch } = useWebhookSourceQuery({ variables: { id } });
  const source = data?.webhookSource;
  const back = <BackLink to="/sources">{t('back')}</BackLink>;
  if (source === null)
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
      {source ? <SourceHeader source={source} back={back} /> : <PageHeader title={t('back')} back={back} />}
      <DetailBody
        error={error}
        onRetry={() => void refetch().catch(() => undefined)}
        skeleton={
          <div aria-busy className="grid gap-4 lg:grid-cols-[3fr_2fr]">
            <Skeleton className="h-96 rounded-card" />
            <Skeleton className="h-96 rounded-card" />
          </div>
        }
      >
        {source && <SourceBody source={source} />}
      </DetailBody>
    </>
  );
}

function SourceHeader({ source, back }: { source: SourceDetailFragment; back: ReactNode }) {
  const t = useTranslations('webhooks.source');
  const [editing, setEditing] = useState(false);
  const [update] = useUpdateWebhookSourceMutation();
  const named = { source: source.label };
  return (
    <>
      <PageHeader
        title={source.label}
        back={back}
        marks={
          <>
            <ModeBadge mode={source.tradeMode} />
            <SourceState source={source} />
          </>
        }
        actions={
          <>
            <SwitchOffButton
              size="md"
              isActive={source.isActive}
              words={{
                turnOn: t('turnOn'),
                turnOff: t('turnOff'),
                question: t('turnOffTitle', named),
                consequence: t('turnOffBody'),
                turnedOn: t('turnedOn', named),
                turnedOff: t('turnedOff', named),
              }}
              armed={
                source.tradeMode === 'REAL'
                  ? { question: t('turnOnTitle', named), consequence: t('turnOnBody', named) }
                  : undefined
              }
              onChange={(isActive, password) =>
                update({ variables: { input: { id: source.id, isActive, password: password ?? null } } })
              }
            />
            <DryRunButton source={source} />
            <Button onClick={() => setEditing(true)}>{t('edit')}</Button>
            <Link to={`/why?source=${source.id}`} className={buttonClass('plain')}>
              {t('whyNot')}
            </Link>
            <Link to={`/lab?source=${source.id}`} className={buttonClass('primary')}>
              <FlaskConical className="size-4" aria-hidden />
              {t('try')}
            </Link>
          </>
        }
      />
      {editing && <SourceDialog tradeMode={source.tradeMode} source={source} onClose={() => setEditing(false)} />}
    </>
  );
}

/** Switches between trading the signals of a source and only planning them. */
function DryRunButton({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.dry');
  const [update] = useUpdateWebhookSourceMutation();
  const named = { source: source.label };
  const isReal = source.tradeMode === 'REAL';
  return (
    <SwitchOffButton
      size="md"
      isActive={!source.dryRun}
      words={{
        turnOn: t('end'),
        turnOff: t('begin'),
        question: t('beginTitle', named),
        consequence: t('beginBody'),
        turnedOn: t('ended', named),
        turnedOff: t('begun', named),
      }}
      armed={isReal ? { question: t('endTitle', named), consequence: t('endBody', named) } : undefined}
      onChange={(trades, password) =>
        update({ variables: { input: { id: source.id, dryRun: !trades, password: password ?? null } } })
      }
    />
  );
}

/** What a source that runs dry does and does not do. */
function DryNotice({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.dry');
  return (
    <div className="lg:col-span-2">
      <Notice tone="warn" title={t('title')}>
        <p>{t('body')}</p>
        <p className="mt-1 font-semibold">{t('noSells')}</p>
        {source.tradeMode === 'REAL' && <p className="mt-1">{t('real')}</p>}
      </Notice>
    </div>
  );
}

function SourceBody({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.source');
  const view = useReceiptView({ withoutSource: true });
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
      {source.adminLocked && (
        <div className="lg:col-span-2">
          <Notice tone="danger">{t('lockedBody')}</Notice>
        </div>
      )}
      {source.dryRun && <DryNotice source={source} />}
      <div className="flex min-w-0 flex-col gap-4">
        <SendCard source={source} />
        <PhrasesCard source={source} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <BindingsCard source={source} />
        <SecurityCard source={source} />
      </div>
      <div className="min-w-0 lg:col-span-2">
        <Card
          flush
          title={t('receipts')}
          actions={
            <>
              <Link to={`/events?source=${source.id}`} className={buttonClass('quiet', 'sm')}>
                {t('allEvents')}
              </Link>
              {view.headButton}
            </>
          }
        >
          <ReceiptTable
            {...{ view, filter: { sourceId: source.id }, tradeMode: source.tradeMode, first: RECEIPTS }}
            withoutSource
          />
        </Card>
      </div>
    </div>
  );
}
