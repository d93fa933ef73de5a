import { useApolloClient } from '@apollo/client/react';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { useTranslations } from 'use-intl';
import { MeDocument, useChangePasswordMutation, useMeQuery } from '../../gql/generated';
import { faultOf } from '../../lib/graphql-error';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { AuthFrame } from '../../ui/auth-frame';
import { NewPasswordFields, newPasswordFaults } from '../../ui/new-password-fields';
import { PasswordInput } from '../../ui/password-input';
import { ServerSentence } from '../../ui/server-sentence';

type Faults = ReturnType<typeof newPasswordFaults> & { current?: string; form?: string };

/** The page on which a user whose password was set by somebody else must choose a new one. */
export function ChangePasswordPage() {
  const t = useTranslations('auth.change');
  const auth = useTranslations('auth');
  const client = useApolloClient();
  const navigate = useNavigate();
  const { data } = useMeQuery({ fetchPolicy: 'cache-only' });
  const [change, { loading }] = useChangePasswordMutation();
  const [faults, setFaults] = useState<Faults>({});

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [current = '', next = '', again = ''] = ['current', 'next', 'again'].map((name) => String(form.get(name)));
    const found: Faults = {
      ...(current ? {} : { current: auth('required') }),
      ...newPasswordFaults(next, again),
    };
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    try {
      await change({ variables: { input: { currentPassword: current, newPassword: next } } });
      if (data?.me)
        client.writeQuery({ query: MeDocument, data: { me: { ...data.me, mustChangePassword: false } as never } });
      await navigate(data?.me?.mustChangePassword ? '/' : '/profile', { replace: true });
    } catch (error) {
      const fault = faultOf(error);
      setFaults(fault.code === 'UNAUTHENTICATED' ? { current: t('wrong') } : { form: fault.message });
    }
  };

  return (
    <AuthFrame title={t('title')}>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      {data?.me?.mustChangePassword && <p className="mt-1 text-sm text-muted">{t('why')}</p>}
      <form noValidate onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
        <input type="hidden" name="username" autoComplete="username" value={data?.me?.email ?? ''} readOnly />
        <Field label={t('current')} error={faults.current}>
          <PasswordInput name="current" autoComplete="current-password" />
        </Field>
        <NewPasswordFields faults={faults} />
        {faults.form && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            <ServerSentence message={faults.form} />
          </p>
        )}
        <Button type="submit" tone="primary" busy={loading} className="h-10! w-full">
          {t('submit')}
        </Button>
      </form>
    </AuthFrame>
  );
}
