import { Compass } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { buttonClass } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { PageHeader } from '../ui/page-header';

/** The page of an unknown address. */
export function NotFoundPage() {
  const t = useTranslations('shell.notFound');
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        icon={<Compass aria-hidden />}
        title={t('body')}
        action={
          <Link to="/" className={buttonClass('primary')}>
            {t('back')}
          </Link>
        }
      />
    </>
  );
}
