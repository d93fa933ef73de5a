import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.js';
import { groupDue } from '../../core/notifications/group-due.js';
import { otherChannels } from '../../core/notifications/plan-deliveries.js';
import {
  afterAttempt,
  afterProof,
  isToSwitchOff,
  REPEAT_GUARD,
  retryDelayMs,
  type AttemptFacts,
  type DeliveryStep,
  type Proof,
  type SendOutcome,
} from '../../core/notifications/retry-plan.js';
import { openConfig } from '../channels/channel-config.js';
import type { ChannelSurroundings, OutgoingMessage } from '../channels/channel-port.js';
import { askWhether, sendThrough } from '../channels/send-through.js';
import { addOtherDeliveries, readChannelFacts } from '../derive/notification-event.store.js';
import { readPersonSettings, type PersonSettings } from '../settings/notification-settings.store.js';
import { readServers } from '../settings/servers.store.js';
import { composeMessage, markStored, storedMessage, storeMessage } from './compose-message.js';
import {
  claimDelivery,
  holdChannel,
  readDueDeliveries,
  readEventIds,
  readEvents,
  releaseChannel,
  settleDelivery,
  takeChannel,
  type DeliveryRow,
  type EventRow,
  type HeldChannel,
  type Settlement,
} from './delivery.store.js';

export type DeliverContext = Pick<Context, 'db' | 'clock' | 'log' | 'secrets' | 'env'>;

/** Makes the body of a webhook, once for each event. */
export type PayloadMaker = (webhook: {
  userId: number;
  eventId: number;
  messageId: string;
  selection: string | null;
}) => Promise<string>;

export interface DeliverOptions {
  /** Only a process with GraphQL can make the bodies of webhooks; others send those that exist. */
  makePayload?: PayloadMaker | undefined;
  /** Ends what is being sent. */
  signal: AbortSignal;
  /** Begin no further message. */
  isStopping?: (() => boolean) | undefined;
  /** How long a process keeps a channel without a sign of life. */
  heldMs?: number | undefined;
  /** How long a server may be at work on a request before its "I have it not" counts. */
  settledMs?: number | undefined;
}

const HELD_MS = 10_000;
const MESSAGES_AT_ONCE = 50;

/** One channel in the hands of this process. */
interface Work extends DeliverOptions {
  ctx: DeliverContext;
  channel: HeldChannel;
  holder: string;
  settings: PersonSettings;
  /** Monotonic: how long ago the channel was surely ours. */
  heldForMs(): number;
}

/**
 * Sends what is due through one channel, message by message, in the order in which it was due. One process at a time
 * works on a channel. Before each message goes out, a record of it is committed, and after it another one. A process
 * that dies in between leaves a message that may have arrived; what then follows depends on the channel (`REPEAT_GUARD`).
 * Returns how many messages were sent.
 */
export async function deliverChannel(ctx: DeliverContext, channelId: number, options: DeliverOptions): Promise<number> {
  const { heldMs = HELD_MS } = options;
  const holder = randomUUID();
  let heldAt = performance.now();
  const channel = await takeChannel(ctx.db, { channelId, holder, heldMs, now: ctx.clock.now() });
  if (!channel) return 0;
  const renewal = setInterval(() => {
    const asked = performance.now();
    holdChannel(ctx.db, { channelId, holder, heldMs }).then(
      (isOurs) => isOurs && (heldAt = asked),
      (err: unknown) => ctx.log.debug({ err }, 'a channel could not be held'),
    );
  }, heldMs / 3);
  try {
    const settings = await readPersonSettings(ctx.db, channel.userId);
    const heldForMs = () => performance.now() - heldAt;
    return await deliverAll({ ...options, ctx, channel, holder, settings, heldForMs });
  } finally {
    clearInterval(renewal);
    await releaseChannel(ctx.db, channelId, holder).catch((err: unknown) =>
      ctx.log.debug({ err }, 'a channel could not be released; its time runs out'),
    );
  }
}

async function deliverAll(work: Work): Promise<number> {
  const { ctx, signal, isStopping = () => false } = work;
  let sent = 0;
  for (let n = 0; n < MESSAGES_AT_ONCE && !signal.aborted && !isStopping(); n++) {
    const due = await readDueDeliveries(ctx.db, work.channel.id, ctx.clock.now());
    const open = due.find(({ status }) => status !== 'PENDING');
    const done = open ? await resolveOpen(work, open) : await sendNext(work, due);
    if (done === 'SENT') sent++;
    if (done === 'STOP') break;
  }
  return sent;
}

type Done = 'SENT' | 'GO_ON' | 'STOP';

async function sendNext(work: Work, due: readonly DeliveryRow[]): Promise<Done> {
  const { ctx, channel, holder } = work;
  const isProgram = channel.kind === 'WEBHOOK';
  const [headId, ...memberIds] = groupDue(due, { isProgram });
  const head = due.find(({ id }) => id === headId);
  if (!head) return 'STOP';
  const message = await messageOf(
    work,
    head,
    due.filter(({ id }) => memberIds.includes(id)),
  );
  if (message === null) return 'STOP';
  const claim = randomUUID();
  const startedAt = ctx.clock.now();
  const claimed = { channelId: channel.id, holder, headId: head.id, memberIds, claim, message, now: startedAt };
  if (!(await claimDelivery(ctx.db, claimed))) return 'STOP';
  const around = await surroundings(work);
  const began = performance.now();
  // A process that stood still meanwhile may have lost the channel: it must not act any more.
  const isLate = work.heldForMs() > (work.heldMs ?? HELD_MS) * 0.8;
  const outcome: SendOutcome = isLate
    ? { kind: 'UNSENT', reason: 'The process stood still before it sent.' }
    : await sendThrough(ctx.secrets, channel, outgoingOf(work, { ...head, message }, startedAt), around);
  const step = afterAttempt(outcome, factsOf(work, head));
  const done = await settle(work, head, {
    ...{ claim, attempt: head.attempts + 1, outcome, startedAt, durationMs: performance.now() - began },
    ...{ step: isLate ? hurried(step) : step, message, isOurFault: isLate },
  });
  // The channel is taken again, with a new lease, and the message goes out then.
  return isLate ? 'STOP' : done;
}

/** What a dead process left, and what is not known to have arrived. */
async function resolveOpen(work: Work, open: DeliveryRow): Promise<Done> {
  const { ctx, channel } = work;
  const startedAt = open.attemptedAt ?? ctx.clock.now();
  const about = { claim: open.claim, attempt: open.attempts, startedAt, durationMs: null, message: open.message ?? '' };
  if (open.status === 'SENDING') {
    const outcome: SendOutcome = { kind: 'UNKNOWN', reason: 'The process ended while it was sending.' };
    const step = afterAttempt(outcome, { ...factsOf(work, open), isCrash: true });
    // The channel itself did nothing wrong.
    return settle(work, open, { ...about, outcome, step: hurried(step), isOurFault: true });
  }
  const outgoing = outgoingOf(work, { ...open, message: about.message }, startedAt);
  const proof = await askWhether(ctx.secrets, channel, outgoing, await surroundings(work));
  const unknownSince = open.unknownSince ?? startedAt;
  const { settledMs } = work;
  const step = afterProof(proof, {
    ...factsOf(work, open),
    unknownSince,
    ...(settledMs !== undefined && { settledMs }),
  });
  return settle(work, open, { ...about, outcome: null, step, proof });
}

/** After a crash of ours there is nothing to wait for. */
const hurried = (step: DeliveryStep): DeliveryStep =>
  step.do === 'RETRY' || step.do === 'ASK' ? { ...step, inMs: 0 } : step;

const factsOf = ({ ctx, channel }: Work, row: DeliveryRow): AttemptFacts => ({
  ...{ kind: channel.kind, dueSince: row.createdAt, failures: row.attempts + 1, repeats: row.repeats },
  ...{ now: ctx.clock.now(), chance: Math.random() },
});

async function messageOf(work: Work, head: DeliveryRow, members: readonly DeliveryRow[]): Promise<string | null> {
  const { ctx, channel, settings, makePayload } = work;
  if (head.message !== null) {
    const isMarked = REPEAT_GUARD[channel.kind] === 'MARK' && head.repeats > 0;
    return isMarked ? markStored(head.message, settings) : head.message;
  }
  if (channel.kind !== 'WEBHOOK') {
    const events = await readEvents(
      ctx.db,
      [head, ...members].map(({ eventId }) => eventId),
    );
    return storeMessage(composeMessage(events, settings));
  }
  if (!makePayload) return null;
  const { userId, selection } = channel;
  return makePayload({ userId, eventId: head.eventId, messageId: head.messageId, selection });
}

function outgoingOf(
  { channel }: Work,
  row: Pick<DeliveryRow, 'id' | 'messageId'> & { message: string },
  firstTriedAt: number,
): OutgoingMessage {
  const about = { id: row.messageId, reference: row.id, type: channel.kind, firstTriedAt };
  if (channel.kind === 'WEBHOOK') return { ...about, title: '', text: '', payload: row.message };
  return { ...about, ...storedMessage(row.message), payload: null };
}

const surroundings = async ({ ctx, signal }: Work): Promise<ChannelSurroundings> => ({
  ...{ env: ctx.env, now: ctx.clock.now(), signal },
  servers: await readServers(ctx.db, ctx.secrets),
});

interface Attempted {
  claim: string | null;
  attempt: number;
  outcome: SendOutcome | null;
  startedAt: number;
  durationMs: number | null;
  step: DeliveryStep;
  message: string;
  proof?: Proof;
  /** Our process died; the channel is not to blame. */
  isOurFault?: boolean;
}

async function settle(work: Work, row: DeliveryRow, attempted: Attempted): Promise<Done> {
  const { ctx, channel } = work;
  const { step } = attempted;
  const now = ctx.clock.now();
  const health = healthAfter(work, attempted, now);
  const disable = toDisable(work, attempted, health, now);
  const events = await readEvents(ctx.db, await readEventIds(ctx.db, row.id));
  const others = step.do === 'FAIL' && channel.kind !== 'WEBHOOK' ? await readChannelFacts(ctx.db, channel.userId) : [];
  const { message, ...about } = attempted;
  const settlement: Settlement = {
    ...{ ...about, channel, headId: row.id, now, health, disable },
    log: channel.kind === 'WHATSAPP' ? logOf(work, events, message) : null,
  };
  const isOurs = await settleDelivery(ctx.db, settlement, (batch) => {
    // What one channel could not deliver goes through the others, to each at most once. A group is not the person.
    for (const event of channel.isGroup || isTest(events) ? [] : events) {
      const channelIds = otherChannels(others, { failedId: channel.id, notThrough: event.alertChannelId });
      addOtherDeliveries(batch, { eventId: event.id, userId: channel.userId, channelIds, dueAt: new Date(now) });
    }
  });
  if (health) Object.assign(channel, { failures: health.failures, failingSince: health.failingSince });
  if (!isOurs || disable) return 'STOP';
  if (step.do === 'SENT') return 'SENT';
  // A channel that just failed gets its pause; a single message that failed or waits holds up no other.
  return health === null || health.failingSince === null ? 'GO_ON' : 'STOP';
}

/** A test is about one channel and says nothing through others. */
const isTest = ([event]: readonly EventRow[]): boolean => event?.type === 'TEST_MESSAGE';

function healthAfter(
  { channel }: Work,
  { outcome, step, proof, isOurFault, startedAt }: Attempted,
  now: number,
): Settlement['health'] {
  const isWell =
    outcome?.kind === 'ACCEPTED' || proof === 'HAS_IT' || (outcome?.kind === 'REFUSED' && outcome.fault === 'MESSAGE');
  if (isWell) return { failures: 0, failingSince: null, isBroken: false, retryInMs: 0 };
  if (isOurFault || (outcome === null && proof !== 'NO_ANSWER')) return null;
  const failures = channel.failures + 1;
  const isBroken = outcome?.kind === 'REFUSED' && outcome.fault !== 'MOMENT';
  const waited = outcome?.kind === 'REFUSED' ? outcome.retryAfterMs : undefined;
  const retryInMs = Math.max(
    retryDelayMs(failures, Math.random(), waited),
    step.do === 'ASK' && outcome ? step.inMs : 0,
  );
  return { failures, failingSince: channel.failingSince ?? Math.min(startedAt, now), isBroken, retryInMs };
}

function toDisable(
  { channel }: Work,
  { outcome }: Attempted,
  health: Settlement['health'],
  now: number,
): Settlement['disable'] {
  if (outcome?.kind === 'REFUSED' && outcome.fault === 'GONE') return 'GONE';
  return health && isToSwitchOff(channel.kind, health, now) ? 'REPEATED_FAILURE' : null;
}

function logOf({ ctx, channel }: Work, events: readonly EventRow[], message: string): Settlement['log'] {
  try {
    const { recipient, type } = openConfig(ctx.secrets, { ...channel, kind: 'WHATSAPP' });
    return { recipient, recipientType: type, events, message: message === '' ? '' : storedMessage(message).text };
  } catch {
    return null;
  }
}
