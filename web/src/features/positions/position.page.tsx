import { PageHeader } from '../../ui/page-header';

export function PositionPage() {
  return <PageHeader title="Position" />;
}
