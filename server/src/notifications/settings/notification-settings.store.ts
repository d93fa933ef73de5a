import { isLocale, type Locale } from '../../core/notifications/templates.js';
import type { NotificationRule, NotificationType } from '../../core/notifications/notification-types.js';
import {
  DEFAULT_PREFERENCES,
  type Preferences,
  type WhatsAppSwitches,
} from '../../core/notifications/plan-deliveries.js';
import { Batch, fromJson, type Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'run'>;

interface SettingsRow {
  locale: string;
  time_zone: string;
  quiet_from_min: number | null;
  quiet_to_min: number | null;
  digest_every_hours: number;
  digest_at_min: number;
}
interface RuleRow {
  type: NotificationType;
  mode: NotificationRule['mode'];
  channel_ids_json: unknown;
  ignores_quiet_hours: number;
}
type SwitchRow = Record<
  | 'position_opened_enabled'
  | 'position_closed_enabled'
  | 'stop_loss_enabled'
  | 'take_profit_enabled'
  | 'vault_alerts_enabled',
  number
>;

export interface PersonSettings {
  preferences: Preferences;
  locale: Locale;
  /** The person's own templates. */
  templates: Partial<Record<NotificationType, string>>;
}

/** How a person wants to be told; what was never set has its default. */
export async function readPersonSettings(db: Db, userId: number): Promise<PersonSettings> {
  const results = await db.run(
    new Batch()
      .add('SELECT * FROM notification_settings WHERE user_id = ?', [userId])
      .add('SELECT type, mode, channel_ids_json, ignores_quiet_hours FROM notification_rules WHERE user_id = ?', [
        userId,
      ])
      .add('SELECT type, body FROM notification_templates WHERE user_id = ?', [userId])
      .add('SELECT * FROM whatsapp_notifications_configs WHERE user_id = ?', [userId])
      .add('SELECT position_alerts_enabled FROM profiles WHERE user_id = ?', [userId]),
  );
  const [[own], rules, templates, [switches], [profile]] = results as [
    SettingsRow[],
    RuleRow[],
    { type: NotificationType; body: string }[],
    SwitchRow[],
    { position_alerts_enabled: number }[],
  ];
  const standard = DEFAULT_PREFERENCES;
  return {
    locale: own && isLocale(own.locale) ? own.locale : 'pt-BR',
    templates: Object.fromEntries(templates.map(({ type, body }) => [type, body])),
    preferences: {
      timeZone: own?.time_zone ?? standard.timeZone,
      quietHours:
        own && own.quiet_from_min !== null && own.quiet_to_min !== null
          ? { fromMin: own.quiet_from_min, toMin: own.quiet_to_min }
          : null,
      digest: own ? { everyHours: own.digest_every_hours, atMin: own.digest_at_min } : standard.digest,
      rules: Object.fromEntries(rules.map((rule) => [rule.type, toRule(rule)])),
      whatsApp: toSwitches(switches, profile),
    },
  };
}

const toRule = (row: RuleRow): NotificationRule => ({
  mode: row.mode,
  channelIds: fromJson<number[]>(row.channel_ids_json),
  ignoresQuietHours: Boolean(row.ignores_quiet_hours),
});

const toSwitches = (
  row: SwitchRow | undefined,
  profile: { position_alerts_enabled: number } | undefined,
): WhatsAppSwitches => ({
  positionAlerts: Boolean(profile?.position_alerts_enabled ?? 1),
  positionOpened: Boolean(row?.position_opened_enabled ?? 1),
  positionClosed: Boolean(row?.position_closed_enabled ?? 1),
  stopLoss: Boolean(row?.stop_loss_enabled ?? 1),
  takeProfit: Boolean(row?.take_profit_enabled ?? 1),
  vaultAlerts: Boolean(row?.vault_alerts_enabled ?? 1),
});

/** Saves the settings of a person; rules that are named here replace the earlier ones of their types. */
export async function writePersonSettings(
  db: Pick<Database, 'transaction'>,
  userId: number,
  { locale, preferences }: Pick<PersonSettings, 'locale' | 'preferences'>,
): Promise<void> {
  const { timeZone, quietHours, digest, rules, whatsApp } = preferences;
  const batch = new Batch()
    .add(
      `INSERT INTO notification_settings (user_id, locale, time_zone, quiet_from_min, quiet_to_min, digest_every_hours, digest_at_min)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE locale = VALUES(locale), time_zone = VALUES(time_zone),
         quiet_from_min = VALUES(quiet_from_min), quiet_to_min = VALUES(quiet_to_min),
         digest_every_hours = VALUES(digest_every_hours), digest_at_min = VALUES(digest_at_min)`,
      [
        ...[userId, locale, timeZone, quietHours?.fromMin ?? null, quietHours?.toMin ?? null],
        ...[digest.everyHours, digest.atMin],
      ],
    )
    .add(
      `INSERT INTO whatsapp_notifications_configs (user_id, position_opened_enabled, position_closed_enabled,
         stop_loss_enabled, take_profit_enabled, vault_alerts_enabled, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE
         position_opened_enabled = VALUES(position_opened_enabled),
         position_closed_enabled = VALUES(position_closed_enabled), stop_loss_enabled = VALUES(stop_loss_enabled),
         take_profit_enabled = VALUES(take_profit_enabled), vault_alerts_enabled = VALUES(vault_alerts_enabled)`,
      [
        ...[userId, whatsApp.positionOpened, whatsApp.positionClosed, whatsApp.stopLoss, whatsApp.takeProfit],
        whatsApp.vaultAlerts,
      ],
    )
    .add('UPDATE profiles SET position_alerts_enabled = ? WHERE user_id = ?', [whatsApp.positionAlerts, userId]);
  for (const [type, rule] of Object.entries(rules)) {
    batch.add(
      `INSERT INTO notification_rules (user_id, type, mode, channel_ids_json, ignores_quiet_hours) VALUES (?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE mode = VALUES(mode), channel_ids_json = VALUES(channel_ids_json),
         ignores_quiet_hours = VALUES(ignores_quiet_hours)`,
      [
        ...[userId, type, rule.mode, rule.channelIds === null ? null : JSON.stringify(rule.channelIds)],
        rule.ignoresQuietHours,
      ],
    );
  }
  await db.transaction((tx) => tx.commit(batch));
}

/** Saves a person's own template; null brings the standard text back. */
export async function writeTemplate(
  db: Pick<Database, 'query'>,
  userId: number,
  { type, body }: { type: NotificationType; body: string | null },
): Promise<void> {
  if (body === null) {
    await db.query('DELETE FROM notification_templates WHERE user_id = ? AND type = ?', [userId, type]);
    return;
  }
  await db.query(
    `INSERT INTO notification_templates (user_id, type, body) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE body = VALUES(body)`,
    [userId, type, body],
  );
}

/** The number by which a person is reached, as the profile shows it. */
export async function writeProfilePhone(db: Pick<Database, 'query'>, userId: number, phone: string): Promise<void> {
  await db.query('UPDATE profiles SET whatsapp_phone = ? WHERE user_id = ?', [phone, userId]);
}
