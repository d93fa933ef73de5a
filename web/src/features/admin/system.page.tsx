import { useTranslations } from 'use-intl';
import { PageHeader } from '../../ui/page-header';
import { HaltCard } from './halt-card';

/** What keeps the installation running, for administrators. */
export function SystemPage() {
  const t = useTranslations('system');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="flex min-w-0 flex-col gap-4">
        <HaltCard />
      </div>
    </>
  );
}
