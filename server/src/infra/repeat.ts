/** Work that is done again and again, each time a while after it ended. */
export interface Repeated {
  /** Does it at once; when it is being done now, once more right after. */
  hurry(): void;
  /** Does it no more; answers when what was under way has ended. */
  stop(): Promise<void>;
}

/** Begins at once. `work` handles its errors itself; after an await it asks `isStopped` before it changes anything. */
export function repeat(everyMs: number, work: (isStopped: () => boolean) => Promise<void>): Repeated {
  let isStopped = false;
  let isHurried = false;
  let wake = (): void => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isHurried = false;
      await work(() => isStopped);
      if (isStopped || isHurried) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
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

/** What a process watches of what there is to watch; whoever holds is told what came and what went. */
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
