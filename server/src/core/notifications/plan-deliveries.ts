import type { Happening } from './happenings.js';
import { DAY_MIN, minuteOfDay, nextMinute } from './local-time.js';
import { DEFAULT_RULES, type ChannelKind, type NotificationRule, type NotificationType } from './notification-types.js';

/** From and to in minutes of the day; from > to spans midnight. */
export interface QuietHours {
  fromMin: number;
  toMin: number;
}

export interface Preferences {
  timeZone: string;
  quietHours: QuietHours | null;
  /** A digest comes at `atMin` and every so many hours before and after it. */
  digest: { everyHours: number; atMin: number };
  rules: Partial<Record<NotificationType, NotificationRule>>;
  /** The switches of `whatsapp_notifications_configs` and of the profile, which hold back messages by WhatsApp only. */
  whatsApp: WhatsAppSwitches;
}

export interface WhatsAppSwitches {
  positionAlerts: boolean;
  positionOpened: boolean;
  positionClosed: boolean;
  stopLoss: boolean;
  takeProfit: boolean;
  vaultAlerts: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = {
  ...{ timeZone: 'America/Sao_Paulo', quietHours: null, digest: { everyHours: 24, atMin: 480 }, rules: {} },
  whatsApp: {
    ...{ positionAlerts: true, positionOpened: true, positionClosed: true, stopLoss: true, takeProfit: true },
    vaultAlerts: true,
  },
};

export interface ChannelFacts {
  id: number;
  kind: ChannelKind;
  isEnabled: boolean;
  /** ms since 1970. What happened before is not told through it. */
  enabledAt: number;
  /** WEBHOOK: the types that it gets; null for channels of people. */
  types: readonly NotificationType[] | null;
  /** The alert group of a source: it gets nothing of the person's. */
  isGroup: boolean;
}

/** NOW: alone and at once. HELD: after the quiet hours, together. DIGEST: with the summary. */
export interface PlannedDelivery {
  channelId: number;
  mode: 'NOW' | 'HELD' | 'DIGEST';
  /** ms since 1970 */
  dueAt: number;
}

export const isQuiet = (quiet: QuietHours | null, minute: number): boolean => {
  if (!quiet || quiet.fromMin === quiet.toMin) return false;
  const { fromMin, toMin } = quiet;
  return fromMin < toMin ? minute >= fromMin && minute < toMin : minute >= fromMin || minute < toMin;
};

export const ruleOf = (preferences: Preferences, type: NotificationType): NotificationRule =>
  preferences.rules[type] ?? DEFAULT_RULES[type];

const SWITCHES: Partial<Record<NotificationType, readonly (keyof WhatsAppSwitches)[]>> = {
  POSITION_OPENED: ['positionAlerts', 'positionOpened'],
  POSITION_CLOSED: ['positionAlerts', 'positionClosed'],
  STOP_LOSS_TRIGGERED: ['positionAlerts', 'stopLoss'],
  TRAILING_STOP_TRIGGERED: ['positionAlerts', 'stopLoss'],
  TAKE_PROFIT_TRIGGERED: ['positionAlerts', 'takeProfit'],
  PARTIAL_TP_TRIGGERED: ['positionAlerts', 'takeProfit'],
  ORDER_FILLED: ['positionAlerts'],
  VAULT_ALERT: ['vaultAlerts'],
};

const takes = (channel: ChannelFacts, happening: Happening): boolean =>
  channel.isEnabled &&
  !channel.isGroup &&
  channel.id !== happening.notThrough &&
  happening.occurredAt >= channel.enabledAt;

/**
 * Through which channels, and when, a person is told of something. A webhook gets what it asked for at once: programs
 * have no quiet hours.
 */
export function planDeliveries(
  happening: Happening,
  { preferences, channels, now }: { preferences: Preferences; channels: readonly ChannelFacts[]; now: number },
): PlannedDelivery[] {
  const { mode, channelIds, ignoresQuietHours } = ruleOf(preferences, happening.type);
  const isHeldBack = (SWITCHES[happening.type] ?? []).some((name) => !preferences.whatsApp[name]);
  return channels.flatMap((channel): PlannedDelivery[] => {
    if (!takes(channel, happening)) return [];
    if (channel.types) {
      return channel.types.includes(happening.type) ? [{ channelId: channel.id, mode: 'NOW', dueAt: now }] : [];
    }
    if (mode === 'OFF' || (channelIds !== null && !channelIds.includes(channel.id))) return [];
    if (channel.kind === 'WHATSAPP' && isHeldBack) return [];
    if (mode === 'DIGEST') return [{ channelId: channel.id, mode, dueAt: nextDigest(now, preferences) }];
    return [{ channelId: channel.id, ...whenToTell(now, preferences, ignoresQuietHours) }];
  });
}

function whenToTell(
  now: number,
  { quietHours, timeZone }: Preferences,
  ignoresQuietHours: boolean,
): Pick<PlannedDelivery, 'mode' | 'dueAt'> {
  if (ignoresQuietHours || !isQuiet(quietHours, minuteOfDay(now, timeZone))) return { mode: 'NOW', dueAt: now };
  return { mode: 'HELD', dueAt: nextMinute(now, timeZone, (minute) => !isQuiet(quietHours, minute)) };
}

/** When the next summary comes: never in the quiet hours, but at their end. */
export function nextDigest(now: number, { digest, quietHours, timeZone }: Preferences): number {
  const every = digest.everyHours * 60;
  const isDue = (minute: number): boolean => (((minute - digest.atMin) % every) + DAY_MIN) % every === 0;
  const at = nextMinute(now, timeZone, isDue);
  if (!isQuiet(quietHours, minuteOfDay(at, timeZone))) return at;
  return nextMinute(at, timeZone, (minute) => !isQuiet(quietHours, minute));
}

/** Where else a message goes that one channel could not deliver: the person's other channels. */
export const otherChannels = (
  channels: readonly ChannelFacts[],
  { failedId, notThrough }: { failedId: number; notThrough?: number | null },
): number[] =>
  channels
    .filter(({ id, isEnabled, isGroup, types }) => isEnabled && !isGroup && !types && id !== failedId)
    .filter(({ id }) => id !== notThrough)
    .map(({ id }) => id);
