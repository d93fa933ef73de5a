import type { FieldErrors, UseFormRegister } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { Field } from '../../ui/field';
import { Input, Textarea } from '../../ui/input';
import { PasswordInput } from '../../ui/password-input';

export interface KeyForm {
  apiKey: string;
  apiSecret: string;
  passphrase: string;
}

export const NO_KEYS: KeyForm = { apiKey: '', apiSecret: '', passphrase: '' };

/** The keys as input for the server. */
export const keysInput = ({ apiKey, apiSecret, passphrase }: KeyForm, needsPassphrase: boolean) => ({
  apiKey: apiKey.trim(),
  apiSecret: apiSecret.trim(),
  ...(needsPassphrase && { passphrase: passphrase.trim() }),
});

interface KeyFieldsProps<Form extends KeyForm> {
  register: UseFormRegister<Form>;
  errors: FieldErrors<KeyForm>;
  needsPassphrase: boolean;
  /** The secret of Coinbase is a private key with several lines. */
  isPem: boolean;
}

/** The fields for the API key. The browser does not store them. */
export function KeyFields<Form extends KeyForm>({ register, errors, needsPassphrase, isPem }: KeyFieldsProps<Form>) {
  const t = useTranslations('accounts.keys');
  const rules = useTranslations('common.rules');
  const rule = { validate: (text: string) => (text.trim() === '' ? rules('required') : true) };
  const field = (name: keyof KeyForm) => (register as unknown as UseFormRegister<KeyForm>)(name, rule);
  const plain = { autoComplete: 'off', spellCheck: false, autoCapitalize: 'none', 'data-1p-ignore': true } as const;
  return (
    <>
      <Field label={t('apiKey')} error={errors.apiKey?.message} required>
        <Input {...plain} className="font-mono" {...field('apiKey')} />
      </Field>
      <Field label={t('apiSecret')} hint={isPem ? t('pemHint') : undefined} error={errors.apiSecret?.message} required>
        {isPem ? (
          <Textarea {...plain} rows={4} className="font-mono" {...field('apiSecret')} />
        ) : (
          <PasswordInput {...plain} autoComplete="new-password" {...field('apiSecret')} />
        )}
      </Field>
      {needsPassphrase && (
        <Field label={t('passphrase')} hint={t('passphraseHint')} error={errors.passphrase?.message} required>
          <PasswordInput {...plain} autoComplete="new-password" {...field('passphrase')} />
        </Field>
      )}
      <p className="text-xs text-muted">{t('advice')}</p>
    </>
  );
}
