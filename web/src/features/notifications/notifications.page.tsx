import { useTranslations } from 'use-intl';
import { PageHeader } from '../../ui/page-header';
import { ChannelsCard } from './channels-card';
import { DeliveryLog } from './delivery-log';
import { DeviceCard } from './device-card';
import { PageNewsCard } from './page-news-card';
import { RulesCard } from './rules-card';
import { TimesCard } from './times-card';
import { WhatsAppCard } from './whats-app-card';

/** Where and when a person is told of what happens. */
export function NotificationsPage() {
  const t = useTranslations('notifications');
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <DeviceCard />
          <ChannelsCard />
          <RulesCard />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <PageNewsCard />
          <TimesCard />
          <WhatsAppCard />
        </div>
      </div>
      <div className="mt-4">
        <DeliveryLog />
      </div>
    </>
  );
}
