import type { ChannelKind, NotificationType } from '../../core/notifications/notification-types.js';
import { fromJson } from '../../infra/database/database.js';
import { storedMessage } from '../deliver/compose-message.js';
import type { DeliveryLogRow, NotificationEventRow } from './delivery-log.store.js';
import type { AttemptOutcome, DeliveryStatus, DisabledReason } from './notification-enums.js';
import type { NotificationDelivery, NotificationEvent } from './notification.types.js';

export const toEvent = (row: NotificationEventRow): NotificationEvent => ({
  ...{ id: row.id, type: row.type as NotificationType, occurredAt: row.occurred_at },
  facts: Object.entries(fromJson<Record<string, string>>(row.facts_json) ?? {}).map(([name, value]) => ({
    name,
    value,
  })),
  ...{ positionId: row.position_id, fillId: row.fill_id, jobId: row.trade_job_id, alertId: row.alert_id },
});

export function toDelivery(row: DeliveryLogRow): NotificationDelivery {
  const { channel } = row;
  const text = row.message === null ? null : channel.kind === 'WEBHOOK' ? row.message : storedMessage(row.message).text;
  return {
    ...{ id: row.id, status: row.status as DeliveryStatus, attempts: row.attempts, text, dueAt: row.due_at },
    ...{ sentAt: row.sent_at, error: row.error, createdAt: row.created_at, event: toEvent(row.event) },
    channel: {
      ...{ id: channel.id, kind: channel.kind as ChannelKind, label: channel.label, addressHint: channel.address_hint },
      ...{ sourceId: channel.webhook_source_id, isEnabled: channel.is_enabled, failures: channel.failures },
      disabledReason: channel.disabled_reason as DisabledReason | null,
      ...{ failingSince: channel.failing_since, lastError: channel.last_error, lastSentAt: channel.last_sent_at },
      createdAt: channel.created_at,
    },
    history: row.sendings.toReversed().map((one) => ({
      ...{ attempt: one.attempt, outcome: one.outcome as AttemptOutcome, httpStatus: one.http_status },
      ...{ answer: one.answer, durationMs: one.duration_ms, startedAt: one.started_at },
    })),
  };
}
