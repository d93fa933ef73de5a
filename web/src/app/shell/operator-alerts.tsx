import { ServerCrash } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useMeQuery, useOperatorAlertsQuery } from '../../gql/generated';
import { useRefetchOnLive } from '../../lib/live/events';
import { AlertText } from '../../ui/alert-text';

const SHOWN_MAX = 3;
const ALERTS = ['alert'] as const;
const NOTHING = [] as const;
const ASK_MS = 30_000;
/** These have their own banner, which every user sees. */
const SHOWN_ELSEWHERE = new Set(['CLOCK_SKEW']);

/** The open alerts of the installation, above every page. Only admins see them. */
export function OperatorAlerts() {
  const t = useTranslations('shell.operatorAlerts');
  const { data: session } = useMeQuery({ fetchPolicy: 'cache-only' });
  const skip = !session?.me?.roles.includes('ADMIN');
  const { data, refetch } = useOperatorAlertsQuery({ pollInterval: ASK_MS, fetchPolicy: 'no-cache', skip });
  useRefetchOnLive(skip ? NOTHING : ALERTS, refetch);
  const all = data?.alerts?.edges.map(({ node }) => node) ?? [];
  const open = all.filter(({ isOperators, type }) => isOperators && !SHOWN_ELSEWHERE.has(type));
  if (open.length === 0) return null;
  return (
    <aside
      aria-label={t('label')}
      className="flex flex-col items-center gap-y-0.5 border-b border-warn/40 bg-warn-soft px-4 py-1.5 text-center text-xs font-semibold text-warn"
      data-testid="operator-alerts"
    >
      {open.slice(0, SHOWN_MAX).map(({ id, type, message }) => (
        <span key={id} className="inline-flex flex-wrap items-center justify-center gap-x-2">
          <ServerCrash className="size-3.5 shrink-0" aria-hidden />
          <AlertText type={type} message={message} />
        </span>
      ))}
      {open.length > SHOWN_MAX && <span>{t('more', { count: open.length - SHOWN_MAX })}</span>}
    </aside>
  );
}
