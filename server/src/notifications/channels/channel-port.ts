import type { Env } from '../../env.js';
import type { Proof, SendOutcome } from '../../core/notifications/retry-plan.js';
import type { NotificationServers } from '../settings/servers.store.js';

/** What a channel sends. */
export interface OutgoingMessage {
  /** The same for every attempt, so that the other side can show it once. */
  id: string;
  /** A short number that people can quote. */
  reference: number;
  title: string;
  text: string;
  /** The page that shows more, from the root of the site. */
  path?: string;
  type: string;
  /** WEBHOOK: the body, made once. */
  payload: string | null;
  /** When it was first tried, ms since 1970. */
  firstTriedAt: number;
}

/** What the channels of an installation share. */
export interface ChannelSurroundings {
  env: Pick<Env, 'NOTIFY_ALLOW_PRIVATE' | 'TELEGRAM_API_URL' | 'PUBLIC_URL'>;
  servers: NotificationServers;
  now: number;
  signal: AbortSignal;
}

/** One kind of channel. `send` never throws for what the other side or the network does. */
export interface ChannelPort<Config> {
  send(config: Config, message: OutgoingMessage, around: ChannelSurroundings): Promise<SendOutcome>;
  /** Whether the other side has the message; only where it can be asked. */
  ask?(config: Config, message: OutgoingMessage, around: ChannelSurroundings): Promise<Proof>;
}

/**
 * The text with its number. It makes each text one of a kind, so that a server can be asked for it, and so that people
 * recognize a repetition.
 */
export const withReference = ({ text, reference }: Pick<OutgoingMessage, 'text' | 'reference'>): string =>
  `${text}\n\n#${reference}`;

/** For what an operator has not set up yet. */
export const notSetUp = (what: string): SendOutcome => ({
  kind: 'REFUSED',
  fault: 'CHANNEL',
  reason: `An administrator has not set up ${what}.`,
});
