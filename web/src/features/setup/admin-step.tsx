import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { NewPasswordFields, newPasswordFaults } from '../../ui/new-password-fields';

/** Who will be the first administrator. */
export interface Person {
  fullName: string;
  email: string;
  password: string;
}

interface AdminStepProps {
  /** What was filled in before. */
  person: Person | undefined;
  onNext: (person: Person) => void;
  onRestore: () => void;
}

/** Name, e-mail and password of the first administrator. Nothing is sent yet. */
export function AdminStep({ person, onNext, onRestore }: AdminStepProps) {
  const t = useTranslations('setup.admin');
  const [faults, setFaults] = useState<ReturnType<typeof newPasswordFaults> & { email?: string }>({});
  const next = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [fullName = '', email = '', password = '', again = ''] = ['fullName', 'email', 'next', 'again'].map((name) =>
      String(form.get(name)),
    );
    const found = {
      ...newPasswordFaults(password, again),
      ...(!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()) && { email: t('emailWrong') }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) onNext({ fullName: fullName.trim(), email: email.trim(), password });
  };
  return (
    <form noValidate onSubmit={next} className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t('body')}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('email')} error={faults.email} required>
          <Input
            {...{ name: 'email', type: 'email', autoComplete: 'username', autoCapitalize: 'none' }}
            defaultValue={person?.email}
          />
        </Field>
        <Field label={t('name')}>
          <Input name="fullName" autoComplete="name" maxLength={190} defaultValue={person?.fullName} />
        </Field>
      </div>
      <NewPasswordFields faults={faults} />
      <Button type="submit" tone="primary" className="h-10! w-full">
        {t('submit')}
      </Button>
      <p className="text-center text-sm text-muted">
        {t('restoreQuestion')}{' '}
        <button
          type="button"
          onClick={onRestore}
          className="rounded font-medium text-accent underline-offset-2 hover:underline"
        >
          {t('restore')}
        </button>
      </p>
    </form>
  );
}
