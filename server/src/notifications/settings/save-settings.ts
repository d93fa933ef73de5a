import type { Context } from '../../context.js';
import {
  CHOSEN_TYPES,
  type NotificationRule,
  type NotificationType,
} from '../../core/notifications/notification-types.js';
import { ruleOf, type Preferences } from '../../core/notifications/plan-deliveries.js';
import {
  defaultBody,
  EXAMPLES,
  renderTemplate,
  templateFaults,
  titleOf,
  variablesOf,
  type Locale,
} from '../../core/notifications/templates.js';
import type { Refusal } from '../../core/reasons.js';
import { rowId } from '../../graphql/pages.js';
import { readChannels } from './channel.store.js';
import type { SaveNotificationSettingsInput } from './notification-inputs.types.js';
import type { NotificationSettings, NotificationTemplate } from './notification.types.js';
import {
  readPersonSettings,
  writePersonSettings,
  writeTemplate,
  type PersonSettings,
} from './notification-settings.store.js';

const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The settings of a person as the API shows them. */
export function showSettings({ preferences, locale, templates }: PersonSettings): NotificationSettings {
  const { timeZone, quietHours, digest, whatsApp } = preferences;
  return {
    locale: locale === 'en' ? 'EN' : 'PT_BR',
    timeZone,
    quietHours: quietHours && { from: timeText(quietHours.fromMin), to: timeText(quietHours.toMin) },
    digest: { everyHours: digest.everyHours, at: timeText(digest.atMin) },
    rules: CHOSEN_TYPES.map((type) => {
      const { mode, channelIds, ignoresQuietHours } = ruleOf(preferences, type);
      return { type, mode, ignoresQuietHours, channelIds: channelIds && [...channelIds] };
    }),
    whatsApp,
    templates: (Object.keys(EXAMPLES) as NotificationType[]).map((type) => showTemplate(type, { locale, templates })),
  };
}

export function showTemplate(
  type: NotificationType,
  { locale, templates }: Pick<PersonSettings, 'locale' | 'templates'>,
): NotificationTemplate {
  const standardBody = defaultBody(type, locale);
  const body = templates[type] ?? standardBody;
  return {
    ...{ type, body, standardBody, title: titleOf(type, locale), isOwn: templates[type] !== undefined },
    variables: variablesOf(type).map((name) => ({ name, example: EXAMPLES[type][name] ?? '' })),
    preview: renderTemplate(body, EXAMPLES[type]),
  };
}

/** Changes the settings of a person. Channels that are not the person's are refused. */
export async function saveSettings(
  { db }: Pick<Context, 'db'>,
  userId: number,
  input: SaveNotificationSettingsInput,
): Promise<{ ok: true; settings: PersonSettings } | Refusal> {
  const before = await readPersonSettings(db, userId);
  const own = new Set((await readChannels(db, userId, { webhooks: false })).map(({ id }) => id));
  const rules: Partial<Record<NotificationType, NotificationRule>> = {};
  for (const { type, mode, channelIds, ignoresQuietHours } of input.rules ?? []) {
    const ids = channelIds?.map((text) => rowId(text) ?? 0) ?? null;
    if (ids?.some((id) => !own.has(id))) {
      return {
        ok: false,
        code: 'INVALID_INPUT',
        message: `${type} names a channel that you do not have.`,
        field: 'rules',
      };
    }
    rules[type] = { mode, channelIds: ids, ignoresQuietHours };
  }
  const locale: Locale = input.locale ? (input.locale === 'EN' ? 'en' : 'pt-BR') : before.locale;
  await writePersonSettings(db, userId, { locale, preferences: changed(before.preferences, input, rules) });
  return { ok: true, settings: await readPersonSettings(db, userId) };
}

function changed(
  before: Preferences,
  { timeZone, quietHours, digest, whatsApp }: SaveNotificationSettingsInput,
  rules: Preferences['rules'],
): Preferences {
  const set = Object.entries(whatsApp ?? {}).filter(([, value]) => typeof value === 'boolean');
  return {
    timeZone: timeZone ?? before.timeZone,
    quietHours:
      quietHours === undefined
        ? before.quietHours
        : quietHours && { fromMin: minuteOf(quietHours.from), toMin: minuteOf(quietHours.to) },
    digest: digest ? { everyHours: digest.everyHours, atMin: minuteOf(digest.at) } : before.digest,
    rules,
    whatsApp: { ...before.whatsApp, ...(Object.fromEntries(set) as Partial<Preferences['whatsApp']>) },
  };
}

/** Saves a text of a person. Refusal: INVALID_INPUT with everything that must be changed. */
export async function saveTemplate(
  { db }: Pick<Context, 'db'>,
  userId: number,
  { type, body }: { type: NotificationType; body: string | null },
): Promise<{ ok: true } | Refusal> {
  const faults = body === null ? [] : templateFaults(type, body);
  if (faults.length > 0) return { ok: false, code: 'INVALID_INPUT', message: faults.join(' '), field: 'body' };
  await writeTemplate(db, userId, { type, body });
  return { ok: true };
}
