import { PageHeader } from '../../ui/page-header';

export function ParametersPage() {
  return <PageHeader title="Parameters" />;
}
