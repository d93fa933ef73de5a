import { RotateCw, ShieldCheck, Webhook } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useWebhookSourcesQuery, type SourceRowFragment } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useTradeMode } from '../../lib/preferences';
import { useUrlFilters } from '../../lib/url-filters';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { Select, Textarea } from '../../ui/input';
import { PageHeader } from '../../ui/page-header';
import { Skeleton } from '../../ui/skeleton';
import { LAB_EXAMPLES } from './lab-examples';
import { LabResult } from './lab-result';
import { PhrasesCard } from './phrases-card';

/** Reads and plans a message while it is typed, without storing or trading anything. */
export function SignalLabPage() {
  const t = useTranslations('webhooks.lab');
  const tradeMode = useTradeMode();
  const query = useWebhookSourcesQuery({ variables: { tradeMode } });
  const { error, refetch } = query;
  const sources = useWholeList(query, 'webhookSources');
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Link to="/why" className={buttonClass('plain')}>
            {t('whyNot')}
          </Link>
        }
      />
      <p className="mb-4 flex items-center gap-2.5 rounded-lg border border-ok/40 bg-ok-soft px-3.5 py-2.5 text-sm font-semibold text-ok">
        <ShieldCheck className="size-4.5 shrink-0" aria-hidden />
        {t('safe')}
      </p>
      {error && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      {!sources && !error && <Skeleton className="h-96 rounded-card" />}
      {sources?.length === 0 && (
        <Card>
          <EmptyState
            icon={<Webhook aria-hidden />}
            title={t('noSourceTitle')}
            action={
              <Link to="/sources" className={buttonClass('primary')}>
                {t('toSources')}
              </Link>
            }
          >
            {t('noSourceBody')}
          </EmptyState>
        </Card>
      )}
      {sources && sources.length > 0 && <Lab key={tradeMode} sources={sources} />}
    </>
  );
}

function Lab({ sources }: { sources: readonly SourceRowFragment[] }) {
  const t = useTranslations('webhooks.lab');
  const filters = useUrlFilters(['source']);
  const [message, setMessage] = useState('');
  const [round, setRound] = useState(0);
  const source = sources.find(({ id }) => id === filters.values.source) ?? sources[0];
  if (!source) return null;
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[2fr_3fr]">
      <div className="flex min-w-0 flex-col gap-4">
        <Card>
          <div className="flex flex-col gap-4">
            <Field label={t('source')}>
              <Select value={source.id} onChange={(event) => filters.set({ source: event.target.value })}>
                {sources.map(({ id, label }) => (
                  <option key={id} value={id}>
                    {label}
                  </option>
                ))}
              </Select>
            </Field>
            <Field label={t('message')} hint={t('messageHint')}>
              <Textarea
                data-filter
                rows={5}
                spellCheck={false}
                className="font-mono"
                value={message}
                onChange={(event) => setMessage(event.target.value)}
              />
            </Field>
            <button
              type="button"
              className={`${buttonClass('plain', 'sm')} self-start`}
              disabled={message.trim() === ''}
              onClick={() => setRound((old) => old + 1)}
            >
              <RotateCw className="size-3.5" aria-hidden />
              {t('again')}
            </button>
            <Examples chosen={message} onChoose={setMessage} />
          </div>
        </Card>
        <PhrasesCard key={source.id} source={source} onChanged={() => setRound((old) => old + 1)} />
      </div>
      <LabResult source={source} message={message} round={round} />
    </div>
  );
}

function Examples({ chosen, onChoose }: { chosen: string; onChoose: (text: string) => void }) {
  const t = useTranslations('webhooks.lab');
  return (
    <section aria-label={t('examples')}>
      <h2 className="mb-2 text-xs font-medium text-muted">{t('examples')}</h2>
      <ul className="flex flex-col gap-1">
        {LAB_EXAMPLES.map((text) => (
          <li key={text}>
            <button
              type="button"
              aria-pressed={chosen === text}
              aria-label={t('example', { text })}
              onClick={() => onChoose(text)}
              className="w-full truncate rounded-lg px-2.5 py-1.5 text-left font-mono text-xs text-muted hover:bg-hover hover:text-text aria-pressed:bg-accent-soft aria-pressed:text-accent phone:min-h-11"
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
