import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for `work` for at most `ms`, then rejects. The later result of `work` is ignored. */
export async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for `work`, but not longer than `ms`. Late work goes on, and its result is ignored. */
export async function waitAtMost(work: Promise<unknown>, ms: number): Promise<void> {
  const late = new AbortController();
  try {
    await Promise.race([work, sleep(ms, undefined, { signal: late.signal }).catch(() => undefined)]);
  } finally {
    late.abort();
  }
}

/**
 * `withTimeout` for work that can be aborted: after `ms` its signal is aborted, and it must stop. `outer` can abort it
 * earlier.
 */
export async function orGiveUp<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ms: number,
  outer?: AbortSignal,
): Promise<T> {
  const given = new AbortController();
  const signal = outer ? AbortSignal.any([outer, given.signal]) : given.signal;
  signal.throwIfAborted();
  let calledOff = (): void => undefined;
  const off = new Promise<never>((_resolve, reject) => {
    calledOff = () => reject(signal.reason as Error);
    signal.addEventListener('abort', calledOff, { once: true });
  });
  const timer = setTimeout(() => given.abort(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work(signal), off]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', calledOff);
  }
}
