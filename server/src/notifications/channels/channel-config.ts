import { z } from 'zod';
import type { ChannelKind } from '../../core/notifications/notification-types.js';
import type { Secrets } from '../../infra/secrets.js';
import { configPlace } from '../settings/channel.store.js';

const text = (max: number) => z.string().min(1).max(max);

/** What is sealed in `notification_channels.config_enc`, by kind. */
export const CONFIGS = {
  WHATSAPP: z.object({ recipient: text(64), type: z.enum(['phone', 'group']) }),
  TELEGRAM: z.object({ botToken: text(120), chatId: text(64) }),
  EMAIL: z.object({ address: text(190) }),
  NTFY: z.object({ url: text(500), topic: text(64), token: text(200).nullable() }),
  WEB_PUSH: z.object({ endpoint: text(1_000), p256dh: text(200), auth: text(64) }),
  WEBHOOK: z.object({
    url: text(1_000),
    secret: text(120),
    /** The secret before a rotation; signatures by both are sent until then, ms since 1970. */
    oldSecret: text(120).nullable(),
    oldSecretUntil: z.number().nullable(),
  }),
} as const satisfies Record<ChannelKind, z.ZodType>;

export type ChannelConfig<Kind extends ChannelKind> = z.infer<(typeof CONFIGS)[Kind]>;

/** Throws when the sealed text was changed or moved, or is not of this kind. */
export const openConfig = <Kind extends ChannelKind>(
  secrets: Pick<Secrets, 'open'>,
  { id, kind, config_enc }: { id: number; kind: Kind; config_enc: string },
): ChannelConfig<Kind> =>
  CONFIGS[kind].parse(JSON.parse(secrets.open(config_enc, configPlace(id)))) as ChannelConfig<Kind>;
