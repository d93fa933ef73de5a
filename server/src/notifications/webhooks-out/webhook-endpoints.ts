import { randomBytes } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import type { Context } from '../../context.js';
import type { NotificationType } from '../../core/notifications/notification-types.js';
import type { Refusal } from '../../core/reasons.js';
import { withinQuota } from '../../users/within-quota.js';
import { openConfig, type ChannelConfig } from '../channels/channel-config.js';
import { checkUserUrl } from '../settings/connect-channel.js';
import {
  insertChannel,
  readChannel,
  readSealedConfig,
  updateChannel,
  writeConfig,
  type ChannelRow,
} from '../settings/channel.store.js';
import { readSelection } from './run-selection.js';

type EndpointContext = Pick<Context, 'db' | 'secrets' | 'env' | 'clock'>;

/** A secret as Standard Webhooks writes it: 256 random bits. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

const wrongSelection = (faults: readonly string[]): Refusal => ({
  ...{ ok: false, code: 'INVALID_INPUT', message: faults.join(' '), field: 'selection' },
});

export interface EndpointSettings {
  label: string;
  url: string;
  types: readonly NotificationType[];
  selection: string | null;
}

/** Creates a webhook out. The secret is returned this once; only its sealed form is stored. */
export async function createEndpoint(
  ctx: EndpointContext,
  schema: GraphQLSchema,
  userId: number,
  { label, url, types, selection }: EndpointSettings,
): Promise<{ ok: true; id: number; secret: string } | Refusal> {
  const checked = checkUserUrl(ctx, url, 'url');
  if (!checked.ok) return checked;
  const read = selection === null ? undefined : readSelection(schema, selection);
  if (read && 'faults' in read) return wrongSelection(read.faults);
  const secret = newSecret();
  const config: ChannelConfig<'WEBHOOK'> = { url: checked.url, secret, oldSecret: null, oldSecretUntil: null };
  const id = await withinQuota(ctx, { userId, what: 'webhooks' }, () =>
    insertChannel(ctx.db, ctx.secrets, userId, {
      ...{ kind: 'WEBHOOK', label, addressHint: checked.shown, address: checked.url, config, types, selection },
    }),
  );
  return typeof id === 'number' ? { ok: true, id, secret } : id;
}

async function openEndpoint(
  { db, secrets }: EndpointContext,
  userId: number,
  id: number,
): Promise<{ row: ChannelRow; config: ChannelConfig<'WEBHOOK'> } | undefined> {
  const [row, sealed] = [await readChannel(db, userId, id), await readSealedConfig(db, userId, id)];
  if (!row || !sealed || row.kind !== 'WEBHOOK') return undefined;
  return { row, config: openConfig(secrets, { ...sealed, kind: 'WEBHOOK' }) };
}

export interface EndpointChanges {
  id: number;
  label?: string | undefined;
  url?: string | undefined;
  types?: readonly NotificationType[] | undefined;
  selection?: string | null | undefined;
  isEnabled?: boolean | undefined;
}

/** Changes a webhook out; omitted settings stay. undefined = the user has none with this id. */
export async function updateEndpoint(
  ctx: EndpointContext,
  schema: GraphQLSchema,
  userId: number,
  { id, url, ...changes }: EndpointChanges,
): Promise<{ ok: true } | Refusal | undefined> {
  const found = await openEndpoint(ctx, userId, id);
  if (!found) return undefined;
  const read = changes.selection ? readSelection(schema, changes.selection) : undefined;
  if (read && 'faults' in read) return wrongSelection(read.faults);
  let addressHint: string | undefined;
  if (url !== undefined) {
    const checked = checkUserUrl(ctx, url, 'url');
    if (!checked.ok) return checked;
    addressHint = checked.shown;
    await writeConfig(ctx.db, ctx.secrets, id, { ...found.config, url: checked.url });
  }
  await updateChannel(ctx.db, userId, id, { ...changes, addressHint });
  return { ok: true };
}

const HOUR_MS = 3_600_000;

/**
 * Gives a webhook out a new secret. For `keepOldHours` each message has two signatures, so that the receiver can change
 * its secret without losing one.
 */
export async function rotateEndpointSecret(
  ctx: EndpointContext,
  userId: number,
  { id, keepOldHours }: { id: number; keepOldHours: number },
): Promise<{ secret: string; oldUntil: Date | null } | undefined> {
  const found = await openEndpoint(ctx, userId, id);
  if (!found) return undefined;
  const secret = newSecret();
  const until = keepOldHours > 0 ? ctx.clock.now() + keepOldHours * HOUR_MS : null;
  await writeConfig(ctx.db, ctx.secrets, id, {
    ...{ url: found.config.url, secret, oldSecret: until === null ? null : found.config.secret, oldSecretUntil: until },
  });
  return { secret, oldUntil: until === null ? null : new Date(until) };
}
