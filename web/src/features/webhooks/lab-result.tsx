import { skipToken } from '@apollo/client/react';
import { FlaskConical } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useDryRunSignalQuery, type DryRunSignalQuery, type SourceRowFragment } from '../../gql/generated';
import { useDebounced } from '../../lib/debounced';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Facts } from '../../ui/facts';
import { Price } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { Reason } from '../../ui/reason';
import { ServerSentence } from '../../ui/server-sentence';
import { ActionBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { LabAccount } from './lab-account';
import { UnreadParts } from './unread-parts';

export type DryRun = DryRunSignalQuery['dryRunSignal'];

const TYPING_MS = 300;

interface LabResultProps {
  source: SourceRowFragment;
  message: string;
  /** Grows when the user wants to read the same message again, with new prices and balances. */
  round: number;
}

/** What would happen to the message. The last answer stays until the next one arrives. */
export function LabResult({ source, message, round }: LabResultProps) {
  const t = useTranslations('webhooks.lab');
  const settled = useDebounced(message, TYPING_MS);
  const isEmpty = settled.trim() === '';
  const query = useDryRunSignalQuery(
    isEmpty
      ? skipToken
      : {
          variables: { input: { sourceId: source.id, message: settled } },
          fetchPolicy: 'no-cache',
          notifyOnNetworkStatusChange: true,
        },
  );
  const { refetch } = query;
  useEffect(() => {
    if (round > 0) void refetch().catch(() => undefined);
  }, [round, refetch]);
  if (isEmpty)
    return (
      <Card>
        <EmptyState icon={<FlaskConical aria-hidden />} title={t('empty')} />
      </Card>
    );
  const explained = (query.data ?? query.previousData)?.dryRunSignal as DryRun | undefined;
  if (query.error && !query.data)
    return <ErrorPanel error={query.error} onRetry={() => void refetch().catch(() => undefined)} />;
  if (!explained) return <Skeleton className="h-96 rounded-card" />;
  return (
    <div className="flex min-w-0 flex-col gap-4" aria-busy={query.loading}>
      <p role="status" className="sr-only">
        {query.loading ? t('busy') : explained.reading.symbol}
      </p>
      <ReadingCard explained={explained} />
      {explained.wouldBeDuplicate && <Notice tone="warn">{t('duplicate')}</Notice>}
      {explained.reasonCode && (
        <Notice tone="warn" title={t('refused')}>
          <Reason code={explained.reasonCode} message={explained.reasonMessage} />
        </Notice>
      )}
      <UnreadParts
        source={source}
        parts={explained.reading.unread}
        onTaught={() => void refetch().catch(() => undefined)}
      />
      <Card title={t('accounts')} flush>
        {explained.accounts.length === 0 ? (
          <div className="flex flex-wrap items-center gap-3 px-4 py-5 text-sm text-muted">
            <span className="flex-1">{t('noAccounts')}</span>
            <Link to={`/sources/${source.id}`} className={buttonClass('plain', 'sm')}>
              {t('bind')}
            </Link>
          </div>
        ) : (
          <ul className="divide-y divide-line">
            {explained.accounts.map((account) => (
              <li key={account.account.id} className="px-4 py-4">
                <LabAccount explained={account} symbol={explained.reading.symbol ?? ''} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

function ReadingCard({ explained: { reading, eventUid } }: { explained: DryRun }) {
  const t = useTranslations('webhooks.lab');
  const receipt = useTranslations('webhooks.receipt');
  return (
    <Card title={t('reading')}>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Facts
          facts={[
            [receipt('action'), <ActionBadge key="action" action={reading.action} />],
            [
              receipt('symbol'),
              <span key="symbol" className="font-semibold">
                {reading.symbol ?? t('notReadSymbol')}
              </span>,
            ],
            [receipt('timeframe'), reading.timeframe],
            [receipt('price'), reading.price !== null && <Price value={reading.price} />],
            [
              t('identity'),
              <span key="identity" className="font-mono text-xs break-all">
                {eventUid}
              </span>,
            ],
          ]}
        />
        <section aria-label={t('matchedTokens')}>
          <h3 className="mb-1.5 text-xs font-medium text-muted">{t('matchedTokens')}</h3>
          {reading.matchedTokens.length === 0 ? (
            <p className="text-sm text-muted">{t('noClues')}</p>
          ) : (
            <ul className="flex list-disc flex-col gap-1 pl-4 text-sm marker:text-faint">
              {reading.matchedTokens.map((clue) => (
                <li key={clue} className="break-words">
                  <ServerSentence message={clue} />
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </Card>
  );
}
