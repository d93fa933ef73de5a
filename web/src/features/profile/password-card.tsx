import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';

/** Leads to the page on which the password is changed. */
export function PasswordCard() {
  const t = useTranslations('profile.password');
  return (
    <Card title={t('title')}>
      <p className="mb-3 text-sm text-muted">{t('body')}</p>
      <Link to="/change-password" className={buttonClass()}>
        {t('change')}
      </Link>
    </Card>
  );
}
