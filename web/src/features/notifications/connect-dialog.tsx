import { useForm, type UseFormReturn } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import {
  NotificationChannelsDocument,
  useConnectNotificationChannelMutation,
  type ConnectNotificationChannelInput,
} from '../../gql/generated';
import { textOrNull } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Select } from '../../ui/input';
import { PasswordInput } from '../../ui/password-input';
import { toast } from '../../ui/toast';
import { useLabelRule } from './use-label-rule';

const KINDS = ['TELEGRAM', 'WHATSAPP', 'EMAIL', 'NTFY'] as const;
type Kind = (typeof KINDS)[number];

interface ConnectForm {
  kind: Kind;
  label: string;
  address: string;
  botToken: string;
  chatId: string;
  number: string;
  url: string;
  topic: string;
  token: string;
}

const inputOf = (form: ConnectForm): ConnectNotificationChannelInput => {
  const label = form.label.trim();
  switch (form.kind) {
    case 'TELEGRAM':
      return { label, telegram: { botToken: form.botToken.trim(), chatId: form.chatId.trim() } };
    case 'WHATSAPP':
      return { label, whatsApp: { number: form.number.trim() } };
    case 'EMAIL':
      return { label, email: { address: form.address.trim() } };
    case 'NTFY':
      return { label, ntfy: { url: form.url.trim(), topic: form.topic.trim(), token: textOrNull(form.token) } };
  }
};

/** Connects a channel. What is secret is sent once and never shown again. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('notifications.connect');
  const kinds = useTranslations('notifications.kinds');
  const validate = useLabelRule();
  const submit = useSubmit();
  const [connect] = useConnectNotificationChannelMutation({
    ...{ refetchQueries: [NotificationChannelsDocument], awaitRefetchQueries: true },
  });
  const form = useForm<ConnectForm>({
    defaultValues: {
      ...{ kind: 'TELEGRAM', label: '', address: '', botToken: '', chatId: '', number: '' },
      ...{ url: 'https://ntfy.sh', topic: '', token: '' },
    },
    shouldUnregister: false,
  });
  const save = form.handleSubmit(async (values) => {
    if (!(await submit.run(() => connect({ variables: { input: inputOf(values) } })))) return;
    toast.success(t('done', { label: values.label.trim() }));
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('title')}
      description={t('body')}
      submitLabel={t('submit')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('kind')}>
        <Select {...form.register('kind')}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kinds(kind)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('label')} hint={t('labelHint')} error={form.formState.errors.label?.message} required>
        <Input autoComplete="off" {...form.register('label', { validate })} />
      </Field>
      <AddressFields key={form.watch('kind')} form={form} kind={form.watch('kind')} />
    </FormDialog>
  );
}

/** The fields of the address of one kind. */
function AddressFields({ form, kind }: { form: UseFormReturn<ConnectForm>; kind: Kind }) {
  const t = useTranslations('notifications.connect');
  const rules = useTranslations('common.rules');
  const { errors } = form.formState;
  const validate = (text: string) => text.trim() !== '' || rules('required');
  const text = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
  switch (kind) {
    case 'TELEGRAM':
      return (
        <>
          <Field label={t('botToken')} hint={t('botTokenHint')} error={errors.botToken?.message} required>
            <PasswordInput autoComplete="off" {...form.register('botToken', { validate, shouldUnregister: true })} />
          </Field>
          <Field label={t('chatId')} hint={t('chatIdHint')} error={errors.chatId?.message} required>
            <Input {...text} {...form.register('chatId', { validate, shouldUnregister: true })} />
          </Field>
        </>
      );
    case 'WHATSAPP':
      return (
        <Field label={t('number')} hint={t('numberHint')} error={errors.number?.message} required>
          <Input {...text} {...form.register('number', { validate, shouldUnregister: true })} />
        </Field>
      );
    case 'EMAIL':
      return (
        <Field label={t('email')} hint={t('emailHint')} error={errors.address?.message} required>
          <Input type="email" {...text} {...form.register('address', { validate, shouldUnregister: true })} />
        </Field>
      );
    case 'NTFY':
      return (
        <>
          <Field label={t('ntfyUrl')} error={errors.url?.message} required>
            <Input type="url" {...text} {...form.register('url', { validate })} />
          </Field>
          <Field label={t('ntfyTopic')} hint={t('ntfyTopicHint')} error={errors.topic?.message} required>
            <Input {...text} {...form.register('topic', { validate, shouldUnregister: true })} />
          </Field>
          <Field label={t('ntfyToken')} hint={t('ntfyTokenHint')}>
            <PasswordInput autoComplete="off" {...form.register('token')} />
          </Field>
        </>
      );
  }
}
