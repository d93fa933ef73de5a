// Processes that outlive us, and locks between processes. Both are identified by pid and start time, as pids are reused.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The start time of the process, without spaces; undefined if there is no such process (or only a zombie). */
export function processStart(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The second field is the command in parentheses and may hold anything; state and start time come after it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [state = '', ...started] = (stdout ?? '').trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? undefined : started.join('-').replace(/:/g, '-');
}

/** @param {{ pid?: number, startedAt?: string } | undefined} known */
export const isAlive = (known) =>
  known?.pid !== undefined && known.startedAt !== undefined && processStart(known.pid) === known.startedAt;

/** Polls until `done` returns something truthy or the time is over; returns the last value. */
export async function waitFor(done, timeoutMs, everyMs = 25) {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await done();
    if (answer || Date.now() >= until) return answer;
    await sleep(everyMs);
  }
}

/** Sends SIGTERM, and SIGKILL if the process has not ended after `graceMs`. */
export async function stopProcess(known, graceMs) {
  for (const [signal, waitMs] of /** @type {const} */ ([
    ['SIGTERM', graceMs],
    ['SIGKILL', 2_000],
  ])) {
    if (!isAlive(known)) return;
    try {
      process.kill(known.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
    await waitFor(() => !isAlive(known), waitMs);
  }
}

/** The name of this process in lock and user files. */
export const ourName = () => `${process.pid}_${processStart(process.pid)}`;
/** Whether the process that wrote this name still runs. */
export function isNameAlive(name) {
  const [pid, startedAt] = name.split('_');
  return isAlive({ pid: Number(pid), startedAt });
}

const readIfThere = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/**
 * Runs `work` while holding a lock file. The file of a process that was
 * killed is taken over. `onWait` is called once when another process holds it.
 */
export async function withLock(file, work, { onWait = () => {}, timeoutMs = 600_000 } = {}) {
  const until = Date.now() + timeoutMs;
  let told = false;
  while (!tryLock(file)) {
    if (Date.now() > until) throw new Error(`another process holds ${file}`);
    if (!told) onWait();
    told = true;
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  // Written under another name and then linked, so that a lock file always contains the name of its owner.
  const own = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(own, ourName(), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const owner = readIfThere(file);
    if (owner !== undefined && !isNameAlive(owner)) breakLock(file, owner, own);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moves the lock of a dead owner away. If a living process owns it by now, the lock is put back. */
function breakLock(file, deadOwner, own) {
  const aside = `${own}.old`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== deadOwner) linkSync(aside, file);
    unlinkSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
    rmSync(aside, { force: true });
  }
}
