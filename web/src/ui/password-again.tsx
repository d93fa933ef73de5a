import type { FieldError, UseFormRegisterReturn } from 'react-hook-form';
import { useForm } from 'react-hook-form';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useSubmit } from '../lib/submit';
import { Field } from './field';
import { FormDialog } from './form-dialog';
import { PasswordInput } from './password-input';

/** The password once more, at the end of a form that a session alone may not send. */
export function PasswordAgainField({
  registration,
  error,
}: {
  registration: UseFormRegisterReturn;
  error: FieldError | undefined;
}) {
  const t = useTranslations('ui.passwordAgain');
  return (
    <Field label={t('label')} hint={t('hint')} error={error?.message} required>
      <PasswordInput autoComplete="current-password" {...registration} />
    </Field>
  );
}

/** The rule of the field: it has to be filled in; only the server knows whether it is right. */
export const usePasswordRule = () => {
  const t = useTranslations('common.rules');
  return { validate: (text: string) => (text === '' ? t('required') : true) };
};

interface PasswordDialogProps {
  onClose: () => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  /** Closes when it is done; a refusal is shown, the dialog stays and asks again. */
  onConfirm: (password: string) => Promise<unknown>;
  children?: ReactNode;
}

/** Asks for the password before something that arms real money. */
export function PasswordDialog({
  onClose,
  title,
  description,
  confirmLabel,
  onConfirm,
  children,
}: PasswordDialogProps) {
  const rule = usePasswordRule();
  const submit = useSubmit();
  const form = useForm({ defaultValues: { password: '' } });
  const save = form.handleSubmit(async ({ password }) => {
    const done = await submit.run(() => onConfirm(password));
    if (done) onClose();
    else form.setValue('password', '');
  });
  return (
    <FormDialog
      open
      real
      onClose={onClose}
      title={title}
      description={description}
      submitLabel={confirmLabel}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
    >
      {children}
      <PasswordAgainField registration={form.register('password', rule)} error={form.formState.errors.password} />
    </FormDialog>
  );
}
