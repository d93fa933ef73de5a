import type {
  ChannelKind,
  DeliveryMode,
  NotificationType as TypeName,
} from '../../core/notifications/notification-types.js';
import type { SendOutcome } from '../../core/notifications/retry-plan.js';
import { enumOf } from '../../graphql/enums.js';
import type { WhatsAppState } from '../channels/whatsapp.js';

export const NotificationType = enumOf<TypeName>('NotificationType', 'What a notification is about.', {
  WEBHOOK_RECEIVED: 'A source accepted a signal. It is told to the alert group of the source.',
  POSITION_OPENED: 'A position was opened.',
  POSITION_CLOSED: 'A position was closed by a signal, by hand, by its time limit or by reconciliation.',
  STOP_LOSS_TRIGGERED: 'A stop loss closed a position.',
  TAKE_PROFIT_TRIGGERED: 'A take profit closed a position.',
  TRAILING_STOP_TRIGGERED: 'A trailing stop closed a position.',
  PARTIAL_TP_TRIGGERED: 'The first target of a position was reached and a part of it was sold.',
  VAULT_ALERT: 'The accounts of a vault do not hold what it sets apart.',
  TRADE_FAILED: 'An order failed.',
  SYSTEM_ALERT: 'Any other alert.',
  TEST_MESSAGE: 'A test of a channel.',
  ORDER_FILLED: 'An order was filled, completely or in part.',
  SIGNAL_REFUSED: 'A signal or an order was refused before it was sent.',
  ORDER_UNKNOWN: 'It is not known whether the exchange has an order.',
  CONNECTION_LOST: 'An exchange, the prices, a service or a channel cannot be reached.',
  ALERT_RESOLVED: 'An alert has ended.',
});

export const NotificationChannelKind = enumOf<ChannelKind>('NotificationChannelKind', 'A kind of channel.', {
  WHATSAPP: 'WhatsApp, through the server of the installation.',
  TELEGRAM: 'A chat with a bot of yours.',
  EMAIL: 'E-mail, through the server of the installation.',
  NTFY: 'A topic of an ntfy server.',
  WEB_PUSH: 'A browser.',
  WEBHOOK: 'A webhook out: a signed POST to a program.',
});

export const NotificationMode = enumOf<DeliveryMode>('NotificationMode', 'How a person is told of a type.', {
  NOW: 'At once. In the quiet hours it waits for their end, unless the type ignores them.',
  DIGEST: 'Together with others in the next summary.',
  OFF: 'Not at all.',
});

export type DeliveryStatus = 'PENDING' | 'SENDING' | 'UNKNOWN' | 'SENT' | 'FAILED';
export const NotificationStatus = enumOf<DeliveryStatus>('NotificationStatus', 'What became of a notification.', {
  PENDING: 'It waits to be sent, for the first time or again.',
  SENDING: 'It is being sent.',
  UNKNOWN: 'It may have arrived. The other side is being asked.',
  SENT: 'The other side took it.',
  FAILED: 'It is not tried any more.',
});

export type AttemptOutcome = SendOutcome['kind'] | 'SENDING';
export const NotificationAttemptOutcome = enumOf<AttemptOutcome>(
  'NotificationAttemptOutcome',
  'What an attempt to send came to.',
  {
    SENDING: 'It has not ended, or its process died.',
    ACCEPTED: 'The other side took it.',
    REFUSED: 'The other side refused it.',
    UNSENT: 'Nothing left this machine.',
    UNKNOWN: 'No answer came; it may have arrived.',
  },
);

export type DisabledReason = 'BY_OWNER' | 'GONE' | 'REPEATED_FAILURE';
export const ChannelDisabledReason = enumOf<DisabledReason>('ChannelDisabledReason', 'Why a channel is switched off.', {
  BY_OWNER: 'Its owner switched it off.',
  GONE: 'The other side said that it does not exist any more.',
  REPEATED_FAILURE: 'It failed for a day. Its events are kept.',
});

export type LocaleName = 'PT_BR' | 'EN';
export const NotificationLocale = enumOf<LocaleName>('NotificationLocale', 'The language of notifications.', {
  PT_BR: 'Portuguese of Brazil.',
  EN: 'English.',
});

export type ConnectionStateName = 'OPEN' | 'CONNECTING' | 'CLOSE';
export const WhatsAppConnectionState = enumOf<ConnectionStateName>(
  'WhatsAppConnectionState',
  'The connection of the server to WhatsApp.',
  {
    OPEN: 'Messages go out.',
    CONNECTING: 'It is being connected.',
    CLOSE: 'It is not connected; the code must be scanned again.',
  },
);
export const stateName = (state: WhatsAppState): ConnectionStateName => state.toUpperCase() as ConnectionStateName;
