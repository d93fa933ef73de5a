import { useForm, type UseFormReturn } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import {
  NotificationSettingsDocument,
  useNotificationSettingsQuery,
  useSaveNotificationSettingsMutation,
  type NotificationLocale,
  type NotificationSettingsQuery,
} from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { Input, Select } from '../../ui/input';
import { LateNotice, RefusalNotice } from '../../ui/refusal-notice';
import { Skeleton } from '../../ui/skeleton';
import { Checkbox } from '../../ui/switch';
import { toast } from '../../ui/toast';

const EVERY = [1, 2, 3, 4, 6, 8, 12, 24] as const;
type Settings = NotificationSettingsQuery['notificationSettings'];

interface TimesValues {
  locale: NotificationLocale;
  timeZone: string;
  isQuiet: boolean;
  from: string;
  to: string;
  everyHours: string;
  at: string;
}

/** Quiet hours, summary, language and time zone of messages. */
export function TimesCard() {
  const t = useTranslations('notifications.times');
  const settings = useNotificationSettingsQuery({ fetchPolicy: 'cache-first' }).data?.notificationSettings;
  return (
    <Card title={t('title')}>
      {settings ? <TimesForm settings={settings} /> : <Skeleton className="h-72 w-full" />}
    </Card>
  );
}

function TimesForm({ settings }: { settings: Settings }) {
  const t = useTranslations('notifications.times');
  const submit = useSubmit();
  const [saveSettings] = useSaveNotificationSettingsMutation({
    ...{ refetchQueries: [NotificationSettingsDocument], awaitRefetchQueries: true },
  });
  const form = useForm<TimesValues>({
    defaultValues: {
      ...{ locale: settings.locale, timeZone: settings.timeZone, isQuiet: settings.quietHours !== null },
      ...{ from: settings.quietHours?.from ?? '22:00', to: settings.quietHours?.to ?? '07:00' },
      ...{ everyHours: String(settings.digest.everyHours), at: settings.digest.at },
    },
  });
  const { errors } = form.formState;
  const isQuiet = form.watch('isQuiet');
  const validate = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text) || t('timeWrong');
  const save = form.handleSubmit(async ({ locale, timeZone, from, to, everyHours, at, ...rest }) => {
    const input = {
      ...{ locale, timeZone: timeZone.trim(), quietHours: rest.isQuiet ? { from, to } : null },
      digest: { everyHours: Number(everyHours), at },
    };
    if (await submit.run(() => saveSettings({ variables: { input } }))) toast.success(t('saved'));
  });
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
      <Checkbox {...form.register('isQuiet')}>
        {t('quiet')} <span className="block text-xs text-faint">{t('quietBody')}</span>
      </Checkbox>
      {isQuiet && (
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('from')} error={errors.from?.message}>
            <Input type="time" {...form.register('from', { validate })} />
          </Field>
          <Field label={t('to')} error={errors.to?.message}>
            <Input type="time" {...form.register('to', { validate })} />
          </Field>
        </div>
      )}
      <DigestFields form={form} validate={validate} />
      <Field label={t('zone')} hint={t('zoneHint')} required>
        <Input autoComplete="off" spellCheck={false} {...form.register('timeZone')} />
      </Field>
      <Field label={t('locale')}>
        <Select {...form.register('locale')}>
          {(['EN', 'PT_BR'] satisfies NotificationLocale[]).map((locale) => (
            <option key={locale} value={locale}>
              {locale === 'EN' ? 'English' : 'Português (Brasil)'}
            </option>
          ))}
        </Select>
      </Field>
      <LateNotice late={submit.late} repeatable />
      <RefusalNotice refusal={submit.refusal} repeatable />
      <Button type="submit" tone="primary" busy={submit.busy} className="self-start">
        {t('save')}
      </Button>
    </form>
  );
}

interface DigestFieldsProps {
  form: UseFormReturn<TimesValues>;
  validate: (text: string) => string | true;
}

/** How often and when a summary is sent. */
function DigestFields({ form, validate }: DigestFieldsProps) {
  const t = useTranslations('notifications.times');
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label={t('every')}>
        <Select {...form.register('everyHours')}>
          {EVERY.map((count) => (
            <option key={count} value={count}>
              {t('hours', { count })}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('at')} error={form.formState.errors.at?.message}>
        <Input type="time" {...form.register('at', { validate })} />
      </Field>
    </div>
  );
}
