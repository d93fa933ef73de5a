import { useTranslations } from 'use-intl';
import type { SourceRowFragment } from '../../gql/generated';
import { Badge } from '../../ui/badge';

/** Whether a source accepts signals. */
export function SourceState({ source }: { source: Pick<SourceRowFragment, 'isActive' | 'adminLocked'> }) {
  const t = useTranslations('webhooks.sources');
  if (source.adminLocked) return <Badge tone="danger">{t('locked')}</Badge>;
  return source.isActive ? <Badge tone="ok">{t('active')}</Badge> : <Badge tone="warn">{t('off')}</Badge>;
}
