import { useTranslations } from 'use-intl';
import {
  NotificationSettingsDocument,
  useNotificationSettingsQuery,
  useSaveNotificationSettingsMutation,
} from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Card } from '../../ui/card';
import { RefusalNotice } from '../../ui/refusal-notice';
import { Checkbox } from '../../ui/switch';

const SWITCHES = [
  ...(['positionAlerts', 'positionOpened', 'positionClosed', 'stopLoss', 'takeProfit', 'vaultAlerts'] as const),
];

/** What WhatsApp, and no other channel, holds back. Each box acts at once. */
export function WhatsAppCard() {
  const t = useTranslations('notifications.whatsApp');
  const switches = useNotificationSettingsQuery({ fetchPolicy: 'cache-first' }).data?.notificationSettings.whatsApp;
  const submit = useSubmit();
  const [save] = useSaveNotificationSettingsMutation({
    ...{ refetchQueries: [NotificationSettingsDocument], awaitRefetchQueries: true },
  });
  if (!switches) return null;
  return (
    <Card title={t('title')}>
      <p className="mb-3 text-sm text-muted">{t('body')}</p>
      <div className="flex flex-col gap-2">
        {SWITCHES.map((name) => (
          <Checkbox
            key={name}
            checked={switches[name]}
            disabled={submit.busy}
            onChange={(event) => {
              const whatsApp = { [name]: event.target.checked };
              void submit.run(() => save({ variables: { input: { whatsApp } } }));
            }}
          >
            {t(name)}
          </Checkbox>
        ))}
      </div>
      <RefusalNotice refusal={submit.refusal} repeatable />
    </Card>
  );
}
