import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { NotificationServersDocument, useSetMailServerMutation } from '../../gql/generated';
import { textOrNull } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { PasswordInput } from '../../ui/password-input';
import { Checkbox } from '../../ui/switch';
import { toast } from '../../ui/toast';

const TEXT = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

/** Sets the mail server. Its password is sent once and never shown again. */
export function MailServerDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('notifications.servers');
  const rules = useTranslations('common.rules');
  const again = usePasswordRule();
  const submit = useSubmit();
  const [set] = useSetMailServerMutation({
    ...{ refetchQueries: [NotificationServersDocument], awaitRefetchQueries: true },
  });
  const form = useForm({
    defaultValues: {
      ...{ host: '', port: '587', isTls: false, userName: '', userPassword: '', from: '', password: '' },
    },
  });
  const { errors } = form.formState;
  const required = (text: string) => text.trim() !== '' || rules('required');
  const port = (text: string) =>
    (/^\d{1,5}$/.test(text.trim()) && Number(text) > 0 && Number(text) < 65_536) || t('portWrong');
  const save = form.handleSubmit(async (values) => {
    const input = {
      ...{ host: values.host.trim(), port: Number(values.port), isTls: values.isTls, from: values.from.trim() },
      ...{ userName: textOrNull(values.userName), userPassword: values.userPassword || null },
      password: values.password,
    };
    if (await submit.run(() => set({ variables: { input } }))) {
      toast.success(t('saved'));
      onClose();
    } else form.setValue('password', '');
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('mailTitle')}
      description={t('mailBody')}
      submitLabel={t('save')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] gap-3">
        <Field label={t('host')} error={errors.host?.message} required>
          <Input {...TEXT} {...form.register('host', { validate: required })} />
        </Field>
        <Field label={t('port')} error={errors.port?.message} required>
          <Input inputMode="numeric" {...form.register('port', { validate: port })} />
        </Field>
      </div>
      <Checkbox {...form.register('isTls')}>{t('isTls')}</Checkbox>
      <Field label={t('userName')}>
        <Input {...TEXT} {...form.register('userName')} />
      </Field>
      <Field label={t('userPassword')}>
        <PasswordInput autoComplete="off" {...form.register('userPassword')} />
      </Field>
      <Field label={t('from')} hint={t('fromHint')} error={errors.from?.message} required>
        <Input {...TEXT} {...form.register('from', { validate: required })} />
      </Field>
      <PasswordAgainField real={false} registration={form.register('password', again)} error={errors.password} />
    </FormDialog>
  );
}
