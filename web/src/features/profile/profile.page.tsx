import { useTranslations } from 'use-intl';
import { PageHeader } from '../../ui/page-header';
import { AboutCard } from './about-card';
import { ConfirmationsCard } from './confirmations-card';
import { LoginHistoryCard } from './login-history-card';
import { LookCard } from './look-card';
import { PasskeysCard } from './passkeys-card';
import { PasswordCard } from './password-card';
import { SessionsCard } from './sessions-card';
import { TokensCard } from './tokens-card';
import { TwoFactorCard } from './two-factor-card';

/** Who this user is, who can sign in as them, what programs may do in their name, and how the page looks. */
export function ProfilePage() {
  const t = useTranslations('profile');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <TokensCard />
          <SessionsCard />
          <LoginHistoryCard />
        </div>
        <div className="flex min-w-0 flex-col gap-4 max-xl:-order-1 max-xl:grid max-xl:gap-4 min-[900px]:max-xl:grid-cols-2">
          <AboutCard />
          <PasswordCard />
          <TwoFactorCard />
          <PasskeysCard />
          <ConfirmationsCard />
          <LookCard />
        </div>
      </div>
    </>
  );
}
