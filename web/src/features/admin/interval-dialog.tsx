import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { useSetScheduledJobIntervalMutation, type ScheduledJobRowFragment } from '../../gql/generated';
import { countFault } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { toast } from '../../ui/toast';

const SECOND_MS = 1_000;

interface IntervalDialogProps {
  job: ScheduledJobRowFragment;
  name: string;
  onClose: () => void;
}

/** Changes how often a job runs, within the limits of the job. */
export function IntervalDialog({ job, name, onClose }: IntervalDialogProps) {
  const t = useTranslations('schedule');
  const rules = useTranslations('common.rules');
  const [seconds, setSeconds] = useState(String(job.intervalMs / SECOND_MS));
  const [isTried, setIsTried] = useState(false);
  const [save] = useSetScheduledJobIntervalMutation();
  const submit = useSubmit();
  const limits = { least: Math.ceil(job.intervalMinMs / SECOND_MS), most: Math.floor(job.intervalMaxMs / SECOND_MS) };
  const fault = countFault(seconds, { ...limits, required: true });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (fault) return;
    const input = { name: job.name, intervalMs: Number(seconds) * SECOND_MS };
    void submit
      .run(() => save({ variables: { input } }))
      .then((done) => {
        if (!done) return;
        toast.success(t('saved', { name }));
        onClose();
      });
  };
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('editTitle', { name })}
      submitLabel={t('edit')}
      onSubmit={onSubmit}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
      repeatable
    >
      <Field
        label={t('seconds')}
        hint={t('range', limits)}
        error={isTried && fault ? rules(...fault) : undefined}
        required
      >
        <Input
          inputMode="numeric"
          className="num text-right"
          value={seconds}
          onChange={(event) => setSeconds(event.target.value)}
        />
      </Field>
    </FormDialog>
  );
}
