import type { LiveEvent } from './live-hub.js';

/** An event with the row it speaks of, as the row is now. */
export interface LiveDelivery<Row> {
  seq: number;
  row: Row;
}

/**
 * Puts rows to a subscription's events: one read for each batch, then one delivery at a time, so that a reader that
 * stops reading stops this too. Events whose row the owner no longer has are passed over.
 */
export async function* entityStream<Row extends { id: number }>(
  batches: AsyncIterableIterator<LiveEvent[]>,
  readRows: (ids: number[]) => Promise<readonly Row[]>,
): AsyncGenerator<LiveDelivery<Row>> {
  for await (const events of batches) {
    const rows = await readRows([...new Set(events.map(({ entityId }) => entityId))]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const { seq, entityId } of events) {
      const row = byId.get(entityId);
      if (row) yield { seq, row };
    }
  }
}
