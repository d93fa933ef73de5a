import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { NotificationServersDocument, useSetWhatsAppServerMutation, type ServersFragment } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { PasswordInput } from '../../ui/password-input';
import { Checkbox } from '../../ui/switch';
import { toast } from '../../ui/toast';

const TEXT = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;

/** Sets the server of Evolution API. Its key is sent once and never shown again. */
export function WhatsAppServerDialog({
  server,
  onClose,
}: {
  server: ServersFragment['whatsApp'];
  onClose: () => void;
}) {
  const t = useTranslations('notifications.servers');
  const rules = useTranslations('common.rules');
  const password = usePasswordRule();
  const submit = useSubmit();
  const [set] = useSetWhatsAppServerMutation({
    ...{ refetchQueries: [NotificationServersDocument], awaitRefetchQueries: true },
  });
  const form = useForm({
    defaultValues: {
      ...{ address: server?.address ?? '', instanceName: server?.instanceName ?? '', apiKey: '', password: '' },
      ...{ isActive: server?.isActive ?? true, usesOldBody: server?.usesOldBody ?? false },
    },
  });
  const { errors } = form.formState;
  const validate = (text: string) => text.trim() !== '' || rules('required');
  const save = form.handleSubmit(async ({ address, instanceName, apiKey, ...rest }) => {
    const key = apiKey.trim();
    const input = {
      ...{ ...rest, address: address.trim(), instanceName: instanceName.trim() },
      // Left out, the stored key stays.
      ...(key !== '' && { apiKey: key }),
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
      title={t('whatsAppTitle')}
      description={t('whatsAppBody')}
      submitLabel={t('save')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('address')} hint={t('addressHint')} error={errors.address?.message} required>
        <Input type="url" {...TEXT} {...form.register('address', { validate })} />
      </Field>
      <Field label={t('instance')} error={errors.instanceName?.message} required>
        <Input {...TEXT} {...form.register('instanceName', { validate })} />
      </Field>
      <Field label={t('key')} hint={server?.hasKey ? t('keyKept') : undefined}>
        <PasswordInput autoComplete="off" {...form.register('apiKey')} />
      </Field>
      <Checkbox {...form.register('isActive')}>{t('isActive')}</Checkbox>
      <Checkbox {...form.register('usesOldBody')}>{t('usesOldBody')}</Checkbox>
      <PasswordAgainField real={false} registration={form.register('password', password)} error={errors.password} />
    </FormDialog>
  );
}
