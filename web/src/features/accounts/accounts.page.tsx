import { PageHeader } from '../../ui/page-header';

export function AccountsPage() {
  return <PageHeader title="Accounts" />;
}
