import { useTranslations } from 'use-intl';
import type { NotificationDeliveriesQuery, NotificationStatus } from '../../gql/generated';
import { Badge, type BadgeTone } from '../../ui/badge';

const TONES: Record<NotificationStatus, BadgeTone> = {
  ...{ PENDING: 'neutral', SENDING: 'accent', SENT: 'ok', UNKNOWN: 'warn', FAILED: 'danger' },
};
export type Delivery = NotificationDeliveriesQuery['notificationDeliveries']['edges'][number]['node'];

export function DeliveryStatus({ status }: { status: NotificationStatus }) {
  const t = useTranslations('notifications.log.statuses');
  return <Badge tone={TONES[status]}>{t(status)}</Badge>;
}
