import { useTranslations } from 'use-intl';
import { useTriggerLatencyQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useRefetchOnLive } from '../../lib/live/events';

const TOPICS = ['fill'] as const;

/** The speed of the latest exits: from the price that fired them to the decision, and to the exchange's answer. */
export function ExitSpeed() {
  const t = useTranslations('positions.speed');
  const format = useFormat();
  const { data, refetch } = useTriggerLatencyQuery();
  useRefetchOnLive(TOPICS, refetch);
  const latency = data?.triggerLatency;
  if (!latency) return <p className="mt-3 h-4" aria-hidden />;
  const ms = (value: number | null | undefined) => (value == null ? '—' : `${format.count(value)} ms`);
  const { exits, tickToDecided, tickToAcknowledged } = latency;
  return (
    <p className="num mt-3 min-h-4 px-1 text-xs text-muted" data-testid="exit-speed">
      {exits === 0
        ? t('none')
        : t('figures', {
            count: exits ?? 0,
            decided50: ms(tickToDecided?.p50Ms),
            decided95: ms(tickToDecided?.p95Ms),
            answered50: ms(tickToAcknowledged?.p50Ms),
            answered95: ms(tickToAcknowledged?.p95Ms),
          })}
    </p>
  );
}
