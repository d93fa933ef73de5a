// The ways in which a command ends: by Ctrl-C, by SIGTERM, or because npm, which started it, has ended.
import { logLine } from './steps.mjs';

const PARENT_CHECK_MS = 1_000;
// One Ctrl-C arrives twice: from the terminal, and from npm, which passes it on.
const SAME_PRESS_MS = 1_000;

/**
 * An AbortSignal that fires on the first request to stop. A second Ctrl-C ends the process at once.
 * @returns {AbortSignal}
 */
export function stopSignal() {
  const stop = new AbortController();
  let since = 0;
  const request = (why) => {
    if (stop.signal.aborted) {
      if (why === 'SIGINT' && performance.now() - since > SAME_PRESS_MS) process.exit(130);
      return;
    }
    since = performance.now();
    stop.abort(new Error(why));
  };
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => request(name));
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid === parent || stop.signal.aborted) return;
      logLine('npm has gone away, stopping');
      request('npm is gone');
    }, PARENT_CHECK_MS).unref();
  }
  return stop.signal;
}

/** Sends a signal to a child that leads a process group, and to all processes of the group. */
function signalGroup(child, name) {
  try {
    if (child.pid) process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Waits until a child that was spawned `detached` ends. A request to stop is passed on to its process group
 * as SIGTERM, and as SIGKILL after the grace.
 * @param {import('node:child_process').ChildProcess} child
 * @param {AbortSignal} stop
 * @returns {Promise<number>} its exit code; 0 when it was stopped on request
 */
export function childEnd(child, stop, graceMs = 20_000) {
  return new Promise((resolve, reject) => {
    let timer;
    const end = () => {
      signalGroup(child, 'SIGTERM');
      timer = setTimeout(() => {
        logLine(`The program has not stopped within ${graceMs / 1000} s and is killed`);
        signalGroup(child, 'SIGKILL');
      }, graceMs);
    };
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve(stop.aborted ? 0 : (code ?? 1));
    });
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
}
