import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { clockState, nextOffset, type ClockState, type DatabaseOffset } from '../../core/time/database-time.js';
import type { Database } from './database.js';

/** How this process's own clock stands against the database's. */
export interface ClockStanding {
  /** How far it is ahead, ms; negative = behind. */
  skewMs: number;
  state: ClockState;
  /** The database's time went another way than ours a moment ago, by so many ms; 0 = it did not. */
  steppedMs: number;
}

/**
 * The time that all processes share: the database's, carried on by this process's monotonic clock between two looks.
 * Setting the machine's clock does not move it.
 */
export interface SharedClock {
  /** ms since 1970 by the database's clock. */
  now(): number;
  standing(): ClockStanding;
  /** Asks the database now. Never throws: while it is away, what is known goes on. */
  sync(): Promise<void>;
  /** Asks at a distance of `everyMs`, until stopped. */
  stop(): Promise<void>;
}

/** Where a process reads time; tests put others in their place. */
export interface LocalTime {
  /** ms since 1970 as the machine says; can be set while we run. */
  wall(): number;
  /** ms of a clock that nobody sets. */
  monotonic(): number;
}
/** This machine's. */
export const LOCAL_TIME: LocalTime = { wall: () => Date.now(), monotonic: () => performance.now() };

interface SharedClockOptions {
  db: Pick<Database, 'query'>;
  log: Logger;
  local?: LocalTime;
  everyMs?: number;
  /** So long a database that does not answer yet is asked again at the start. */
  timeoutMs?: number;
}

const EVERY_MS = 1_000;
/** At the start, so that one slow answer does not stand for long. */
const FIRST_SAMPLES = 3;
const TIMEOUT_MS = 15_000;
const ASK_AGAIN_MS = 200;
/** A correction this small is not stepped back: the time stands still until it is caught up with. */
const HOLD_MAX_MS = 1_000;
/** What was written by another idea of the time is over by then: the longest send and admission windows together. */
const STEP_REMEMBERED_MS = 30_000;

/** Opens it with the database's time known. Rejects when the database does not answer within `patienceMs`. */
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
          if (!isAway) log.warn({ err }, "the database's time could not be read, it is carried on");
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

/** Nothing can be judged before the time is known: a server that is slow to let us in is waited for. */
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
  if (!Number.isFinite(seconds)) throw new Error('the database did not say its time');
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
      log.warn({ stepMs: Math.round(next.stepMs) }, "the database's time stepped, or this machine slept");
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
