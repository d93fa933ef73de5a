import type { LiveEvent } from '../../live/live.store.js';

/** An event with its row, as the row is now. */
export interface LiveDelivery<Row> extends Pick<LiveEvent, 'seq' | 'jobStatus'> {
  row: Row;
}

/**
 * Adds rows to a subscription's events. It reads once per batch and delivers one event at a time, so that it stops when
 * the client stops reading. Events whose row the owner no longer has are skipped. The first `next()` calls `open`, and
 * its rejection says what is wrong with the subscription.
 *
 * It is not a generator: the `return()` of a generator waits for its running `next()`, that is, for the next event.
 * Until then an abandoned subscription would stay open.
 */
export function entityStream<Row extends { id: number }>(
  open: () => Promise<AsyncIterableIterator<LiveEvent[]>>,
  readRows: (ids: number[]) => Promise<readonly Row[]>,
): AsyncIterableIterator<LiveDelivery<Row>> {
  let source: Promise<AsyncIterableIterator<LiveEvent[]>> | undefined;
  let ready: LiveDelivery<Row>[] = [];
  let isOver = false;
  const done = { value: undefined, done: true as const };

  const end = async (): Promise<void> => {
    isOver = true;
    ready = [];
    const events = await source?.catch(() => undefined);
    await events?.return?.();
  };
  const load = async (events: readonly LiveEvent[]): Promise<LiveDelivery<Row>[]> => {
    const rows = await readRows([...new Set(events.map(({ entityId }) => entityId))]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return events.flatMap(({ seq, entityId, jobStatus }) => {
      const row = byId.get(entityId);
      return row ? [{ seq, jobStatus, row }] : [];
    });
  };
  const iterator: AsyncIterableIterator<LiveDelivery<Row>> = {
    [Symbol.asyncIterator]: () => iterator,
    async next() {
      try {
        while (!isOver) {
          const delivery = ready.shift();
          if (delivery) return { value: delivery, done: false };
          source ??= open();
          const batch = await (await source).next();
          if (batch.done) break;
          ready = await load(batch.value);
        }
        return done;
      } catch (error) {
        await end();
        throw error;
      }
    },
    async return() {
      await end();
      return done;
    },
    async throw(error: unknown) {
      await end();
      throw error;
    },
  };
  return iterator;
}
