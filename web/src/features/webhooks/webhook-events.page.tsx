import { PageHeader } from '../../ui/page-header';

export function WebhookEventsPage() {
  return <PageHeader title="WebhookEvents" />;
}
