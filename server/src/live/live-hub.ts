import type { Logger } from 'pino';
import type { Database } from '../infra/database.js';
import type { LiveTopic } from '../infra/live-events.js';
import { EventQueue } from './event-queue.js';
import type { LiveSignals } from './live-waker.js';

/** One change of one entity of the user. `seq` is the cursor: pass it as `after` to go on behind it. */
export interface LiveEvent {
  seq: number;
  topic: LiveTopic;
  entityId: number;
}

export type LiveFault = 'CURSOR_TOO_OLD' | 'CURSOR_UNKNOWN' | 'SUBSCRIPTION_OVERFLOW';

/** A subscription cannot go on. The socket and the user's other subscriptions are untouched. */
export class LiveError extends Error {
  constructor(readonly code: LiveFault) {
    super(
      {
        CURSOR_TOO_OLD:
          'Events behind this cursor are no longer kept: query the current state and subscribe from its cursor.',
        CURSOR_UNKNOWN: 'This cursor lies ahead of every event: query liveCursor and subscribe from there.',
        SUBSCRIPTION_OVERFLOW: 'Too many events were waiting: subscribe again after the last cursor you have seen.',
      }[code],
    );
    this.name = 'LiveError';
  }
}

const QUEUE_LIMIT = 1_000;
const PAGE = 500;
const BATCH = 100;
const POLL_MS = 1_000;

interface Subscriber {
  topic: LiveTopic;
  queue: EventQueue<LiveEvent>;
  /** The last event seen by this subscriber, whether or not it was of its topic. */
  position: number;
  /** Caught up: the hub's own reading feeds the queue. */
  isLive: boolean;
}

/** A user somebody here is subscribed for. `seq` is the last event this process has read. */
interface Listener {
  userId: number;
  seq: number;
  subscribers: Set<Subscriber>;
  isReading: boolean;
  isStale: boolean;
}

export interface LiveHub {
  /**
   * The user's events of one topic, first those after the cursor (from now without one), then as they are committed,
   * without gap or repeat: in batches, each all that was waiting (at most 100). Rejects `next()` with LiveError. Ends by
   * `return()`.
   */
  subscribe(userId: number, topic: LiveTopic, after?: number): Promise<AsyncIterableIterator<LiveEvent[]>>;
  /** The user's newest cursor. */
  cursor(userId: number): Promise<number>;
  close(): void;
}

/** One per API process: reads each subscribed user's new events once and hands them to that user's subscribers. */
export function createLiveHub({ db, signals, log }: { db: Database; signals: LiveSignals; log: Logger }): LiveHub {
  const listeners = new Map<number, Listener>();
  const stopListening = signals.listen((userIds) => {
    for (const userId of userIds) {
      const listener = listeners.get(userId);
      if (listener) void read(listener);
    }
  });
  const timer = setInterval(() => void poll(), POLL_MS);
  timer.unref();

  const cursor = async (userId: number): Promise<number> => {
    const rows = await db.query<{ seq: number }[]>('SELECT seq FROM live_cursors WHERE user_id = ?', [userId]);
    return rows[0]?.seq ?? 0;
  };

  const page = (userId: number, after: number, upTo?: number): Promise<LiveEvent[]> =>
    db.query<LiveEvent[]>(
      `SELECT seq, topic, entity_id AS entityId FROM live_events
        WHERE user_id = ? AND seq > ? ${upTo === undefined ? '' : 'AND seq <= ?'} ORDER BY seq LIMIT ${PAGE}`,
      upTo === undefined ? [userId, after] : [userId, after, upTo],
    );

  /** Reads on while there is news; a wake during a read makes it read once more. */
  async function read(listener: Listener): Promise<void> {
    listener.isStale = true;
    if (listener.isReading) return;
    listener.isReading = true;
    try {
      while (listener.isStale && listeners.get(listener.userId) === listener) {
        listener.isStale = false;
        const events = await page(listener.userId, listener.seq);
        if (events.length === PAGE) listener.isStale = true;
        for (const event of events) deliver(listener, event);
      }
    } catch (error) {
      log.warn({ error }, 'live events could not be read; trying again by polling');
    } finally {
      listener.isReading = false;
    }
  }

  async function poll(): Promise<void> {
    const userIds = [...listeners.keys()];
    if (userIds.length === 0) return;
    try {
      const rows = await db.query<{ user_id: number; seq: number }[]>(
        'SELECT user_id, seq FROM live_cursors WHERE user_id IN (?)',
        [userIds],
      );
      for (const row of rows) {
        const listener = listeners.get(row.user_id);
        if (listener && row.seq > listener.seq) void read(listener);
      }
    } catch {
      // The database is away: the next poll tries again, and subscribers lose nothing.
    }
  }

  async function join(userId: number, subscriberOf: (seq: number) => Subscriber): Promise<[Listener, Subscriber]> {
    const seq = listeners.get(userId)?.seq ?? (await cursor(userId));
    // From here to the end in one turn: while the cursor was read, others may have come or the last one left.
    const fresh = { userId, seq, subscribers: new Set<Subscriber>(), isReading: false, isStale: false };
    const listener = listeners.get(userId) ?? fresh;
    listeners.set(userId, listener);
    const subscriber = subscriberOf(listener.seq);
    listener.subscribers.add(subscriber);
    return [listener, subscriber];
  }

  async function checkCursor(userId: number, after: number, newest: number): Promise<void> {
    if (after > newest) throw new LiveError('CURSOR_UNKNOWN');
    if (after === newest) return;
    const rows = await db.query<{ oldest: number | null }[]>(
      'SELECT MIN(seq) AS oldest FROM live_events WHERE user_id = ?',
      [userId],
    );
    const oldest = rows[0]?.oldest ?? Number.POSITIVE_INFINITY;
    if (oldest > after + 1) throw new LiveError('CURSOR_TOO_OLD');
  }

  return {
    cursor,
    async subscribe(userId, topic, after) {
      const newest = after === undefined ? 0 : await cursor(userId);
      if (after !== undefined) await checkCursor(userId, after, newest);
      const [listener, subscriber] = await join(userId, (seq) => ({
        topic,
        queue: new EventQueue<LiveEvent>(QUEUE_LIMIT),
        position: after ?? seq,
        isLive: false,
      }));
      const leave = () => {
        subscriber.queue.end();
        listener.subscribers.delete(subscriber);
        if (listener.subscribers.size === 0 && listeners.get(userId) === listener) listeners.delete(userId);
      };
      void read(listener);
      return iterate(subscriber, () => catchUp(listener, subscriber, page), leave);
    },
    close() {
      clearInterval(timer);
      stopListening();
      for (const listener of listeners.values()) for (const subscriber of listener.subscribers) subscriber.queue.end();
      listeners.clear();
    },
  };
}

function deliver(listener: Listener, event: LiveEvent): void {
  listener.seq = event.seq;
  for (const subscriber of listener.subscribers) {
    if (!subscriber.isLive || event.seq <= subscriber.position) continue;
    subscriber.position = event.seq;
    if (event.topic === subscriber.topic) subscriber.queue.push(event);
  }
}

/**
 * One page of what the subscriber has missed, read at its own pace. It goes live in the same turn of the event loop in
 * which it has seen all that the hub has read, so nothing can slip in between.
 */
async function catchUp(
  listener: Listener,
  subscriber: Subscriber,
  page: (userId: number, after: number, upTo: number) => Promise<LiveEvent[]>,
): Promise<void> {
  if (subscriber.position >= listener.seq) {
    subscriber.isLive = true;
    return;
  }
  const upTo = listener.seq;
  const events = await page(listener.userId, subscriber.position, upTo);
  for (const event of events) if (event.topic === subscriber.topic) subscriber.queue.push(event);
  subscriber.position = events.length < PAGE ? upTo : (events.at(-1)?.seq ?? upTo);
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
      if (state === 'ended') return done;
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
