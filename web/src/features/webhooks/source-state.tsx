import { useTranslations } from 'use-intl';
import type { SourceRowFragment } from '../../gql/generated';
import { Badge } from '../../ui/badge';

/** Whether a source accepts signals, and whether it trades them. */
export function SourceState({ source }: { source: Pick<SourceRowFragment, 'isActive' | 'adminLocked' | 'dryRun'> }) {
  const t = useTranslations('webhooks.sources');
  if (source.adminLocked) return <Badge tone="danger">{t('locked')}</Badge>;
  if (!source.isActive) return <Badge tone="warn">{t('off')}</Badge>;
  if (source.dryRun)
    return (
      <Badge tone="accent" title={t('dryNote')}>
        {t('dry')}
      </Badge>
    );
  return <Badge tone="ok">{t('active')}</Badge>;
}
