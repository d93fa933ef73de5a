import { ServerCrash } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useMeQuery, useOperatorAlertsQuery } from '../../gql/generated';
import { useRefetchOnLive } from '../../lib/live/events';

const SHOWN_MAX = 3;
const ALERTS = ['alert'] as const;
const NOTHING = [] as const;
const ASK_MS = 30_000;
/** Told by a banner of its own, to everybody. */
const TOLD_ELSEWHERE = new Set(['CLOCK_SKEW']);

/** What the operators are alerted of stays above every page of an admin while it lasts; others are shown none of it. */
export function OperatorAlerts() {
  const t = useTranslations('shell.operatorAlerts');
  const { data: session } = useMeQuery({ fetchPolicy: 'cache-only' });
  const skip = !session?.me?.roles.includes('ADMIN');
  const { data, refetch } = useOperatorAlertsQuery({ pollInterval: ASK_MS, fetchPolicy: 'no-cache', skip });
  useRefetchOnLive(skip ? NOTHING : ALERTS, refetch);
  const all = data?.alerts?.edges.map(({ node }) => node) ?? [];
  const open = all.filter(({ isOperators, type }) => isOperators && !TOLD_ELSEWHERE.has(type));
  if (open.length === 0) return null;
  return (
    <aside
      aria-label={t('label')}
      className="flex flex-col items-center gap-y-0.5 border-b border-warn/40 bg-warn-soft px-4 py-1.5 text-center text-xs font-semibold text-warn"
      data-testid="operator-alerts"
    >
      {open.slice(0, SHOWN_MAX).map(({ id, message }) => (
        <span key={id} className="inline-flex flex-wrap items-center justify-center gap-x-2">
          <ServerCrash className="size-3.5 shrink-0" aria-hidden />
          {message}
        </span>
      ))}
      {open.length > SHOWN_MAX && <span>{t('more', { count: open.length - SHOWN_MAX })}</span>}
    </aside>
  );
}
