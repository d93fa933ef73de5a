import { useTranslations } from 'use-intl';
import {
  useAcknowledgeAlertMutation,
  useCloseAlertMutation,
  type AlertRowFragment,
  type AlertSeverity,
} from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useSubmit } from '../../lib/submit';
import { Badge, type BadgeTone } from '../../ui/badge';
import { Button } from '../../ui/button';
import { RefusalNotice } from '../../ui/refusal-notice';
import { ServerSentence } from '../../ui/server-sentence';

const TONES: Record<AlertSeverity, BadgeTone> = { CRITICAL: 'danger', HIGH: 'danger', MEDIUM: 'warn', LOW: 'neutral' };

/** One alert: what it is, since when, what was done about it, and the two things that can be done. */
export function AlertItem({ alert }: { alert: AlertRowFragment }) {
  const t = useTranslations('alerts');
  const kinds = useTranslations('words.alert');
  const kind = kinds.has(alert.type) ? kinds(alert.type) : alert.type;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
          <Badge tone={TONES[alert.severity]} title={t(`severityHelp.${alert.severity}`)}>
            {t(`severities.${alert.severity}`)}
          </Badge>
          {alert.isOperators && <Badge>{t('operators')}</Badge>}
          {kind}
        </p>
        <p className="mt-1 break-words text-muted">
          <ServerSentence message={alert.message} />
        </p>
        <History alert={alert} />
      </div>
      {alert.resolvedAt === null && <AlertButtons alert={alert} kind={kind} />}
    </li>
  );
}

/** When it was raised, raised again, acknowledged and resolved. */
function History({ alert }: { alert: AlertRowFragment }) {
  const t = useTranslations('alerts');
  const format = useFormat();
  const { createdAt, escalatedAt, escalationLevel, acknowledgedAt, resolvedAt, resolvedByHand } = alert;
  const steps = [
    t('raised', { at: format.dayTime(createdAt) }),
    escalatedAt && t('again', { count: escalationLevel, at: format.dayTime(escalatedAt) }),
    acknowledgedAt && t('acknowledged', { at: format.dayTime(acknowledgedAt) }),
    resolvedAt && t(resolvedByHand ? 'resolved' : 'ended', { at: format.dayTime(resolvedAt) }),
  ];
  return <p className="num mt-1 text-xs text-faint">{steps.filter(Boolean).join(' · ')}</p>;
}

function AlertButtons({ alert, kind }: { alert: AlertRowFragment; kind: string }) {
  const t = useTranslations('alerts');
  const submit = useSubmit();
  const [acknowledge] = useAcknowledgeAlertMutation();
  const [close] = useCloseAlertMutation();
  const variables = { input: { alertId: alert.id } };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {alert.acknowledgedAt === null && (
        <Button
          size="sm"
          disabled={submit.busy}
          aria-label={t('acknowledgeOf', { alert: kind })}
          onClick={() => void submit.run(() => acknowledge({ variables }))}
        >
          {t('acknowledge')}
        </Button>
      )}
      <Button
        size="sm"
        disabled={submit.busy}
        aria-label={t('resolveOf', { alert: kind })}
        onClick={() => void submit.run(() => close({ variables }))}
      >
        {t('resolve')}
      </Button>
      <RefusalNotice refusal={submit.refusal} />
    </div>
  );
}
