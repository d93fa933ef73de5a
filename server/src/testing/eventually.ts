/**
 * Asks again every 10 ms until `check` passes; after `limitMs` throws what it threw last. The limit is
 * for machines that stall: it costs nothing where the check passes.
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

/** Holds that something stays so: checks all along for `forMs`, and throws at once when it is so no more. */
export async function throughout(forMs: number, check: () => void | Promise<void>): Promise<void> {
  const until = performance.now() + forMs;
  do {
    await check();
    await new Promise((resolve) => setTimeout(resolve, 10));
  } while (performance.now() < until);
  await check();
}
