import type { Logger } from 'pino';
import type { Database } from '../infra/database/database.js';
import type { LiveTopic } from '../infra/database/live-events.js';
import { EventQueue } from './event-queue.js';
import type { LiveChannel } from '../ports.js';
import { PAGE, readCursor, readCursors, readEvents, readOldest, type LiveEvent } from './live.store.js';

export type LiveFault = 'CURSOR_TOO_OLD' | 'CURSOR_UNKNOWN' | 'SUBSCRIPTION_OVERFLOW';

/** The error of a subscription that cannot continue. The socket and the user's other subscriptions are not affected. */
export class LiveError extends Error {
  constructor(readonly code: LiveFault) {
    super(
      {
        CURSOR_TOO_OLD:
          'Events after this cursor are no longer kept: query the current state and subscribe from its cursor.',
        CURSOR_UNKNOWN: 'This cursor is later than every event: query liveCursor and subscribe from there.',
        SUBSCRIPTION_OVERFLOW: 'Too many events were waiting: subscribe again after the last cursor you have seen.',
      }[code],
    );
    this.name = 'LiveError';
  }
}

const QUEUE_LIMIT = 1_000;
const BATCH = 100;
const POLL_MS = 1_000;

interface Subscriber {
  topic: LiveTopic;
  queue: EventQueue<LiveEvent>;
  /** The last event seen by this subscriber, whether or not it was of its topic. */
  position: number;
  /** The stream ends after this event. */
  until: number | undefined;
  /** The subscriber has caught up: its queue gets the events that the hub reads. */
  isLive: boolean;
}

/** A user with subscribers in this process. `seq` is the last event that this process has read. */
interface Listener {
  userId: number;
  seq: number;
  subscribers: Set<Subscriber>;
  isReading: boolean;
  isStale: boolean;
}

/** The events after `after` (default: from now on) up to and with `until` (default: without end). */
export interface LiveRange {
  after?: number | undefined;
  until?: number | undefined;
}

/** `startsAfter` is the event after which they start. */
export type LiveEvents = AsyncIterableIterator<LiveEvent[]> & { startsAfter: number };

export interface LiveHub {
  /**
   * The user's events of one topic: first those after the cursor (without a cursor, only new ones), then each as it is
   * committed, without gaps or repeats. They come in batches with everything that was waiting (at most 100). `next()`
   * rejects with LiveError. `return()` ends the stream.
   */
  subscribe(userId: number, topic: LiveTopic, range?: LiveRange): Promise<LiveEvents>;
  /** The user's newest cursor. */
  cursor(userId: number): Promise<number>;
  close(): void;
}

interface HubParts {
  db: Database;
  signals: LiveChannel;
  log: Logger;
}

/** One per API process. It reads each subscribed user's new events once and passes them to that user's subscribers. */
export const createLiveHub = (parts: HubParts): LiveHub => new DatabaseHub(parts);

class DatabaseHub implements LiveHub {
  private readonly listeners = new Map<number, Listener>();
  private readonly stopListening: () => void;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly parts: HubParts) {
    this.stopListening = parts.signals.listen((userIds) => {
      for (const userId of userIds) {
        const listener = this.listeners.get(userId);
        if (listener) void this.read(listener);
      }
    });
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
  }

  cursor(userId: number): Promise<number> {
    return readCursor(this.parts.db, userId);
  }

  async subscribe(userId: number, topic: LiveTopic, { after, until }: LiveRange = {}): Promise<LiveEvents> {
    if (after !== undefined) await this.checkCursor(userId, after);
    const [listener, subscriber] = await this.join(userId, topic, { after, until });
    const startsAfter = subscriber.position;
    const leave = () => {
      subscriber.queue.end();
      listener.subscribers.delete(subscriber);
      if (listener.subscribers.size === 0 && this.listeners.get(userId) === listener) this.listeners.delete(userId);
    };
    void this.read(listener);
    return { ...iterate(subscriber, () => this.catchUp(listener, subscriber), leave), startsAfter };
  }

  close(): void {
    clearInterval(this.timer);
    this.stopListening();
    for (const listener of this.listeners.values()) for (const { queue } of listener.subscribers) queue.end();
    this.listeners.clear();
  }

  private async checkCursor(userId: number, after: number): Promise<void> {
    const newest = await this.cursor(userId);
    if (after > newest) throw new LiveError('CURSOR_UNKNOWN');
    if (after === newest) return;
    const oldest = await readOldest(this.parts.db, userId);
    if (oldest === null || oldest > after + 1) throw new LiveError('CURSOR_TOO_OLD');
  }

  private async join(userId: number, topic: LiveTopic, { after, until }: LiveRange): Promise<[Listener, Subscriber]> {
    const seq = this.listeners.get(userId)?.seq ?? (await this.cursor(userId));
    // The rest runs in one turn of the event loop. While the cursor was read, other subscribers may have come, or the
    // last one may have left.
    const fresh: Listener = { userId, seq, subscribers: new Set(), isReading: false, isStale: false };
    const listener = this.listeners.get(userId) ?? fresh;
    this.listeners.set(userId, listener);
    const queue = new EventQueue<LiveEvent>(QUEUE_LIMIT);
    const subscriber: Subscriber = { topic, queue, position: after ?? listener.seq, until, isLive: false };
    listener.subscribers.add(subscriber);
    return [listener, subscriber];
  }

  /** Reads until there is no more news. A wake during a read causes one more read. */
  private async read(listener: Listener): Promise<void> {
    listener.isStale = true;
    if (listener.isReading) return;
    listener.isReading = true;
    try {
      while (listener.isStale && this.listeners.get(listener.userId) === listener) {
        listener.isStale = false;
        const events = await readEvents(this.parts.db, listener.userId, listener.seq);
        if (events.length === PAGE) listener.isStale = true;
        for (const event of events) deliver(listener, event);
      }
    } catch (error) {
      this.parts.log.warn({ err: error }, 'live events could not be read; trying again by polling');
    } finally {
      listener.isReading = false;
    }
  }

  private async poll(): Promise<void> {
    const userIds = [...this.listeners.keys()];
    if (userIds.length === 0) return;
    try {
      for (const { userId, seq } of await readCursors(this.parts.db, userIds)) {
        const listener = this.listeners.get(userId);
        if (listener && seq > listener.seq) void this.read(listener);
      }
    } catch {
      // The database is away. The next poll tries again, and subscribers lose nothing.
    }
  }

  /**
   * Reads one page of the events that the subscriber has missed, at its own pace. The subscriber switches to live in
   * the same turn of the event loop in which it has seen everything that the hub has read, so no event is lost in
   * between.
   */
  private async catchUp(listener: Listener, subscriber: Subscriber): Promise<void> {
    const { until = Number.POSITIVE_INFINITY } = subscriber;
    if (subscriber.position >= until) return subscriber.queue.end();
    if (subscriber.position >= listener.seq) {
      subscriber.isLive = true;
      return;
    }
    const upTo = Math.min(listener.seq, until);
    const events = await readEvents(this.parts.db, listener.userId, subscriber.position, upTo);
    for (const event of events) if (event.topic === subscriber.topic) subscriber.queue.push(event);
    subscriber.position = events.length < PAGE ? upTo : (events.at(-1)?.seq ?? upTo);
  }
}

function deliver(listener: Listener, event: LiveEvent): void {
  listener.seq = event.seq;
  for (const subscriber of listener.subscribers) {
    if (!subscriber.isLive || event.seq <= subscriber.position) continue;
    subscriber.position = event.seq;
    if (event.topic === subscriber.topic) subscriber.queue.push(event);
  }
}

function iterate(
  subscriber: Subscriber,
  catchUpOnce: () => Promise<void>,
  leave: () => void,
): AsyncIterableIterator<LiveEvent[]> {
  const { queue } = subscriber;
  const done = { value: undefined, done: true as const };
  const next = async (): Promise<IteratorResult<LiveEvent[]>> => {
    for (;;) {
      const events = queue.take(BATCH);
      if (events.length > 0) return { value: events, done: false };
      const state = queue.state();
      if (state === 'ended') {
        leave();
        return done;
      }
      if (state === 'overflowed') {
        leave();
        throw new LiveError('SUBSCRIPTION_OVERFLOW');
      }
      if (subscriber.isLive) await queue.changed();
      else await catchUpOnce();
    }
  };
  const iterator: AsyncIterableIterator<LiveEvent[]> = {
    [Symbol.asyncIterator]: () => iterator,
    next,
    return() {
      leave();
      return Promise.resolve(done);
    },
    throw(error: unknown) {
      leave();
      return Promise.reject(error);
    },
  };
  return iterator;
}
