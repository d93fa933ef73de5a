import { useState, type FormEvent } from 'react';
import { useApolloClient } from '@apollo/client/react';
import { useTranslations } from 'use-intl';
import { EntriesPauseDocument, useKillSwitchMutation, type BulkActionFieldsFragment } from '../gql/generated';
import { useIdempotencyKey } from '../lib/idempotency';
import { useOpenPositions } from '../lib/live/open-positions';
import { useSubmit, type Submit } from '../lib/submit';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { FormDialog } from '../ui/form-dialog';
import { Notice } from '../ui/notice';
import { Checkbox } from '../ui/switch';
import { BulkActionResults } from './bulk-action-results';
import { usePlanOfKey, useBulkAction } from './use-bulk-action';

/** The kill switch: says exactly what it does, asks twice, and reports the result of each account. */
export function KillSwitchDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('safety.kill');
  const [step, setStep] = useState<'choose' | 'confirm'>('choose');
  const [closePositions, setClosePositions] = useState(false);
  const [bulkAction, setPlan] = useState<BulkActionFieldsFragment>();
  const client = useApolloClient();
  const { positions } = useOpenPositions();
  const [idempotencyKey, renewKey] = useIdempotencyKey();
  const submit = useSubmit(renewKey);
  const [kill] = useKillSwitchMutation();
  const run = () =>
    submit.run(async () => {
      const answer = await kill({ variables: { input: { closePositions, idempotencyKey } } });
      if (answer.data) setPlan((old) => old ?? answer.data?.killSwitch.bulkAction);
      await client.refetchQueries({ include: [EntriesPauseDocument] }).catch(() => undefined);
    });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (step === 'choose') setStep('confirm');
    else void run();
  };
  // The server reports the plan before it is finished, and also when the answer to the mutation was lost.
  const begun = usePlanOfKey(
    idempotencyKey,
    step === 'confirm' && bulkAction === undefined && (submit.busy || isUnknown(submit)),
  );
  const known = bulkAction ?? begun;
  if (known) {
    return (
      <KillResult
        key={known.id}
        bulkAction={known}
        onClose={onClose}
        onRetried={setPlan}
        onContinue={submit.busy ? undefined : () => void run()}
      />
    );
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={step === 'choose' ? t('title') : t('confirmTitle')}
      description={step === 'choose' ? t('body') : t('confirmBody')}
      submitLabel={step === 'choose' ? t('continue') : t('stop')}
      onSubmit={onSubmit}
      busy={submit.busy}
      late={submit.late}
      repeatable
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

/** Shown when it is not known whether the kill switch was executed. */
const isUnknown = ({ refusal }: Submit): boolean => refusal?.code === 'NETWORK' || refusal?.code === 'INTERNAL';

interface KillResultProps {
  bulkAction: BulkActionFieldsFragment;
  onClose: () => void;
  onRetried: (bulkAction: BulkActionFieldsFragment) => void;
  onContinue: (() => void) | undefined;
}

function KillResult({ bulkAction: made, onClose, onRetried, onContinue }: KillResultProps) {
  const t = useTranslations('safety.kill');
  const bulkAction = useBulkAction(made);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={bulkAction.isTerminal ? t('resultTitle') : t('runningTitle')}
      description={t('resultBody')}
      width="md"
      footer={
        <Button tone="primary" onClick={onClose}>
          {t('done')}
        </Button>
      }
    >
      <BulkActionResults bulkAction={bulkAction} onRetried={onRetried} onContinue={onContinue} />
    </Dialog>
  );
}
