import { PageHeader } from '../../ui/page-header';

export function VaultPage() {
  return <PageHeader title="Vault" />;
}
