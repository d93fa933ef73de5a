import type { Context } from '../../context.js';
import type { ChannelKind } from '../../core/notifications/notification-types.js';
import { QUICK_FAILURES } from '../../core/notifications/retry-plan.js';
import { inParallel } from '../../infra/in-parallel.js';
import { repeat } from '../../infra/repeat.js';
import { waitAtMost } from '../../infra/with-timeout.js';
import { deriveNotifications } from '../derive/derive-notifications.js';
import { deriveSignals } from '../derive/derive-signals.js';
import { deliverChannel, type DeliverOptions } from './deliver-channel.js';
import { readDueChannels } from './delivery.store.js';
import { tellDeadChannels } from './tell-dead-channels.js';

type NotifierContext = Pick<Context, 'db' | 'clock' | 'log' | 'secrets' | 'env' | 'live'>;

export const PERSON_KINDS: readonly ChannelKind[] = ['WHATSAPP', 'TELEGRAM', 'EMAIL', 'NTFY', 'WEB_PUSH'];

const LOOK_MS = 500;
/** Live events come in bursts; one look serves all of a moment. */
const HURRY_MS = 50;
/** A dead channel occupies its own place only, for at most ten seconds an attempt. */
const CHANNELS_AT_ONCE = 32;
const FINISH_MS = 3_000;

export interface Notifier {
  /** Begins no further message and gives the running ones a moment. */
  stop(): Promise<void>;
}

export interface NotifierOptions extends Pick<DeliverOptions, 'heldMs' | 'settledMs' | 'makePayload'> {
  kinds?: readonly ChannelKind[];
  lookMs?: number;
  /** False: it only sends. */
  derives?: boolean;
}

/**
 * Derives notifications from live events and sends what is due, in every process that has it; the database shares the
 * work out. It looks every half second and at once after a live event. It waits for no other server in its loop: each
 * channel is a task of its own.
 */
export function startNotifier(
  ctx: NotifierContext,
  { kinds = PERSON_KINDS, lookMs = LOOK_MS, derives = true, ...options }: NotifierOptions = {},
): Notifier {
  const ended = new AbortController();
  let isStopping = false;
  const running = new Map<number, Promise<unknown>>();
  const deliver = (channelId: number): void => {
    const work = deliverChannel(ctx, channelId, { ...options, signal: ended.signal, isStopping: () => isStopping })
      .catch((err: unknown) => ctx.log.warn({ err, channelId }, 'a channel could not be worked on; it is tried again'))
      .finally(() => running.delete(channelId));
    running.set(channelId, work);
  };
  const looking = repeat(lookMs, async (isStopped) => {
    try {
      if (derives) {
        await deriveNotifications(ctx);
        await deriveSignals(ctx);
      }
      const due = await readDueChannels(ctx.db, { kinds, failures: [0, QUICK_FAILURES], now: ctx.clock.now() });
      if (isStopped()) return;
      for (const id of due) if (!running.has(id) && running.size < CHANNELS_AT_ONCE) deliver(id);
      if (derives) await tellDeadChannels(ctx);
    } catch (err) {
      ctx.log.warn({ err }, 'notifications could not be read; it is tried again');
    }
  });
  let isHurrying = false;
  const stopListening = ctx.live.listen(() => {
    if (isHurrying) return;
    isHurrying = true;
    setTimeout(() => {
      isHurrying = false;
      looking.hurry();
    }, HURRY_MS).unref();
  });
  return {
    async stop() {
      isStopping = true;
      stopListening();
      await looking.stop();
      await waitAtMost(Promise.all(running.values()), FINISH_MS);
      ended.abort(new Error('the process stops'));
      await waitAtMost(Promise.all(running.values()), FINISH_MS);
    },
  };
}

const OVERDUE_MS = 30_000;
const RETRIES_AT_ONCE = 8;
const ANY = 1_000_000;

/**
 * The scheduled job notification_retry: tries again what failed more often than the worker itself tries, and what is
 * overdue because no worker runs. Returns how many channels it looked at and how many messages were sent.
 */
export async function retryNotifications(
  ctx: NotifierContext,
  { signal }: { signal: AbortSignal },
): Promise<{ channels: number; sent: number }> {
  const now = ctx.clock.now();
  const kinds = [...PERSON_KINDS, 'WEBHOOK' as const];
  const failing = await readDueChannels(ctx.db, { kinds, failures: [QUICK_FAILURES + 1, ANY], now });
  const overdue = await readDueChannels(ctx.db, { kinds, failures: [0, QUICK_FAILURES], now, overdueMs: OVERDUE_MS });
  const ids = [...new Set([...failing, ...overdue])];
  let sent = 0;
  await inParallel(ids, RETRIES_AT_ONCE, async (id) => {
    if (signal.aborted) return;
    sent += await deliverChannel(ctx, id, { signal }).catch((err: unknown) => {
      ctx.log.warn({ err, channelId: id }, 'a channel could not be worked on; it is tried again');
      return 0;
    });
  });
  return { channels: ids.length, sent };
}
