import { PageHeader } from '../../ui/page-header';

export function WebhookSourcesPage() {
  return <PageHeader title="WebhookSources" />;
}
