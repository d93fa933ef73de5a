import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { useRotateWebhookEndpointSecretMutation, type EndpointRowFragment } from '../../gql/generated';
import { countFault } from '../../lib/field-rules';
import { useFormat } from '../../lib/format';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { ShowOnceDialog } from '../../ui/show-once-dialog';

const HOURS = { least: 0, most: 168, required: true };

/** Gives a webhook out a new secret, shown once; the old one signs too for some hours. */
export function EndpointSecretDialog({ endpoint, onClose }: { endpoint: EndpointRowFragment; onClose: () => void }) {
  const t = useTranslations('endpoints');
  const rules = useTranslations('common.rules');
  const format = useFormat();
  const { label } = endpoint.channel;
  const [hours, setHours] = useState('24');
  const [made, setMade] = useState<{ secret: string; oldValidUntil: string | null }>();
  // The secret is never put into the cache.
  const [rotate] = useRotateWebhookEndpointSecretMutation({ fetchPolicy: 'no-cache' });
  const submit = useSubmit();
  const fault = countFault(hours, HOURS);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (fault) return;
    const input = { channelId: endpoint.id, keepOldHours: Number(hours) };
    void submit.run(async () => setMade((await rotate({ variables: { input } })).data?.rotateWebhookEndpointSecret));
  };
  if (made) {
    return (
      <ShowOnceDialog title={t('secretTitle', { label })} code={made.secret} label={t('secret')} onClose={onClose}>
        {t('secretBody')}{' '}
        {made.oldValidUntil ? t('oldUntil', { at: format.dayTime(made.oldValidUntil) }) : t('oldEnded')}
      </ShowOnceDialog>
    );
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('rotateTitle', { label })}
      description={t('rotateBody')}
      submitLabel={t('rotate')}
      onSubmit={onSubmit}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('keep')} hint={t('keepHint')} error={fault && rules(...fault)} required>
        <Input
          inputMode="numeric"
          className="num text-right"
          value={hours}
          onChange={(event) => setHours(event.target.value)}
        />
      </Field>
    </FormDialog>
  );
}
