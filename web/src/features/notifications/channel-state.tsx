import { useTranslations } from 'use-intl';
import type { ChannelRowFragment } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { useSentenceText } from '../../ui/server-sentence';

/** Whether messages go out through a channel, and why not. */
export function ChannelState({ channel }: { channel: ChannelRowFragment }) {
  const t = useTranslations('notifications.channels');
  const format = useFormat();
  const inWords = useSentenceText();
  const { isEnabled, disabledReason, failingSince, lastError } = channel;
  if (!isEnabled) {
    const reason = disabledReason ?? 'BY_OWNER';
    return <Badge tone={reason === 'BY_OWNER' ? 'neutral' : 'danger'}>{t(`off.${reason}`)}</Badge>;
  }
  if (failingSince === null) return <Badge tone="ok">{t('works')}</Badge>;
  return (
    <Badge tone="warn" {...(lastError && { title: inWords(lastError) })}>
      {t('failing', { at: format.dayTime(failingSince) })}
    </Badge>
  );
}
