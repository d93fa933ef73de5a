import { PageHeader } from '../../ui/page-header';

export function VaultsPage() {
  return <PageHeader title="Vaults" />;
}
