import { useState, type FormEvent } from 'react';
import { useApolloClient } from '@apollo/client/react';
import { useTranslations } from 'use-intl';
import { EntriesPauseDocument, useKillSwitchMutation, type PlanFieldsFragment } from '../gql/generated';
import { useIdempotencyKey } from '../lib/idempotency';
import { useOpenPositions } from '../lib/live/open-positions';
import { useSubmit } from '../lib/submit';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FormDialog } from '../ui/form-dialog';
import { Notice } from '../ui/notice';
import { Checkbox } from '../ui/switch';
import { PlanResults } from './plan-results';

/** Stops everything: says exactly what it does, asks twice, and reports for each account. */
export function KillSwitchDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('safety.kill');
  const [step, setStep] = useState<'choose' | 'confirm'>('choose');
  const [closePositions, setClosePositions] = useState(false);
  const [plan, setPlan] = useState<PlanFieldsFragment>();
  const client = useApolloClient();
  const { positions } = useOpenPositions();
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [kill] = useKillSwitchMutation();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (step === 'choose') {
      setStep('confirm');
      return;
    }
    void submit.run(async () => {
      const answer = await kill({ variables: { input: { closePositions, idempotencyKey } } });
      await client.refetchQueries({ include: [EntriesPauseDocument] });
      if (answer.data) setPlan(answer.data.killSwitch.plan);
    });
  };
  if (plan) return <KillResult plan={plan} onClose={onClose} />;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={step === 'choose' ? t('title') : t('confirmTitle')}
      description={step === 'choose' ? t('body') : t('confirmBody')}
      submitLabel={step === 'choose' ? t('continue') : t('stop')}
      onSubmit={onSubmit}
      busy={submit.busy}
      refusal={submit.refusal}
      danger
      real={step === 'confirm'}
    >
      <ul className="list-disc space-y-1.5 pl-5 text-sm">
        <li>{t('does.pause')}</li>
        <li>{t('does.cancel')}</li>
        {step === 'confirm' && <li>{closePositions ? t('does.close') : t('does.keep')}</li>}
      </ul>
      {step === 'choose' ? (
        <Checkbox checked={closePositions} onChange={(event) => setClosePositions(event.target.checked)}>
          {t('alsoClose', { count: positions.length })}
        </Checkbox>
      ) : (
        <Notice tone="warn" title={t('allAccounts')}>
          {t('after')}
        </Notice>
      )}
    </FormDialog>
  );
}

function KillResult({ plan, onClose }: { plan: PlanFieldsFragment; onClose: () => void }) {
  const t = useTranslations('safety.kill');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('resultTitle')}
      description={t('resultBody')}
      width="md"
      footer={
        <Button tone="primary" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <PlanResults plan={plan} />
    </Dialog>
  );
}
