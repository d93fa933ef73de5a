import { useTranslations } from 'use-intl';
import { NotificationDeliveriesDocument, useRetryNotificationDeliveryMutation } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Sheet } from '../../ui/dialog';
import { Facts } from '../../ui/facts';
import { RefusalNotice } from '../../ui/refusal-notice';
import { ServerSentence } from '../../ui/server-sentence';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { DeliveryStatus, type Delivery } from './delivery-status';

/** One notification: what was sent, each attempt, and the button that sends it again. */
export function DeliverySheet({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const t = useTranslations('notifications.log');
  const type = useTranslations('notifications.types')(delivery.event.type);
  const submit = useSubmit();
  const [retry] = useRetryNotificationDeliveryMutation({ refetchQueries: [NotificationDeliveriesDocument] });
  const { id, status, createdAt, dueAt, sentAt, error, text } = delivery;
  // What is still being tried is not sent twice.
  const canRetry = status === 'SENT' || status === 'FAILED';
  const again = async () => {
    if (await submit.run(() => retry({ variables: { input: { deliveryId: id } } }))) toast.success(t('retried'));
  };
  return (
    <Sheet
      open
      onOpenChange={onClose}
      title={t('entry', { type, channel: delivery.channel.label })}
      footer={
        canRetry && (
          <Button busy={submit.busy} onClick={() => void again()}>
            {t('retry')}
          </Button>
        )
      }
    >
      <Facts
        facts={[
          [t('status'), <DeliveryStatus key="status" status={status} />],
          [t('at'), <Time key="at" at={createdAt} withDay />],
          [t('due'), status === 'PENDING' && <Time key="due" at={dueAt} withDay />],
          [t('sentAt'), sentAt && <Time key="sent" at={sentAt} withDay />],
          [t('error'), error],
        ]}
      />
      {text !== null && (
        <div className="mt-4">
          <p className="mb-1.5 text-xs text-muted">{t('sent')}</p>
          <CodeBlock code={text} label={t('sent')} />
        </div>
      )}
      <Attempts history={delivery.history} />
      <div className="mt-4 empty:hidden">
        <RefusalNotice refusal={submit.refusal} />
      </div>
    </Sheet>
  );
}

function Attempts({ history }: { history: Delivery['history'] }) {
  const t = useTranslations('notifications.log');
  const format = useFormat();
  if (history.length === 0) return null;
  return (
    <section className="mt-4">
      <h3 className="mb-1.5 text-xs text-muted">{t('history')}</h3>
      <ol className="flex flex-col gap-2 text-sm">
        {history.map(({ attempt, outcome, startedAt, durationMs, httpStatus, answer }) => (
          <li key={attempt} className="rounded-lg border border-line px-3 py-2">
            {t('attempt', { number: attempt, outcome: t(`outcomes.${outcome}`) })}{' '}
            <span className="num text-xs text-muted">
              {format.dayTime(startedAt)}
              {durationMs !== null && ` · ${format.count(durationMs)} ms`}
              {httpStatus !== null && ` · HTTP ${httpStatus}`}
            </span>
            {answer && (
              <span className="block font-mono text-xs break-words text-muted">
                <ServerSentence message={answer} mayQuote />
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
