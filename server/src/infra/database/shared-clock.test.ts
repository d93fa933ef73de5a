import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { openSendWindow } from '../send-window.js';
import { openSharedClock, type SharedClock } from './shared-clock.js';

const log = pino({ level: 'silent' });
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
const open: SharedClock[] = [];
afterEach(async () => {
  for (const clock of open.splice(0)) await clock.stop();
});

/** A machine with a clock that is `ahead` ms ahead of this one's and can be set. */
const machine = (aheadMs: number) => {
  const state = { aheadMs, stoodStillMs: 0 };
  return {
    state,
    wall: () => Date.now() + state.aheadMs,
    monotonic: () => performance.now() - state.stoodStillMs,
  };
};
const shared = async (options: Partial<Parameters<typeof openSharedClock>[0]> = {}): Promise<SharedClock> => {
  const clock = await openSharedClock({ db: database.db, log, everyMs: 60_000, ...options });
  open.push(clock);
  return clock;
};
/** A database that returns the given time. */
const saying = (time: () => number) => ({ query: async () => [{ now: String(time() / 1_000) }] }) as never;
const databaseNow = async () => {
  const [row] = await database.db.query<{ now: string }[]>('SELECT UNIX_TIMESTAMP(NOW(6)) * 1000 AS now');
  return Number(row?.now);
};

describe('The shared clock', () => {
  it.each([0, 14_000, -25_000, 300_000])('of a machine %d ms ahead tells the time of the database', async (ahead) => {
    const clock = await shared({ local: machine(ahead) });
    expect(Math.abs(clock.now() - (await databaseNow()))).toBeLessThan(2_500);
    expect(Math.abs(clock.standing().skewMs - ahead)).toBeLessThan(2_500);
    expect(clock.standing().state).toBe(ahead === 0 ? 'OK' : 'TOO_FAR_OFF');
  });

  it('is not changed when the clock of the machine is set, and reports the difference at once', async () => {
    const local = machine(0);
    const clock = await shared({ local });
    const before = clock.now();
    local.state.aheadMs = -300_000;
    expect(clock.now() - before).toBeGreaterThanOrEqual(0);
    expect(clock.now() - before).toBeLessThan(1_000);
    expect(clock.standing()).toMatchObject({ state: 'TOO_FAR_OFF', steppedMs: 0 });
    local.state.aheadMs = 0;
    expect(clock.standing().state).toBe('OK');
  });

  it('follows the database when its clock is set, and remembers that for a while', async () => {
    let behind = 0;
    const clock = await shared({ db: saying(() => Date.now() - behind) });
    expect(clock.standing()).toMatchObject({ state: 'OK', steppedMs: 0 });
    behind = 300_000;
    await clock.sync();
    expect(Math.abs(clock.now() - (Date.now() - 300_000))).toBeLessThan(500);
    const { state, steppedMs } = clock.standing();
    expect([state, Math.round(steppedMs / 1_000)]).toEqual(['TOO_FAR_OFF', -300]);
  });

  it('stands still instead of going back by a little', async () => {
    let behind = 0;
    const clock = await shared({ db: saying(() => Date.now() - behind) });
    const before = clock.now();
    behind = 400;
    await clock.sync();
    const after = clock.now();
    expect(after).toBeGreaterThanOrEqual(before);
    expect(after - before).toBeLessThan(300);
    expect(clock.standing().steppedMs).toBe(0);
  });

  it('is wrong by the sleep of the machine until the next reading of the database, and does not trade until then', async () => {
    const local = machine(0);
    const clock = await shared({ local });
    local.state.stoodStillMs = 3_600_000;
    expect(clock.standing().state).toBe('TOO_FAR_OFF');
    await clock.sync();
    expect(Math.abs(clock.now() - (await databaseNow()))).toBeLessThan(2_500);
    expect(clock.standing().state).toBe('OK');
  });

  it('continues while the database is down', async () => {
    let isAway = false;
    const db = {
      query: async () => (isAway ? Promise.reject(new Error('away')) : [{ now: String(Date.now() / 1_000) }]),
    };
    const clock = await shared({ db: db as never });
    isAway = true;
    await clock.sync();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(500);
  });

  it('does not open without the time of the database', async () => {
    await expect(shared({ db: { query: async () => [] } as never, timeoutMs: 300 })).rejects.toThrow(
      'the database returned no time',
    );
  });
});

describe('A send window', () => {
  const local = { at: 0, ahead: 0, monotonic: () => local.at, wall: () => 1e12 + local.at + local.ahead };

  it('ends after its time, even if the clock of the machine is set', () => {
    const window = openSendWindow(5_000, local);
    local.ahead = -300_000;
    local.at = 4_999;
    expect(window.isOver()).toBe(false);
    local.at = 5_000;
    expect(window.isOver()).toBe(true);
  });

  it('ends when the wall clock says so: the machine may have slept, and the monotonic clock with it', () => {
    Object.assign(local, { at: 0, ahead: 0 });
    const window = openSendWindow(5_000, local);
    local.ahead = 5_000;
    expect(window.isOver()).toBe(true);
  });
});
