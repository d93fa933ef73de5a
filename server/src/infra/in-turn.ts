/** Runs `work` after all earlier work of the same key has ended, well or not. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * One at a time per key, within this process. Transactions that would wait for one another's row locks wait here
 * instead, where waiting costs no database connection. It is no lock: other processes do not know of it.
 */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, mine);
    const leave = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(leave, leave);
    return mine;
  };
}
