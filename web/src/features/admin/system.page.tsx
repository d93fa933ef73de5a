import { useTranslations } from 'use-intl';
import { PageHeader } from '../../ui/page-header';
import { BackupsCard } from './backups-card';
import { HaltCard } from './halt-card';
import { ProcessesCard } from './processes-card';
import { QueuesCard } from './queues-card';
import { SettingsCard } from './settings-card';
import { SupportCard } from './support-card';

/** What keeps the installation running, for administrators. */
export function SystemPage() {
  const t = useTranslations('system');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="flex min-w-0 flex-col gap-4">
        <HaltCard />
        <ProcessesCard />
        <QueuesCard />
        <BackupsCard />
        <SettingsCard />
        <SupportCard />
      </div>
    </>
  );
}
