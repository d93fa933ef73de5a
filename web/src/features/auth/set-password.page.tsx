import { useState, type FormEvent } from 'react';
import { Link, useLocation } from 'react-router';
import { useTranslations } from 'use-intl';
import { useSetPasswordWithLinkMutation } from '../../gql/generated';
import { refusalOf } from '../../lib/submit';
import { Button, buttonClass } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { AuthFrame } from '../../ui/auth-frame';
import { NewPasswordFields, newPasswordFaults } from '../../ui/new-password-fields';

/** The page of a one-time link: an invitation, or a reset by an administrator. The token is the part after the #. */
export function SetPasswordPage() {
  const t = useTranslations('auth.link');
  const auth = useTranslations('auth');
  const token = useLocation().hash.slice(1);
  const [set, { loading }] = useSetPasswordWithLinkMutation({ fetchPolicy: 'no-cache' });
  const [faults, setFaults] = useState<ReturnType<typeof newPasswordFaults>>({});
  const [refused, setRefused] = useState<string>();
  const [email, setEmail] = useState<string>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [newPassword = '', again = ''] = ['next', 'again'].map((name) => String(form.get(name)));
    const found = newPasswordFaults(newPassword, again);
    setFaults(found);
    setRefused(undefined);
    if (Object.keys(found).length > 0) return;
    try {
      const { data } = await set({ variables: { input: { token, newPassword } } });
      setEmail(data?.setPasswordWithLink.email);
    } catch (error) {
      const { code, reason, message } = refusalOf(error);
      setRefused(code === 'NETWORK' ? auth('network') : reason === 'LINK_INVALID' ? t('gone') : message);
    }
  };
  if (token === '' || email !== undefined)
    return (
      <AuthFrame title={t('title')}>
        <h1 className="text-lg font-semibold">{t('title')}</h1>
        <div className="mt-4 flex flex-col gap-4">
          {email === undefined ? (
            <Notice tone="warn">{t('noLink')}</Notice>
          ) : (
            <div role="status">
              <Notice tone="ok">{t('done', { email })}</Notice>
            </div>
          )}
          <Link to="/sign-in" className={buttonClass('primary')}>
            {t('toSignIn')}
          </Link>
        </div>
      </AuthFrame>
    );
  return (
    <AuthFrame title={t('title')}>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      <p className="mt-1 text-sm text-muted">{t('body')}</p>
      <form noValidate onSubmit={(event) => void submit(event)} className="mt-4 flex flex-col gap-4">
        <NewPasswordFields faults={faults} />
        {refused && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            {refused}
          </p>
        )}
        <Button type="submit" tone="primary" busy={loading} className="h-10! w-full">
          {t('submit')}
        </Button>
      </form>
    </AuthFrame>
  );
}
