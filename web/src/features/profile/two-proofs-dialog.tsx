import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import type { TwoProofsInput } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';

interface TwoProofsProps {
  title: string;
  body: string;
  submitLabel: string;
  danger?: boolean;
  onClose: () => void;
  /** The dialog closes when it succeeds. */
  onProved: (input: TwoProofsInput) => Promise<unknown>;
}

/** Asks for the password and a code before the second factor changes. */
export function TwoProofsDialog({ title, body, submitLabel, danger = false, onClose, onProved }: TwoProofsProps) {
  const t = useTranslations('profile.twoFactor');
  const rule = usePasswordRule();
  const submit = useSubmit();
  const form = useForm({ defaultValues: { code: '', password: '' } });
  const { errors } = form.formState;
  const save = form.handleSubmit(async ({ code, password }) => {
    if (await submit.run(() => onProved({ code: code.trim(), password }))) onClose();
    else form.reset();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={title}
      description={body}
      submitLabel={submitLabel}
      danger={danger}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('proof')} error={errors.code?.message} required>
        <Input autoComplete="one-time-code" autoCapitalize="none" {...form.register('code', rule)} />
      </Field>
      <PasswordAgainField real={false} registration={form.register('password', rule)} error={errors.password} />
    </FormDialog>
  );
}
