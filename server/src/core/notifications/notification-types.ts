/** What a person can be told. The first eleven are those of the WhatsApp templates of the data document. */
export const NOTIFICATION_TYPES = [
  'WEBHOOK_RECEIVED',
  'POSITION_OPENED',
  'POSITION_CLOSED',
  'STOP_LOSS_TRIGGERED',
  'TAKE_PROFIT_TRIGGERED',
  'TRAILING_STOP_TRIGGERED',
  'PARTIAL_TP_TRIGGERED',
  'VAULT_ALERT',
  'TRADE_FAILED',
  'SYSTEM_ALERT',
  'TEST_MESSAGE',
  'ORDER_FILLED',
  'SIGNAL_REFUSED',
  'ORDER_UNKNOWN',
  'CONNECTION_LOST',
  'ALERT_RESOLVED',
] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

/** Types that people and webhooks choose from. A group gets WEBHOOK_RECEIVED, and a test goes where it was asked for. */
export const CHOSEN_TYPES = NOTIFICATION_TYPES.filter((type) => type !== 'WEBHOOK_RECEIVED' && type !== 'TEST_MESSAGE');

export const CHANNEL_KINDS = ['WHATSAPP', 'TELEGRAM', 'EMAIL', 'NTFY', 'WEB_PUSH', 'WEBHOOK'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** NOW: at once, outside of the quiet hours. DIGEST: with the next summary. */
export type DeliveryMode = 'NOW' | 'DIGEST' | 'OFF';

export interface NotificationRule {
  mode: DeliveryMode;
  /** null = every channel of the person. */
  channelIds: readonly number[] | null;
  ignoresQuietHours: boolean;
}

const rule = (mode: DeliveryMode, ignoresQuietHours = false): NotificationRule => ({
  ...{ mode, channelIds: null, ignoresQuietHours },
});

/**
 * How a person is told who has not chosen. Every fill and every refused signal would be noise; what needs a decision of
 * a person wakes them.
 */
export const DEFAULT_RULES: Readonly<Record<NotificationType, NotificationRule>> = {
  WEBHOOK_RECEIVED: rule('OFF'),
  POSITION_OPENED: rule('NOW'),
  POSITION_CLOSED: rule('NOW'),
  STOP_LOSS_TRIGGERED: rule('NOW'),
  TAKE_PROFIT_TRIGGERED: rule('NOW'),
  TRAILING_STOP_TRIGGERED: rule('NOW'),
  PARTIAL_TP_TRIGGERED: rule('NOW'),
  VAULT_ALERT: rule('NOW'),
  TRADE_FAILED: rule('NOW'),
  SYSTEM_ALERT: rule('NOW', true),
  TEST_MESSAGE: rule('NOW', true),
  ORDER_FILLED: rule('OFF'),
  SIGNAL_REFUSED: rule('OFF'),
  ORDER_UNKNOWN: rule('NOW', true),
  CONNECTION_LOST: rule('NOW', true),
  ALERT_RESOLVED: rule('DIGEST'),
};
