// The database and Redis of the program: the given servers, otherwise private ones on loopback ports.
// Runs before anything is installed, so it uses Node alone.
//
// Several programs of one checkout share the private services: each writes its name into users/, and the last one to
// leave stops them. They run in separate sessions, so that Ctrl-C reaches the program first, and so that they
// survive a program that is killed; the next one finds them in services.json and uses them.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mysql } from './lib/mysql.mjs';
import { isAlive, isNameAlive, ourName, processStart, stopProcess, waitFor, withLock } from './lib/processes.mjs';
import { redis } from './lib/redis.mjs';
import { step, StepError } from './lib/steps.mjs';
import { installTools } from './lib/tools.mjs';

const ANSWER_WAIT_MS = 10_000;
// Crash recovery of a large database may take long; we wait as long as the process lives.
const START_WAIT_MS = 300_000;
const STOP_GRACE_MS = 3_500;
const WATCH_EVERY_MS = 500;
const RESTART_DELAYS_MS = [0, 1_000, 2_000, 4_000, 8_000, 15_000];
const LOG_BYTES_MAX = 5_000_000;

/**
 * @param {object} options
 * @param {string} options.dir data folder of private services; created when missing, readable by its owner only
 * @param {string} [options.databaseUrl] used as it is
 * @param {string} [options.redisUrl] used as it is
 * @param {boolean} [options.throwaway] the data is not needed after the run: a private database does not sync to disk
 * @param {(line: string) => void} options.log
 * @param {AbortSignal} [options.signal] aborts a start that has not ended yet, and throws its reason
 * @returns {Promise<{ databaseUrl: string, redisUrl: string, stop(): Promise<void> }>} `stop` leaves the services to
 *   other programs that use them, and stops them when there is none; it takes less than 5 s
 */
export async function startServices({ dir, databaseUrl, redisUrl, throwaway = false, log, signal }) {
  const wanted = [...(databaseUrl ? [] : [mysql]), ...(redisUrl ? [] : [redis])];
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl, stop: async () => {} };
  const home = openHome(dir);
  const giveUp = new AbortController();
  signal?.addEventListener('abort', () => giveUp.abort(signal.reason), { once: true });
  const user = path.join(home.users, `${ourName()}_${randomBytes(4).toString('hex')}`);
  const onWait = () => log('Another start is preparing the services, waiting for it');
  await withLock(
    home.lock,
    async () => {
      writeFileSync(user, '');
      await installMissing(wanted, home, log, giveUp.signal);
      // Both end before the lock is released, even if one of them fails.
      const results = await Promise.allSettled(
        wanted.map((service) => ensure(service, home, log, { signal: giveUp.signal, throwaway })),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    { onWait },
  ).catch(async (error) => {
    await leave(home, user);
    throw error;
  });
  const watcher = watch(wanted, home, log, giveUp.signal);
  const state = home.read();
  return {
    databaseUrl: databaseUrl || mysql.url(state.mysql),
    redisUrl: redisUrl || redis.url(state.redis),
    async stop() {
      giveUp.abort();
      await watcher.ended();
      await leave(home, user);
    },
  };
}

async function leave(home, user) {
  rmSync(user, { force: true });
  // A process that holds the lock for longer is starting up and will use the services itself.
  await withLock(home.lock, () => stopIfUnused(home), { timeoutMs: 3_000 }).catch(() => {});
}

/** Installs all at once, because package managers cannot run in parallel. Call it under the lock. */
async function installMissing(services, home, log, signal) {
  const found = (service) => service.find(home.read()[service.key] ?? {});
  const missing = [];
  for (const service of services) if (!(await found(service))) missing.push(service);
  if (missing.length === 0) return;
  await installTools(
    missing.map(({ part }) => part),
    log,
  );
  signal.throwIfAborted();
  for (const service of missing) {
    if (!(await found(service))) throw new StepError(`${service.title} was installed but is not found`);
  }
}

/** Stops services under `dir` that killed programs left running, and removes the folder; not while a program uses it. */
export async function discardServices(dir) {
  if (!existsSync(path.join(dir, 'services.json'))) return;
  const home = openHome(dir);
  const isFree = await withLock(home.lock, () => stopIfUnused(home), { timeoutMs: 1_000 }).catch(() => false);
  if (isFree) rmSync(home.dir, { recursive: true, force: true });
}

function openHome(dir) {
  const whole = path.resolve(dir);
  const users = path.join(whole, 'users');
  mkdirSync(users, { recursive: true, mode: 0o700 });
  const file = path.join(whole, 'services.json');
  return {
    dir: whole,
    users,
    lock: path.join(whole, 'services.lock'),
    /** Port, pid, start time and password of each service. A damaged or missing file means starting again. */
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return {};
      }
    },
    /** Only under the lock. */
    write(key, value) {
      const next = JSON.stringify({ ...this.read(), [key]: value }, null, 2);
      writeFileSync(`${file}.new`, `${next}\n`, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}

/** Starts the service if it does not run, and waits until it answers. Call it under the lock. */
async function ensure(service, home, log, { signal, keepPort = false, throwaway = false }) {
  const state = { password: randomBytes(24).toString('hex'), throwaway, ...home.read()[service.key] };
  if (isAlive(state)) {
    if (await waitFor(() => signal.aborted || service.probe(state), ANSWER_WAIT_MS, 100)) return;
    log(`${service.title} (process ${state.pid}) does not answer and is stopped`);
    await stopProcess(state, STOP_GRACE_MS);
  }
  let hasRepaired = false;
  for (let attempt = 1; ; attempt++) {
    state.port = await choosePort(state.port, keepPort, service);
    const program = await service.prepare({ server: await service.find(state), home: home.dir, state, log });
    const starting = step(log, `Starting ${service.title} on port ${state.port}`, () =>
      launch(service, home, state, program, signal),
    );
    const failure = await starting.then(
      () => undefined,
      (error) => error.message,
    );
    signal.throwIfAborted();
    if (failure === undefined) return;
    if (/address already in use|port.*in use/i.test(failure) && !keepPort && attempt < 5) {
      state.port = undefined;
    } else if (!hasRepaired && service.repair?.({ home: home.dir, output: failure, log })) {
      hasRepaired = true;
    } else {
      throw new StepError(`${service.title} does not start. The end of ${service.logFile(home.dir)}:\n${failure}`);
    }
  }
}

/** Starts the program and waits until it answers; throws the end of its log when it dies instead. */
async function launch(service, home, state, { file, args, argv0 }, signal) {
  const logFile = service.logFile(home.dir);
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES_MAX) rmSync(logFile);
  const out = openSync(logFile, 'a', 0o600);
  const begin = statSync(logFile).size;
  const child = spawn(file, args, { argv0, cwd: home.dir, detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  let fault;
  child.on('error', (error) => (fault = error.message));
  child.unref();
  state.pid = child.pid;
  state.startedAt = processStart(child.pid);
  home.write(service.key, state);
  const isDone = async () => signal.aborted || fault || !isAlive(state) || (await service.probe(state));
  await waitFor(isDone, START_WAIT_MS, 20);
  signal.throwIfAborted();
  if (isAlive(state) && !fault) return;
  throw new StepError(
    fault ?? readFileSync(logFile).subarray(begin).toString().trimEnd().split('\n').slice(-20).join('\n'),
  );
}

async function choosePort(port, keepPort, service) {
  const free = (wanted) =>
    new Promise((resolve) => {
      const server = createServer();
      server.on('error', () => resolve(undefined));
      server.listen(wanted, '127.0.0.1', () => {
        const { port: got } = /** @type {import('node:net').AddressInfo} */ (server.address());
        server.close(() => resolve(got));
      });
    });
  if (port && (await free(port))) return port;
  if (keepPort) throw new StepError(`port ${port} of ${service.title} has been taken by another program`);
  return free(0);
}

/** Stops the services if no program uses them, and returns whether it did. Call it under the lock. */
async function stopIfUnused(home) {
  for (const name of readdirSync(home.users)) {
    const [pid, startedAt] = name.split('_');
    if (isNameAlive(`${pid}_${startedAt}`)) return false;
    rmSync(path.join(home.users, name), { force: true });
  }
  await Promise.all(Object.values(home.read()).map((state) => stopProcess(state, STOP_GRACE_MS)));
  return true;
}

/** Restarts services that die, on the same port, until the signal. */
function watch(services, home, log, signal) {
  const loops = services.map(async (service) => {
    let failures = 0;
    let upSince = Date.now();
    for (;;) {
      await sleep(WATCH_EVERY_MS, undefined, { signal, ref: false });
      if (isAlive(home.read()[service.key])) {
        if (Date.now() - upSince > 60_000) failures = 0;
        continue;
      }
      const delay = RESTART_DELAYS_MS[Math.min(failures++, RESTART_DELAYS_MS.length - 1)];
      log(`${service.title} has stopped unexpectedly, starting it again${delay ? ` in ${delay / 1000} s` : ''}`);
      await sleep(delay, undefined, { signal, ref: false });
      await withLock(home.lock, () => ensure(service, home, log, { signal, keepPort: true })).catch((error) =>
        log(error.message),
      );
      upSince = Date.now();
    }
  });
  const all = Promise.allSettled(loops);
  return { ended: () => all };
}
