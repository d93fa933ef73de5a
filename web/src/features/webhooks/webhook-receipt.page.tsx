import { PageHeader } from '../../ui/page-header';

export function WebhookReceiptPage() {
  return <PageHeader title="WebhookReceipt" />;
}
