import type { FieldError, UseFormRegisterReturn } from 'react-hook-form';
import { useForm } from 'react-hook-form';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useSubmit } from '../lib/submit';
import { Field } from './field';
import { FormDialog } from './form-dialog';
import { PasswordInput } from './password-input';

/** The password field at the end of a form that needs the password again. */
export function PasswordAgainField({
  registration,
  error,
  real = true,
}: {
  registration: UseFormRegisterReturn;
  error: FieldError | undefined;
  /** It concerns real money; otherwise the access of the user. */
  real?: boolean;
}) {
  const t = useTranslations('ui.passwordAgain');
  return (
    <Field label={t('label')} hint={t(real ? 'hint' : 'hintPlain')} error={error?.message} required>
      <PasswordInput autoComplete="current-password" {...registration} />
    </Field>
  );
}

/** The rule of the field: it must be filled in. Only the server knows whether the password is correct. */
export const usePasswordRule = () => {
  const t = useTranslations('common.rules');
  return { validate: (text: string) => (text === '' ? t('required') : true) };
};

interface PasswordDialogProps {
  onClose: () => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  /** The action. The dialog closes when it succeeds; after a refusal it stays open and asks again. */
  onConfirm: (password: string) => Promise<unknown>;
  /** It concerns real money, which is the default. */
  real?: boolean;
  danger?: boolean;
  children?: ReactNode;
}

/** Asks for the password before an action that starts trading with real money, or that an open session alone may not do. */
export function PasswordDialog({
  onClose,
  title,
  description,
  confirmLabel,
  onConfirm,
  real = true,
  danger = false,
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
      real={real}
      danger={danger}
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
      <PasswordAgainField
        real={real}
        registration={form.register('password', rule)}
        error={form.formState.errors.password}
      />
    </FormDialog>
  );
}
