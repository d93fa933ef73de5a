/** Work that repeats, each time after a pause. */
export interface Repeated {
  /** Runs it at once; if it is running, once more right after. */
  hurry(): void;
  /** Stops repeating. Resolves when the current run has ended. */
  stop(): Promise<void>;
}

/**
 * Starts at once. `work` handles its own errors, and after an await it checks `isStopped` before it changes anything. It
 * may return the pause in ms until its next run, instead of `everyMs`.
 */
export function repeat(everyMs: number, work: (isStopped: () => boolean) => Promise<number | void>): Repeated {
  let isStopped = false;
  let isHurried = false;
  let wake = (): void => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isHurried = false;
      const pauseMs = (await work(() => isStopped)) ?? everyMs;
      if (isStopped || isHurried) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    hurry() {
      isHurried = true;
      wake();
    },
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}

/** The names that a process currently watches. The callbacks are called for each gained and lost name. */
export class Held<Name> {
  private names: ReadonlySet<Name> = new Set();

  constructor(private readonly on: { onGain: (name: Name) => void; onLoss: (name: Name) => void }) {}

  has(name: Name): boolean {
    return this.names.has(name);
  }

  all(): Name[] {
    return [...this.names];
  }

  change(next: Iterable<Name>): void {
    const before = this.names;
    const now = new Set(next);
    this.names = now;
    for (const name of now) if (!before.has(name)) this.on.onGain(name);
    for (const name of before) if (!now.has(name)) this.on.onLoss(name);
  }
}
