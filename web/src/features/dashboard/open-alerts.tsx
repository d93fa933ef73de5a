import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useOpenAlertsQuery, useResolveAlertMutation, type OpenAlertsQuery } from '../../gql/generated';
import { useRefetchOnLive } from '../../lib/live/events';
import { useSubmit } from '../../lib/submit';
import { AlertText } from '../../ui/alert-text';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { RefusalNotice } from '../../ui/refusal-notice';
import { Age } from '../../ui/time';

type OpenAlert = NonNullable<OpenAlertsQuery['alerts']>['edges'][number]['node'];

const ON = ['alert'] as const;
const ASK_MS = 30_000;

/** The open alerts of this user; nothing while there is none. */
export function OpenAlerts() {
  const t = useTranslations('dashboard.alerts');
  const { data, refetch } = useOpenAlertsQuery({ pollInterval: ASK_MS, fetchPolicy: 'no-cache' });
  useRefetchOnLive(ON, refetch);
  const open = data?.alerts?.edges.map(({ node }) => node) ?? [];
  if (open.length === 0) return null;
  return (
    <Card title={t('title')} flush>
      <ul aria-label={t('title')} className="divide-y divide-line/60" data-testid="open-alerts">
        {open.map((alert) => (
          <AlertRow key={alert.id} alert={alert} onResolved={() => void refetch().catch(() => undefined)} />
        ))}
      </ul>
      <p className="border-t border-line/60 px-4 py-2 text-xs text-faint">{t('hint')}</p>
    </Card>
  );
}

function AlertRow({ alert, onResolved }: { alert: OpenAlert; onResolved: () => void }) {
  const t = useTranslations('dashboard.alerts');
  const kinds = useTranslations('words.alert');
  const [resolve] = useResolveAlertMutation();
  const submit = useSubmit();
  const isUrgent = alert.severity === 'HIGH' || alert.severity === 'CRITICAL';
  const Icon = isUrgent ? CircleAlert : TriangleAlert;
  const onClick = () =>
    void submit
      .run(() => resolve({ variables: { input: { alertId: alert.id } } }))
      .then((isDone) => isDone && onResolved());
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-4 py-2.5 text-sm">
      <Icon className={`mt-0.5 size-4 shrink-0 ${isUrgent ? 'text-danger' : 'text-warn'}`} aria-hidden />
      <div className="min-w-0 flex-1 basis-60">
        <p className="break-words">
          <AlertText type={alert.type} message={alert.message} />
        </p>
        <p className="mt-0.5 text-xs text-muted">
          {alert.isOperators && <>{t('operators')} · </>}
          <Age at={alert.createdAt} />
        </p>
        {submit.refusal && <RefusalNotice refusal={submit.refusal} />}
      </div>
      <Button
        tone="quiet"
        onClick={onClick}
        disabled={submit.busy}
        aria-label={t('resolveOf', { alert: kinds.has(alert.type) ? kinds(alert.type) : alert.type })}
      >
        {t('resolve')}
      </Button>
    </li>
  );
}
