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
