/**
 * Returns the result of `work` for `item`. `work` runs at once when nothing with the same key is running, otherwise
 * together with all waiting items of that key when the running one is done.
 */
export type Batcher = <I, O>(
  key: string,
  item: I,
  work: (items: I[]) => Promise<O[]>,
  options?: { apart?: number },
) => Promise<O>;

interface Waiting<I = never, O = never> {
  item: I;
  apart: number | undefined;
  work: (items: I[]) => Promise<O[]>;
  resolve(answer: O): void;
  reject(error: unknown): void;
}

/**
 * Group commit for transactions: under load, one transaction serves all items that came during the last one; an idle
 * process does not wait. A slow group does not block others: after `waitMaxMs` the next one starts in parallel. `work` gets at
 * most `sizeMax` items, never two with the same `apart`, and returns one result for each, in their order. A failed
 * group is retried item by item, so that a bad item fails alone; `work` must allow that.
 */
export function createBatcher({ sizeMax, waitMaxMs }: { sizeMax: number; waitMaxMs: number }): Batcher {
  const lines = new Map<string, Waiting[]>();

  const next = (key: string): void => {
    const line = lines.get(key) ?? [];
    const group = takeGroup(line, sizeMax);
    if (group.length === 0) {
      lines.delete(key);
      return;
    }
    let isTerminal = false;
    const goOn = () => {
      if (!isTerminal) next(key);
      isTerminal = true;
    };
    const timer = setTimeout(goOn, waitMaxMs);
    void runGroup(group).finally(() => {
      clearTimeout(timer);
      goOn();
    });
  };

  return (key, item, work, { apart } = {}) =>
    new Promise((resolve, reject) => {
      const waiting = { item, apart, work, resolve, reject } as unknown as Waiting;
      const line = lines.get(key);
      if (line) line.push(waiting);
      else {
        lines.set(key, [waiting]);
        next(key);
      }
    });
}

/** The first waiting items with distinct `apart`. The others stay in the queue. */
function takeGroup(line: Waiting[], sizeMax: number): Waiting[] {
  const seen = new Set<number>();
  const group: Waiting[] = [];
  const rest: Waiting[] = [];
  for (const waiting of line.splice(0)) {
    const isFree = group.length < sizeMax && (waiting.apart === undefined || !seen.has(waiting.apart));
    if (waiting.apart !== undefined) seen.add(waiting.apart);
    (isFree ? group : rest).push(waiting);
  }
  line.push(...rest);
  return group;
}

async function runGroup(group: Waiting[]): Promise<void> {
  const [first] = group;
  if (!first) return;
  try {
    const answers = await first.work(group.map(({ item }) => item));
    if (answers.length !== group.length) throw new Error(`${group.length} items got ${answers.length} answers`);
    group.forEach(({ resolve }, index) => resolve(answers[index] as never));
  } catch (error) {
    if (group.length === 1) first.reject(error);
    else for (const alone of group) await runGroup([alone]);
  }
}
