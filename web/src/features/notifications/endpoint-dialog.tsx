import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import {
  useCreateWebhookEndpointMutation,
  useUpdateWebhookEndpointMutation,
  WebhookEndpointsDocument,
  type EndpointRowFragment,
  type NotificationType,
} from '../../gql/generated';
import { textOrNull } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Textarea } from '../../ui/input';
import { ShowOnceDialog } from '../../ui/show-once-dialog';
import { toast } from '../../ui/toast';
import { EventChoice } from './event-choice';
import { SelectionTrial } from './selection-trial';
import { useLabelRule } from './use-label-rule';

const EXAMPLE = '{ type text position { symbol } }';

interface EndpointForm {
  label: string;
  url: string;
  events: NotificationType[];
  selection: string;
}

interface EndpointDialogProps {
  /** The webhook to change; without one, a new one is created. */
  endpoint?: EndpointRowFragment;
  onClose: () => void;
}

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text.trim());

/** Creates a webhook out, and shows its secret once; or changes one. */
export function EndpointDialog({ endpoint, onClose }: EndpointDialogProps) {
  const t = useTranslations('endpoints');
  const common = useTranslations('common');
  const isNamed = useLabelRule();
  const { submit, save, secret } = useSave(endpoint, onClose);
  const form = useForm<EndpointForm>({
    defaultValues: {
      ...{ label: endpoint?.channel.label ?? '', url: '', events: endpoint?.events ?? [] },
      selection: endpoint?.isOwnSelection ? endpoint.selection : '',
    },
  });
  const { errors } = form.formState;
  const url = (text: string) => (endpoint && text.trim() === '') || isAddress(text) || t('urlWrong');
  if (secret) {
    return (
      <ShowOnceDialog
        title={t('secretTitle', { label: form.getValues('label').trim() })}
        {...{ code: secret, label: t('secret'), onClose }}
      >
        {t('secretBody')}
      </ShowOnceDialog>
    );
  }
  return (
    <FormDialog
      open
      sheet
      onClose={onClose}
      title={endpoint ? t('editTitle', { label: endpoint.channel.label }) : t('create')}
      submitLabel={endpoint ? common('save') : common('create')}
      onSubmit={(event) => void form.handleSubmit(save)(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('label')} error={errors.label?.message} required>
        <Input autoComplete="off" {...form.register('label', { validate: isNamed })} />
      </Field>
      <Field
        label={t('url')}
        hint={endpoint ? t('urlKeep', { hint: endpoint.channel.addressHint }) : t('urlHint')}
        error={errors.url?.message}
        required={!endpoint}
      >
        <Input type="url" autoComplete="off" spellCheck={false} {...form.register('url', { validate: url })} />
      </Field>
      <Controller
        control={form.control}
        name="events"
        rules={{ validate: (events) => events.length > 0 || t('chooseEvents') }}
        render={({ field, fieldState }) => (
          <EventChoice value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
        )}
      />
      <Field label={t('selection')} hint={t('selectionHint', { example: EXAMPLE })}>
        <Textarea className="font-mono" spellCheck={false} {...form.register('selection')} />
      </Field>
      <SelectionTrial selection={form.watch('selection')} />
    </FormDialog>
  );
}

/** Creates or changes; the secret of a new one is shown by the dialog. */
function useSave(endpoint: EndpointRowFragment | undefined, onClose: () => void) {
  const t = useTranslations('endpoints');
  const submit = useSubmit();
  const [secret, setSecret] = useState<string>();
  // The secret is never put into the cache.
  const [create] = useCreateWebhookEndpointMutation({
    ...{ fetchPolicy: 'no-cache', refetchQueries: [WebhookEndpointsDocument] },
  });
  const [update] = useUpdateWebhookEndpointMutation();
  const save = async (form: EndpointForm): Promise<void> => {
    const label = form.label.trim();
    const shared = { label, events: form.events, selection: textOrNull(form.selection) };
    const done = await submit.run(async () => {
      if (endpoint) {
        const url = form.url.trim();
        await update({ variables: { input: { channelId: endpoint.id, ...shared, ...(url && { url }) } } });
        return;
      }
      const answer = await create({ variables: { input: { ...shared, url: form.url.trim() } } });
      setSecret(answer.data?.createWebhookEndpoint.secret);
    });
    if (!done) return;
    toast.success(t(endpoint ? 'saved' : 'created', { label }));
    if (endpoint) onClose();
  };
  return { submit, save, secret };
}
