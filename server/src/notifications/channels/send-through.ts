import type { ChannelKind } from '../../core/notifications/notification-types.js';
import type { Proof, SendOutcome } from '../../core/notifications/retry-plan.js';
import type { Secrets } from '../../infra/secrets.js';
import { openConfig } from './channel-config.js';
import type { ChannelPort, ChannelSurroundings, OutgoingMessage } from './channel-port.js';
import { email } from './email.js';
import { ntfy } from './ntfy.js';
import { telegram } from './telegram.js';
import { webPush } from './web-push.js';
import { webhook } from './webhook.js';
import { whatsApp } from './whatsapp.js';

const PORTS: Readonly<Record<ChannelKind, ChannelPort<never>>> = {
  ...{ WHATSAPP: whatsApp, TELEGRAM: telegram, EMAIL: email, NTFY: ntfy, WEB_PUSH: webPush, WEBHOOK: webhook },
};

interface SealedChannel {
  id: number;
  kind: ChannelKind;
  config_enc: string;
}

/** Sends a message through a channel. A configuration that does not open is the channel's fault, not a crash. */
export async function sendThrough(
  secrets: Pick<Secrets, 'open'>,
  channel: SealedChannel,
  message: OutgoingMessage,
  around: ChannelSurroundings,
): Promise<SendOutcome> {
  try {
    const config = openConfig(secrets, channel) as never;
    return await PORTS[channel.kind].send(config, message, around);
  } catch (error) {
    const reason = `The channel could not be used: ${(error as Error).message}`.slice(0, 400);
    return { kind: 'REFUSED', fault: 'CHANNEL', reason };
  }
}

/** Asks the other side whether it has a message. */
export async function askWhether(
  secrets: Pick<Secrets, 'open'>,
  channel: SealedChannel,
  message: OutgoingMessage,
  around: ChannelSurroundings,
): Promise<Proof> {
  const { ask } = PORTS[channel.kind];
  if (!ask) return 'CANNOT_TELL';
  try {
    return await ask(openConfig(secrets, channel) as never, message, around);
  } catch {
    return 'NO_ANSWER';
  }
}
