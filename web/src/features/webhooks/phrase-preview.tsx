import { skipToken } from '@apollo/client/react';
import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import {
  usePreviewPhraseQuery,
  type PhraseMeaning,
  type PreviewPhraseQuery,
  type TradeMode,
} from '../../gql/generated';
import { useDebounced } from '../../lib/debounced';
import { refusalOf } from '../../lib/submit';
import { ErrorPanel } from '../../ui/error-panel';
import { Notice } from '../../ui/notice';
import { ActionBadge } from '../../ui/signal-badges';
import { Skeleton } from '../../ui/skeleton';
import { Time } from '../../ui/time';

type Found = PreviewPhraseQuery['previewPhrase'];
type Changed = Found['examples'][number];

const TYPING_MS = 350;

/** The source that learns the phrase. */
export interface PhraseSource {
  id: string;
  label: string;
  tradeMode: TradeMode;
}

export interface Preview {
  /** `known`: the preview belongs to exactly this phrase and meaning. */
  state: 'nothing' | 'reading' | 'known' | 'failed';
  found: Found | undefined;
  /** Why the phrase is not valid. */
  fault: string | undefined;
  retry: () => void;
  error: unknown;
}

interface Asked {
  sourceId: string;
  phrase: string;
  /** Null: the phrase is removed. Undefined: no meaning is chosen yet. */
  meaning: PhraseMeaning | null | undefined;
}

/** What a phrase would have changed, read when typing pauses. A preview of another phrase is never shown. */
export function usePhrasePreview({ sourceId, phrase, meaning }: Asked): Preview {
  const now = JSON.stringify([phrase.trim(), meaning]);
  const settled = useDebounced(now, TYPING_MS);
  const isAsked = phrase.trim() !== '' && meaning !== undefined && settled === now;
  const { data, error, loading, refetch } = usePreviewPhraseQuery(
    isAsked
      ? { variables: { input: { sourceId, phrase: phrase.trim(), meaning } }, fetchPolicy: 'no-cache' }
      : skipToken,
  );
  const fault = error ? refusalOf(error).fields.find(({ path }) => path === 'phrase')?.message : undefined;
  const common = { fault: isAsked ? fault : undefined, error, retry: () => void refetch().catch(() => undefined) };
  const nothing = { ...common, state: 'nothing', found: undefined } as const;
  if (phrase.trim() === '' || meaning === undefined) return nothing;
  if (!isAsked || loading) return { ...common, state: 'reading', found: undefined };
  if (error) return fault ? nothing : { ...common, state: 'failed', found: undefined };
  return data
    ? { ...common, state: 'known', found: data.previewPhrase as Found }
    : { ...common, state: 'reading', found: undefined };
}

/** What would have changed in the last messages of the source. Space is reserved, so that nothing moves. */
export function PhrasePreview({ preview, source }: { preview: Preview; source: PhraseSource }) {
  const t = useTranslations('webhooks.phrases');
  const { state, found } = preview;
  return (
    <section aria-label={t('preview')} className="min-h-72 rounded-lg border border-line bg-bg p-3.5 text-sm">
      <h3 className="mb-2 text-xs font-medium text-muted">{t('preview')}</h3>
      <div role="status" aria-busy={state === 'reading'}>
        {state === 'nothing' && <p className="text-muted">{t('previewNothing')}</p>}
        {state === 'reading' && (
          <>
            <p className="sr-only">{t('previewReading')}</p>
            <Skeleton className="h-5 w-2/3" />
            <Skeleton className="mt-3 h-16 w-full" />
          </>
        )}
        {state === 'failed' && <ErrorPanel error={preview.error} onRetry={preview.retry} />}
        {state === 'known' && found && <Findings found={found} source={source} />}
      </div>
    </section>
  );
}

function Findings({ found, source }: { found: Found; source: PhraseSource }) {
  const t = useTranslations('webhooks.phrases');
  return (
    <div className="flex flex-col gap-3">
      <p className="font-semibold">
        {found.read === 0 ? t('noMessages') : t('changed', { read: found.read, changed: found.changed })}
      </p>
      {found.newBuys > 0 && (
        <Notice tone="danger" title={t('newBuys', { count: found.newBuys })}>
          {t(source.tradeMode === 'REAL' ? 'newBuysReal' : 'newBuysBody')}
        </Notice>
      )}
      {found.lostSells > 0 && (
        <Notice tone="warn" title={t('lostSells', { count: found.lostSells })}>
          {t('lostSellsBody')}
        </Notice>
      )}
      {found.changes.length > 0 && (
        <ul aria-label={t('becomes')} className="flex flex-wrap gap-x-5 gap-y-1.5">
          {found.changes.map(({ from, to, count }) => (
            <li key={`${from} ${to}`} className="flex items-center gap-1.5">
              <span className="num font-semibold">{count} ×</span>
              <Becomes from={<ActionBadge action={from} />} to={<ActionBadge action={to} />} />
              {from === to && <span className="text-xs text-muted">{t('otherSymbolOrPrice')}</span>}
            </li>
          ))}
        </ul>
      )}
      {found.examples.length > 0 && <Examples examples={found.examples} total={found.changed} />}
      {!found.isComplete && <p className="text-xs text-muted">{t('incomplete')}</p>}
      {found.unread > 0 && <p className="text-xs text-muted">{t('tooLong', { count: found.unread })}</p>}
    </div>
  );
}

function Examples({ examples, total }: { examples: readonly Changed[]; total: number }) {
  const t = useTranslations('webhooks.phrases');
  return (
    <div>
      <ul aria-label={t('examples')} className="divide-y divide-line/60 border-y border-line/60">
        {examples.map((each) => (
          <li key={each.receipt} className="flex items-start gap-3 py-2">
            <span className="min-w-0 flex-1">
              <code className="line-clamp-2 font-mono text-xs break-words">{each.message}</code>
              <span className="text-2xs text-faint">
                <Time at={each.receivedAt} withDay />
              </span>
            </span>
            <Becomes from={<ActionBadge action={each.before.action} />} to={<Traded reading={each.after} />} />
          </li>
        ))}
      </ul>
      {total > examples.length && (
        <p className="mt-1.5 text-xs text-faint">{t('andMore', { count: total - examples.length })}</p>
      )}
    </div>
  );
}

function Traded({ reading }: { reading: Changed['after'] }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <ActionBadge action={reading.action} />
      {reading.action !== 'UNKNOWN' && <span className="text-xs font-semibold">{reading.symbol}</span>}
    </span>
  );
}

function Becomes({ from, to }: { from: ReactNode; to: ReactNode }) {
  const t = useTranslations('webhooks.phrases');
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5">
      {from}
      <ArrowRight className="size-3.5 text-faint" aria-label={t('to')} />
      {to}
    </span>
  );
}
