import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { TradingHaltDocument, useHaltTradingMutation } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { toast } from '../../ui/toast';

const REASON_MOST = 255;

/** Halts all real trading. It asks for a reason, which every user then reads. */
export function HaltDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('system.halt');
  const rules = useTranslations('common.rules');
  const [halt] = useHaltTradingMutation({ refetchQueries: [TradingHaltDocument], awaitRefetchQueries: true });
  const submit = useSubmit();
  const form = useForm({ defaultValues: { reason: '' } });
  const validate = (text: string) => {
    if (text.trim() === '') return rules('required');
    return text.trim().length <= REASON_MOST || rules('tooLong', { most: REASON_MOST });
  };
  const save = form.handleSubmit(async ({ reason }) => {
    if (!(await submit.run(() => halt({ variables: { input: { reason: reason.trim() } } })))) return;
    toast.success(t('halted'));
    onClose();
  });
  return (
    <FormDialog
      open
      danger
      repeatable
      onClose={onClose}
      title={t('haltTitle')}
      description={t('haltBody')}
      submitLabel={t('halt')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('reason')} hint={t('reasonHint')} error={form.formState.errors.reason?.message} required>
        <Input autoComplete="off" {...form.register('reason', { validate })} />
      </Field>
    </FormDialog>
  );
}
