import { PageHeader } from '../../ui/page-header';

export function WebhookSourcePage() {
  return <PageHeader title="WebhookSource" />;
}
