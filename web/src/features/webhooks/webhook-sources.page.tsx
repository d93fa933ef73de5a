import { Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useTranslations } from 'use-intl';
import { RealTradingNotice } from '../../actions/real-trading-notice';
import { useWebhookSourcesQuery, type SourceRowFragment } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { formatSpan } from '../../lib/format';
import { useTradeMode } from '../../lib/preferences';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { useListView } from '../../ui/list-view';
import { PageHeader } from '../../ui/page-header';
import { SourceDialog } from './source-dialog';
import { SourceState } from './source-state';

/** The webhook sources of the chosen mode. */
export function WebhookSourcesPage() {
  const t = useTranslations('webhooks.sources');
  const tradeMode = useTradeMode();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const query = useWebhookSourcesQuery({ variables: { tradeMode } });
  const { error, loading, refetch } = query;
  const sources = useWholeList(query, 'webhookSources');
  const view = useListView('sources', { caption: t('caption'), columns: useSourceColumns() });
  const createButton = (
    <Button tone="primary" onClick={() => setCreating(true)}>
      <Plus className="size-4" aria-hidden />
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <>
            {view.columnsButton}
            {createButton}
          </>
        }
      />
      <RealTradingNotice />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      <Card flush>
        <DataTable
          {...view.table}
          rows={sources ?? []}
          rowKey={(source) => source.id}
          hrefOf={(source) => `/sources/${source.id}`}
          loading={!sources && loading}
          empty={
            !error && (
              <EmptyState icon={<Webhook aria-hidden />} title={t('emptyTitle')} action={createButton}>
                {tradeMode === 'REAL' ? t('emptyReal') : t('emptyBody')}
              </EmptyState>
            )
          }
        />
      </Card>
      {creating && (
        <SourceDialog
          tradeMode={tradeMode}
          onClose={() => setCreating(false)}
          onCreated={(id) => void navigate(`/sources/${id}`)}
        />
      )}
    </>
  );
}

const useSourceColumns = (): Column<SourceRowFragment>[] => {
  const t = useTranslations('webhooks.sources');
  return [
    { id: 'label', header: t('columns.label'), width: 190, cell: (source) => source.label },
    {
      id: 'state',
      header: t('columns.state'),
      width: 120,
      card: 'aside',
      cell: (source) => <SourceState source={source} />,
    },
    {
      id: 'checks',
      header: t('columns.checks'),
      width: 290,
      card: 'wide',
      cell: (source) => <Checks source={source} />,
    },
    {
      id: 'accounts',
      header: t('columns.accounts'),
      width: 190,
      card: 'wide',
      cell: (source) =>
        source.bindings.length === 0 ? (
          <Badge tone="warn">{t('noAccounts')}</Badge>
        ) : (
          <span title={source.bindings.map((binding) => binding.account.label).join(', ')}>
            {source.bindings.map((binding) => binding.account.label).join(', ')}
          </span>
        ),
    },
    {
      id: 'limit',
      header: t('columns.limit'),
      width: 90,
      drop: 1,
      align: 'end',
      cell: (source) => <span className="num">{t('perMin', { count: source.rateLimitPerMin })}</span>,
    },
    {
      id: 'url',
      header: t('columns.url'),
      width: 220,
      drop: 2,
      card: 'wide',
      cell: (source) => (
        <span className="flex min-w-0 items-center gap-1">
          <span className="truncate font-mono text-xs text-muted" title={source.url}>
            {source.url}
          </span>
          <CopyButton text={source.url} what={t('copyUrl', { source: source.label })} />
        </span>
      ),
    },
  ];
};

function Checks({ source }: { source: SourceRowFragment }) {
  const t = useTranslations('webhooks.sources.check');
  return (
    <span className="inline-flex gap-1.5">
      <Badge tone={source.allowedIps.length > 0 ? 'ok' : 'neutral'}>
        {source.allowedIps.length > 0 ? t('ips', { count: source.allowedIps.length }) : t('anyIp')}
      </Badge>
      {source.requireSignature && <Badge tone="ok">{t('signature')}</Badge>}
      {source.hasBodyToken && <Badge tone="ok">{t('token')}</Badge>}
      {source.maxLagSec !== null && <Badge tone="ok">{t('lag', { span: formatSpan(source.maxLagSec * 1000) })}</Badge>}
    </span>
  );
}
