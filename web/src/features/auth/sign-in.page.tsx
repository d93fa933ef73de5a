import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { useMeQuery, useSignInMutation } from '../../gql/generated';
import { formatSpan } from '../../lib/format';
import { faultOf, type Fault } from '../../lib/graphql-error';
import { useNow } from '../../lib/clock';
import { endedSession } from '../../lib/ended-session';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { Notice } from '../../ui/notice';
import { AuthFrame } from '../../ui/auth-frame';
import { PasskeySignIn } from './passkey-sign-in';
import { PasswordInput } from '../../ui/password-input';
import { useSentenceText } from '../../ui/server-sentence';
import { useEnter } from '../../lib/use-enter';

/** Allows only addresses of this site as the way back. */
const safeNext = (next: string | null) => (next && /^\/(?![/\\])/.test(next) ? next : '/');

interface Refused extends Fault {
  at: number;
}

function readForm(form: HTMLFormElement) {
  const data = new FormData(form);
  const code = data.get('code');
  return {
    ...{ email: String(data.get('email')).trim(), password: String(data.get('password')) },
    ...(code !== null && { code: String(code).trim() }),
  };
}

/** The second step of a sign-in with a second factor. The focus goes to it when it appears. */
function CodeField({ error }: { error: string | undefined }) {
  const t = useTranslations('auth');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <Field label={t('code')} hint={t('codeHint')} error={error}>
      <Input ref={input} name="code" autoComplete="one-time-code" autoCapitalize="none" />
    </Field>
  );
}

/** The sign-in page. After signing in, the user goes on to the address they wanted to open. */
export function SignInPage() {
  const t = useTranslations('auth');
  const [params] = useSearchParams();
  const next = safeNext(params.get('next'));
  const enter = useEnter(next);
  const { data } = useMeQuery();
  const [signIn] = useSignInMutation();
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState<{ email?: string; password?: string; code?: string }>({});
  const [refused, setRefused] = useState<Refused>();
  /** The password was right, and the user has a second factor. */
  const [asksForCode, setAsksForCode] = useState(false);
  const { duringAction } = endedSession.use();
  if (data?.me && !busy) return <Navigate replace to={next} />;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const input = readForm(event.currentTarget);
    // A field that is not shown is undefined, an empty one is missing.
    const gaps = Object.fromEntries(
      Object.entries(input).flatMap(([name, text]) => (text === '' ? [[name, t('required')]] : [])),
    );
    setMissing(gaps);
    setRefused(undefined);
    if (Object.keys(gaps).length > 0) return;
    setBusy(true);
    try {
      const answer = await signIn({ variables: { input } });
      if (answer.data) await enter(answer.data.signIn.user);
    } catch (error) {
      const fault = faultOf(error);
      const isFirstAsk = fault.code === 'SECOND_FACTOR_REQUIRED' && !asksForCode;
      if (isFirstAsk) setAsksForCode(true);
      else setRefused({ ...fault, at: Date.now() });
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
        {asksForCode && <CodeField error={missing.code} />}
        {refused && <Refusal refused={refused} />}
        <Button type="submit" tone="primary" busy={busy} className="mt-1 h-10! w-full">
          {t('submit')}
        </Button>
      </form>
      <PasskeySignIn
        disabled={busy}
        onSignedIn={(user) => {
          // Until it has moved on, the page does not go elsewhere by itself.
          setBusy(true);
          return enter(user);
        }}
      />
      <p className="mt-5 text-center text-xs text-faint">{t('firstRun')}</p>
    </AuthFrame>
  );
}

function Refusal({ refused }: { refused: Refused }) {
  const t = useTranslations('auth');
  const inWords = useSentenceText();
  const now = useNow();
  const left = Math.ceil(((refused.retryAfterMs ?? 0) - (now - refused.at)) / 1000) * 1000;
  const words = {
    UNAUTHENTICATED: t('wrong'),
    BAD_USER_INPUT: t('wrong'),
    SECOND_FACTOR_REQUIRED: t('codeWrong'),
    RATE_LIMITED: t('wait', { span: formatSpan(left) }),
    NETWORK: t('network'),
  }[refused.code];
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {words ?? t('failed', { message: inWords(refused.message) })}
    </p>
  );
}
