/**
 * Repeats `check` every 10 ms until it passes. After `limitMs` it throws the last error. The limit is high for slow
 * machines; it costs nothing when the check passes.
 */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 45_000): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Checks that something stays true: repeats the check for `forMs`, and throws at once when it fails. */
export async function throughout(forMs: number, check: () => void | Promise<void>): Promise<void> {
  const until = performance.now() + forMs;
  do {
    await check();
    await new Promise((resolve) => setTimeout(resolve, 10));
  } while (performance.now() < until);
  await check();
}
