import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useRotateWebhookSecretMutation, type SourceDetailFragment, type WebhookSecretKind } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Dialog } from '../../ui/dialog';
import { FormDialog } from '../../ui/form-dialog';
import { Notice } from '../../ui/notice';

interface RotateSecretProps {
  source: SourceDetailFragment;
  kind: WebhookSecretKind;
  isNew: boolean;
  onClose: () => void;
}

/** Asks, creates the secret, and shows it once. Closing by accident would lose it, so the first attempt only warns. */
export function RotateSecretDialog({ source, kind, isNew, onClose }: RotateSecretProps) {
  const t = useTranslations('webhooks.security');
  const submit = useSubmit();
  // Secrets are never put into the cache.
  const [rotate] = useRotateWebhookSecretMutation({ fetchPolicy: 'no-cache', refetchQueries: ['WebhookSource'] });
  const [secret, setSecret] = useState<string>();
  const [warned, setWarned] = useState(false);
  const name = t(kind).toLowerCase();
  if (secret !== undefined)
    return (
      <Dialog
        open
        onOpenChange={() => (warned ? onClose() : setWarned(true))}
        title={t('secret', { kind: name })}
        footer={
          <Button tone="primary" onClick={onClose}>
            {t('stored')}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <Notice tone="warn" title={t('onceTitle')}>
            {t('onceBody')}
          </Notice>
          <CodeBlock code={secret} label={t(kind)} />
          {warned && <Notice tone="danger">{t('closeTwice')}</Notice>}
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t(isNew ? 'makeTitle' : 'rotateTitle', { kind: name })}
      description={isNew ? t('makeBody') : `${t('rotateBody')} ${t('makeBody')}`}
      submitLabel={isNew ? t('make') : t('rotate')}
      danger={!isNew}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(async () => {
          const { data } = await rotate({ variables: { input: { sourceId: source.id, kind } } });
          setSecret(data?.rotateWebhookSecret.secret);
        });
      }}
    />
  );
}
