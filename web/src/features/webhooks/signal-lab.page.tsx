import { PageHeader } from '../../ui/page-header';

export function SignalLabPage() {
  return <PageHeader title="SignalLab" />;
}
