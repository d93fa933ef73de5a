/** The number of ids to remember, the newest ones. An order is sent twice within seconds or not at all. */
const KEPT = 20_000;

/** The client ids of orders that this process has sent. */
export interface SentIds {
  has(id: string): boolean;
  add(id: string): void;
}

export function createSentIds(kept = KEPT): SentIds {
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    add(id) {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > kept && oldest !== undefined) ids.delete(oldest);
    },
  };
}
