/** A wait that can be ended early. */
export interface Pause {
  wait(ms: number): Promise<void>;
  /** Ends the wait in progress. */
  wake(): void;
}

export function createPause(): Pause {
  let wake = (): void => undefined;
  return {
    wait: (ms) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
