import type { Context } from '../../context.js';
import { hintOf, whatsAppRecipient } from '../../core/notifications/recipient.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { checkOutgoingUrl } from '../../infra/outgoing-address.js';
import { withinQuota } from '../../users/within-quota.js';
import { findByAddress, insertChannel, updateChannel, writeConfig, type NewChannel } from './channel.store.js';
import { writeProfilePhone } from './notification-settings.store.js';
import type { ConnectNotificationChannelInput, SubscribeWebPushInput } from './notification-inputs.types.js';

type ConnectContext = Pick<Context, 'db' | 'secrets' | 'env'>;
const wrong = (field: string, message: string): Refusal => ({ ok: false, code: 'INVALID_INPUT', message, field });

/**
 * An address of a user as it may be used: a public http or https address, unless the operator allows private ones.
 * `shown` is the part that may be shown: never a path or a query, which may hold a token.
 */
export function checkUserUrl(
  { env }: Pick<Context, 'env'>,
  text: string,
  field: string,
): { ok: true; url: string; shown: string } | Refusal {
  const schemes = env.NOTIFY_ALLOW_PRIVATE ? ['http:', 'https:'] : ['https:'];
  const checked = checkOutgoingUrl(text.trim(), { schemes, allowPrivate: env.NOTIFY_ALLOW_PRIVATE });
  if ('fault' in checked) {
    if (checked.fault === 'PRIVATE_ADDRESS') return { ...refuse('PRIVATE_ADDRESS'), field };
    return wrong(field, `${field} must be an address such as https://example.com/hook.`);
  }
  if (checked.url.username || checked.url.password)
    return wrong(field, `${field} must not contain a user or password.`);
  return { ok: true, url: checked.url.href, shown: `${checked.url.protocol}//${checked.url.host}` };
}

/** Connects a channel of a person, or connects the same address again. Refusals: QUOTA_REACHED, invalid fields. */
export async function connectChannel(
  ctx: ConnectContext,
  userId: number,
  input: ConnectNotificationChannelInput,
): Promise<{ ok: true; id: number } | Refusal> {
  const read = readAddress(ctx, input);
  if (!('channel' in read)) return read;
  const { channel, phone } = read;
  const id = await keepChannel(ctx, userId, channel);
  if (typeof id !== 'number') return id;
  if (phone) await writeProfilePhone(ctx.db, userId, phone);
  return { ok: true, id };
}

type Read = { channel: NewChannel; phone?: string } | Refusal;

function readAddress(ctx: ConnectContext, input: ConnectNotificationChannelInput): Read {
  const given = [input.whatsApp, input.telegram, input.email, input.ntfy].filter((one) => one);
  if (given.length !== 1) return wrong('input', 'Give exactly one of whatsApp, telegram, email and ntfy.');
  const { label, whatsApp, telegram, email, ntfy } = input;
  if (whatsApp) {
    const found = whatsAppRecipient(whatsApp.number);
    if (!found) return wrong('whatsApp.number', 'number must have an area code, or be the id of a group (…@g.us).');
    const { recipient, type } = found;
    const channel: NewChannel = {
      ...{ kind: 'WHATSAPP', label, addressHint: hintOf(recipient), address: recipient, config: { recipient, type } },
    };
    return { channel, ...(type === 'phone' && { phone: recipient }) };
  }
  if (telegram) {
    const { botToken, chatId } = telegram;
    const address = `${botToken.split(':')[0]} ${chatId}`;
    return {
      channel: { kind: 'TELEGRAM', label, addressHint: hintOf(chatId, 3), address, config: { botToken, chatId } },
    };
  }
  if (email) {
    const address = email.address.trim();
    const [name = '', domain = ''] = address.split('@');
    const addressHint = `${name.slice(0, 1)}…@${domain}`;
    return { channel: { kind: 'EMAIL', label, addressHint, address: address.toLowerCase(), config: { address } } };
  }
  const { url = '', topic = '', token = null } = ntfy ?? {};
  const checked = checkUserUrl(ctx, url, 'ntfy.url');
  if (!checked.ok) return checked;
  return {
    channel: {
      ...{
        kind: 'NTFY',
        label,
        addressHint: `${checked.shown} ${hintOf(topic, 3)}`,
        address: `${checked.url} ${topic}`,
      },
      config: { url: checked.url, topic, token },
    },
  };
}

/** Adds the channel, or takes the new key of an address that is connected already and switches it on. */
async function keepChannel(ctx: ConnectContext, userId: number, channel: NewChannel): Promise<number | Refusal> {
  const { db, secrets } = ctx;
  const known = await findByAddress(db, userId, channel);
  if (known === undefined) {
    return withinQuota(ctx, { userId, what: 'channels' }, () => insertChannel(db, secrets, userId, channel));
  }
  await writeConfig(db, secrets, known, channel.config);
  await updateChannel(db, userId, known, { label: channel.label, addressHint: channel.addressHint, isEnabled: true });
  return known;
}

/** Subscribes a browser, or takes its new keys. */
export async function subscribeBrowser(
  ctx: ConnectContext,
  userId: number,
  { label, endpoint, p256dh, auth }: SubscribeWebPushInput,
): Promise<{ ok: true; id: number } | Refusal> {
  const checked = checkUserUrl(ctx, endpoint, 'endpoint');
  if (!checked.ok) return checked;
  const id = await keepChannel(ctx, userId, {
    ...{ kind: 'WEB_PUSH', label, addressHint: checked.shown, address: checked.url },
    config: { endpoint: checked.url, p256dh, auth },
  });
  return typeof id === 'number' ? { ok: true, id } : id;
}
