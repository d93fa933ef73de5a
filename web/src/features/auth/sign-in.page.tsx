import { useApolloClient } from '@apollo/client/react';
import { useState, type FormEvent } from 'react';
import { Navigate, useNavigate, useSearchParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { MeDocument, useMeQuery, useSignInMutation } from '../../gql/generated';
import { formatSpan } from '../../lib/format';
import { faultOf, type Fault } from '../../lib/graphql-error';
import { useNow } from '../../lib/clock';
import { endedSession } from '../../lib/ended-session';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { Notice } from '../../ui/notice';
import { AuthFrame } from './auth-frame';
import { PasswordInput } from '../../ui/password-input';

/** Allows only addresses of this site as the way back. */
const safeNext = (next: string | null) => (next && /^\/(?![/\\])/.test(next) ? next : '/');

interface Refused extends Fault {
  at: number;
}

/** The sign-in page. After signing in, the user goes on to the address they wanted to open. */
export function SignInPage() {
  const t = useTranslations('auth');
  const client = useApolloClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const next = safeNext(params.get('next'));
  const { data } = useMeQuery();
  const [signIn] = useSignInMutation();
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const [refused, setRefused] = useState<Refused>();
  const { duringAction } = endedSession.use();
  if (data?.me && !busy) return <Navigate replace to={next} />;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = String(form.get('email')).trim();
    const password = String(form.get('password'));
    const gaps = { ...(email ? {} : { email: t('required') }), ...(password ? {} : { password: t('required') }) };
    setMissing(gaps);
    setRefused(undefined);
    if (Object.keys(gaps).length > 0) return;
    setBusy(true);
    try {
      const answer = await signIn({ variables: { input: { email, password } } });
      const user = answer.data?.signIn.user;
      // Data that another user loaded in this tab must not be shown.
      await client.clearStore();
      endedSession.set({ duringAction: false });
      if (user) client.writeQuery({ query: MeDocument, data: { me: user } });
      await navigate(user?.mustChangePassword ? '/change-password' : next, { replace: true });
    } catch (error) {
      setRefused({ ...faultOf(error), at: Date.now() });
      setBusy(false);
    }
  };

  return (
    <AuthFrame title={t('title')}>
      <h1 className="sr-only">{t('title')}</h1>
      {duringAction && (
        <div className="mb-4" role="alert" data-testid="session-ended">
          <Notice tone="warn" title={t('ended.title')}>
            {t('ended.body')}
          </Notice>
        </div>
      )}
      <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label={t('email')} error={missing.email}>
          <Input name="email" type="email" autoComplete="username" autoCapitalize="none" />
        </Field>
        <Field label={t('password')} error={missing.password}>
          <PasswordInput name="password" autoComplete="current-password" />
        </Field>
        {refused && <Refusal refused={refused} />}
        <Button type="submit" tone="primary" busy={busy} className="mt-1 h-10! w-full">
          {t('submit')}
        </Button>
      </form>
      <p className="mt-5 text-center text-xs text-faint">{t('firstRun')}</p>
    </AuthFrame>
  );
}

function Refusal({ refused }: { refused: Refused }) {
  const t = useTranslations('auth');
  const now = useNow();
  const left = Math.ceil(((refused.retryAfterMs ?? 0) - (now - refused.at)) / 1000) * 1000;
  const words = {
    UNAUTHENTICATED: t('wrong'),
    BAD_USER_INPUT: t('wrong'),
    RATE_LIMITED: t('wait', { span: formatSpan(left) }),
    NETWORK: t('network'),
  }[refused.code];
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {words ?? t('failed', { message: refused.message })}
    </p>
  );
}
