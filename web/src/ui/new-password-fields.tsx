import { useTranslations } from 'use-intl';
import { Field } from './field';
import { PasswordInput } from './password-input';

// The same limits as on the server.
const SHORTEST = 10;
const LONGEST = 200;

/** Messages of `auth.change` for the two fields; empty when the new password can be sent. */
export const newPasswordFaults = (next: string, again: string): { next?: 'tooShort'; again?: 'different' } => ({
  ...(next.length >= SHORTEST && next.length <= LONGEST ? {} : { next: 'tooShort' as const }),
  ...(next === again ? {} : { again: 'different' as const }),
});

/** A new password, twice. */
export function NewPasswordFields({ faults }: { faults: ReturnType<typeof newPasswordFaults> }) {
  const t = useTranslations('auth.change');
  return (
    <>
      <Field label={t('next')} hint={t('hint')} error={faults.next && t(faults.next)}>
        <PasswordInput name="next" autoComplete="new-password" />
      </Field>
      <Field label={t('again')} error={faults.again && t(faults.again)}>
        <PasswordInput name="again" autoComplete="new-password" />
      </Field>
    </>
  );
}
