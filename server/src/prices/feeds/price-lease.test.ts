import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { holdPriceLease, type PriceLease, type PriceLeaseOptions } from './price-lease.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

const log = pino({ level: 'silent' });
let t: TestDatabase;
useTestDatabase((made) => (t = made));
const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  await t.db.query('DELETE FROM process_leases');
});

function candidate(over: Partial<PriceLeaseOptions> = {}): PriceLease & { changes: boolean[] } {
  const changes: boolean[] = [];
  const onChange = (isLeader: boolean) => void changes.push(isLeader);
  const lease = holdPriceLease({
    ...{ db: t.db, log, venue: 'SIMULATION', ttlMs: 400, everyMs: 50, onChange },
    ...over,
  });
  ending.push(() => lease.stop());
  return { ...lease, changes };
}
const leadersOf = (candidates: PriceLease[]) => candidates.filter((each) => each.isLeader()).length;
const rows = () =>
  t.db.query<{ holder: string; left_ms: number }[]>(
    "SELECT holder, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), held_until) / 1000 AS left_ms FROM process_leases WHERE name = 'prices:SIMULATION'",
  );

describe('The price lease', () => {
  it('has exactly one holder among five, which renews it', async () => {
    const five = Array.from({ length: 5 }, () => candidate({ ttlMs: 5_000 }));
    await eventually(() => expect(leadersOf(five)).toBe(1));
    const [before] = await rows();
    // Renewing sets the time again: the hour that was set here by hand is overwritten.
    await t.db.query('UPDATE process_leases SET held_until = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR');
    await eventually(async () => expect(Number((await rows())[0]?.left_ms)).toBeLessThanOrEqual(5_000));
    expect((await rows()).map(({ holder }) => holder)).toEqual([before?.holder]);
    expect(leadersOf(five)).toBe(1);
  });

  it('of one venue does not affect another', async () => {
    const [simulation, binance] = [candidate(), candidate({ venue: 'BINANCE_SPOT' })];
    await eventually(() => expect([simulation.isLeader(), binance.isLeader()]).toEqual([true, true]));
  });

  it('goes to another at once when its holder stops', async () => {
    const first = candidate({ ttlMs: 600_000 });
    await eventually(() => expect(first.isLeader()).toBe(true));
    const second = candidate();
    await first.stop();
    await eventually(() => expect(second.isLeader()).toBe(true));
    expect(first.isLeader()).toBe(false);
    expect(first.changes).toEqual([true, false]);
  });

  it('is offered to one that waits for it, while its holder goes on leading', async () => {
    const first = candidate({ ttlMs: 600_000 });
    await eventually(() => expect(first.isLeader()).toBe(true));
    const second = candidate();
    await eventually(async () =>
      expect(await t.db.query("SELECT name FROM process_leases WHERE name = 'prices:SIMULATION:next'")).toHaveLength(1),
    );
    expect(await first.offer()).toBe(true);
    await eventually(() => expect(second.isLeader()).toBe(true));
    expect(first.isLeader()).toBe(true);
    await first.stop();
    expect(first.changes).toEqual([true, false]);
    // What the first one left does not touch the lease of the second.
    expect(leadersOf([second])).toBe(1);
    expect(await rows()).toHaveLength(1);
  });

  it('is not offered when nobody waits for it, and not by one that does not hold it', async () => {
    const [alone, other] = [candidate(), candidate({ venue: 'BINANCE_SPOT' })];
    await eventually(() => expect(leadersOf([alone, other])).toBe(2));
    expect(await alone.offer()).toBe(false);
    expect(await rows()).toHaveLength(1);
    const second = candidate();
    expect(await second.offer()).toBe(false);
  });

  it('goes to another when its holder stops responding, and the old holder steps down when it runs again', async () => {
    let isStopped = false;
    const query: typeof t.db.query = (sql, values) =>
      isStopped ? Promise.reject(new Error('the process was stopped')) : t.db.query(sql, values);
    const first = candidate({ db: { query } });
    await eventually(() => expect(first.isLeader()).toBe(true));
    const second = candidate();
    isStopped = true;
    await eventually(() => expect(second.isLeader()).toBe(true));
    isStopped = false;
    await eventually(() => expect(first.isLeader()).toBe(false));
    expect(second.isLeader()).toBe(true);
  });

  it('stays with its holder while the database is away, because no other process can take it', async () => {
    let isAway = false;
    let refused = 0;
    const query: typeof t.db.query = (sql, values) => {
      if (!isAway) return t.db.query(sql, values);
      refused += 1;
      return Promise.reject(new Error('away'));
    };
    const [first, second] = [candidate({ db: { query }, ttlMs: 100 }), candidate({ db: { query }, ttlMs: 100 })];
    await eventually(() => expect(leadersOf([first, second])).toBe(1));
    const leader = first.isLeader() ? first : second;
    isAway = true;
    await eventually(() => expect(refused).toBeGreaterThan(8));
    expect(leader.changes).toEqual([true]);
    expect(leadersOf([first, second])).toBe(1);
    isAway = false;
    await eventually(() => expect(leadersOf([first, second])).toBe(1));
  });
});
