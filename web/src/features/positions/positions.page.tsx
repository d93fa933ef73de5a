import { PageHeader } from '../../ui/page-header';

export function PositionsPage() {
  return <PageHeader title="Positions" />;
}
