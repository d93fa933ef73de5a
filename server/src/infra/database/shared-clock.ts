import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { clockState, nextOffset, type ClockState, type DatabaseOffset } from '../../core/time/database-time.js';
import type { Database } from './database.js';

/** How this process's own clock differs from the database's. */
export interface ClockStanding {
  /** How far it is ahead in ms; negative = behind. */
  skewMs: number;
  state: ClockState;
  /** The size of a recent jump between the database's time and ours, in ms; 0 = none. */
  steppedMs: number;
}

/**
 * The time that all processes share: the database's time, continued by this process's monotonic clock between two
 * readings. Setting the machine's clock does not change it.
 */
export interface SharedClock {
  /** ms since 1970 by the database's clock. */
  now(): number;
  standing(): ClockStanding;
  /** Reads the database's time now. Never throws: while the database is down, the last known offset is used. */
  sync(): Promise<void>;
  /** Reads it every `everyMs` until stopped. */
  stop(): Promise<void>;
}

/** The clocks of a process; tests replace them. */
export interface LocalTime {
  /** ms since 1970 by the machine's clock, which can be set while we run. */
  wall(): number;
  /** ms of a clock that cannot be set. */
  monotonic(): number;
}
/** The clocks of this machine. */
export const LOCAL_TIME: LocalTime = { wall: () => Date.now(), monotonic: () => performance.now() };

interface SharedClockOptions {
  db: Pick<Database, 'query'>;
  log: Logger;
  local?: LocalTime;
  everyMs?: number;
  /** At the start, a database that does not answer yet is tried again for this long. */
  timeoutMs?: number;
}

const EVERY_MS = 1_000;
/** Several samples at the start, so that one slow answer does not count for long. */
const FIRST_SAMPLES = 3;
const TIMEOUT_MS = 15_000;
const ASK_AGAIN_MS = 200;
/** For a correction up to this size the time never goes back: it stands still until it has caught up. */
const HOLD_MAX_MS = 1_000;
/**
 * After this long, writes with the old time are no longer relevant: the longest send and admission windows together.
 */
const STEP_REMEMBERED_MS = 30_000;

/** Opens the clock once the database's time is known. Rejects when the database does not answer within `timeoutMs`. */
export async function openSharedClock({
  db,
  log,
  local = LOCAL_TIME,
  everyMs = EVERY_MS,
  timeoutMs = TIMEOUT_MS,
}: SharedClockOptions): Promise<SharedClock> {
  const known = createKnownTime(local, log);
  const ask = async (): Promise<void> => {
    const askedAt = local.monotonic();
    const databaseTime = await readDatabaseTime(db);
    known.learn({ askedAt, answeredAt: local.monotonic(), databaseTime });
  };
  let asking: Promise<void> | undefined;
  let isAway = false;
  const sync = (): Promise<void> =>
    (asking ??= ask()
      .then(
        () => {
          isAway = false;
        },
        (err: unknown) => {
          if (!isAway) log.warn({ err }, "the database's time could not be read, the last known offset is used");
          isAway = true;
        },
      )
      .finally(() => {
        asking = undefined;
      }));
  await askAtLast(ask, timeoutMs);
  for (let n = 1; n < FIRST_SAMPLES; n++) await sync();
  const timer = setInterval(() => void sync(), everyMs);
  timer.unref();
  return {
    now: known.now,
    standing: known.standing,
    sync,
    async stop() {
      clearInterval(timer);
      await asking;
    },
  };
}

/** Without the time nothing can be decided, so a database that is slow to accept connections is tried again. */
async function askAtLast(ask: () => Promise<void>, timeoutMs: number): Promise<void> {
  for (const since = performance.now(); ; await sleep(ASK_AGAIN_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() - since >= timeoutMs) throw error;
    }
  }
}

/** ms since 1970, to the microsecond. */
async function readDatabaseTime(db: Pick<Database, 'query'>): Promise<number> {
  const [row] = await db.query<{ now: string }[]>('SELECT UNIX_TIMESTAMP(NOW(6)) AS now');
  const seconds = Number(row?.now);
  if (!Number.isFinite(seconds)) throw new Error('the database returned no time');
  return seconds * 1_000;
}

function createKnownTime(local: LocalTime, log: Logger) {
  let offset: DatabaseOffset | undefined;
  let step = { ms: 0, at: Number.NEGATIVE_INFINITY };
  let last = Number.NEGATIVE_INFINITY;
  const exact = (): number => local.monotonic() + (offset?.offsetMs ?? 0);
  return {
    learn(sample: Parameters<typeof nextOffset>[1]): void {
      const next = nextOffset(offset, sample);
      offset = next.offset;
      if (Math.abs(next.stepMs) <= HOLD_MAX_MS) return;
      step = { ms: next.stepMs, at: sample.answeredAt };
      log.warn({ stepMs: Math.round(next.stepMs) }, "the database's time jumped, or this machine slept");
    },
    now(): number {
      const time = Math.trunc(exact());
      if (time >= last || last - time > HOLD_MAX_MS) last = time;
      return last;
    },
    standing(): ClockStanding {
      const skewMs = Math.round(local.wall() - exact());
      const isRecent = local.monotonic() - step.at <= STEP_REMEMBERED_MS;
      return { skewMs, state: clockState(skewMs), steppedMs: isRecent ? Math.round(step.ms) : 0 };
    },
  };
}
