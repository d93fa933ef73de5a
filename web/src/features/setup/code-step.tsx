import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useCheckSetupCodeMutation, type CheckSetupCodeMutation } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { SetupRefusal } from './setup-refusal';

interface CodeStepProps {
  /** The code of the link in the log. */
  given: string;
  onChecked: (checked: CheckSetupCodeMutation['checkSetupCode'] & { setupCode: string }) => void;
}

/** Proves that whoever sets up can read the log of the program. */
export function CodeStep({ given, onChecked }: CodeStepProps) {
  const t = useTranslations('setup.code');
  const rules = useTranslations('common.rules');
  const submit = useSubmit();
  const [check] = useCheckSetupCodeMutation({ fetchPolicy: 'no-cache' });
  const form = useForm({ defaultValues: { setupCode: given } });
  const save = form.handleSubmit(({ setupCode }) =>
    submit.run(async () => {
      const { data } = await check({ variables: { input: { setupCode } } });
      if (data) onChecked({ ...data.checkSetupCode, setupCode });
    }),
  );
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t('body')}</p>
      <Field label={t('label')} hint={t('hint')} error={form.formState.errors.setupCode?.message}>
        <Input
          {...{ autoComplete: 'off', autoCapitalize: 'characters', spellCheck: false, className: 'font-mono' }}
          placeholder="ABCD-EFGH-IJKL-MNOP"
          {...form.register('setupCode', { validate: (text) => text.trim() !== '' || rules('required') })}
        />
      </Field>
      <SetupRefusal refusal={submit.refusal} />
      <Button type="submit" tone="primary" busy={submit.busy} className="h-10! w-full">
        {t('submit')}
      </Button>
    </form>
  );
}
