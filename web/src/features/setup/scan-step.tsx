import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useBeginSetupMutation, useCompleteSetupMutation } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { ScanSecret } from '../../ui/scan-secret';
import { Skeleton } from '../../ui/skeleton';
import type { Person } from './admin-step';
import type { Done } from './recovery-step';
import { SetupRefusal } from './setup-refusal';

interface ScanStepProps {
  person: Person;
  setupCode: string;
  onDone: (done: Done) => void;
  onBack: () => void;
}

/** The authenticator app of the first administrator. Its first code makes the user. */
export function ScanStep({ person, setupCode, onDone, onBack }: ScanStepProps) {
  const t = useTranslations('setup.factor');
  const rules = useTranslations('common.rules');
  const [begin] = useBeginSetupMutation({ fetchPolicy: 'no-cache' });
  const [complete] = useCompleteSetupMutation({ fetchPolicy: 'no-cache' });
  const [begun, setBegun] = useState<{ secret: string; qrCode: string }>();
  const { run: load, refusal: notBegun } = useSubmit();
  const submit = useSubmit();
  const form = useForm({ defaultValues: { code: '' } });
  const { email } = person;
  useEffect(() => {
    void load(async () => {
      const { data } = await begin({ variables: { input: { setupCode, email } } });
      setBegun(data?.beginSetup);
    });
  }, [load, begin, setupCode, email]);
  const save = form.handleSubmit(async ({ code }) => {
    const { fullName, password } = person;
    const input = { setupCode, email, password, fullName: fullName || null, code: code.replaceAll(/\s/g, '') };
    const isDone = await submit.run(async () => {
      const { data } = await complete({ variables: { input } });
      if (data) onDone(data.completeSetup);
    });
    if (!isDone) form.setValue('code', '');
  });
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t('body')}</p>
      {begun ? (
        <ScanSecret {...begun} alt={t('qr')} label={t('secret')} />
      ) : (
        !notBegun && <Skeleton className="mx-auto size-52" />
      )}
      <Field label={t('label')} error={form.formState.errors.code?.message}>
        <Input
          {...{ inputMode: 'numeric', autoComplete: 'one-time-code', className: 'num text-center text-lg' }}
          {...form.register('code', { validate: (text) => text.trim() !== '' || rules('required') })}
        />
      </Field>
      <SetupRefusal refusal={notBegun ?? submit.refusal} />
      <div className="flex gap-3">
        <Button className="h-10!" onClick={onBack}>
          {t('back')}
        </Button>
        <Button type="submit" tone="primary" busy={submit.busy} disabled={!begun} className="h-10! flex-1">
          {t('submit')}
        </Button>
      </div>
    </form>
  );
}
