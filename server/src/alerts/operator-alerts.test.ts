import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import type { RedisState } from '../infra/redis/redis-state.js';
import { eventually } from '../testing/eventually.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { closeAlert, openAlert } from './alert-writes.store.js';
import { watchRedisState } from '../system/watch-redis-state.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  api = await startTestApi({ db: t.db, redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});
beforeEach(() => t.db.query('DELETE FROM system_alerts'));

const LIST = '{ alerts(first: 20, filter: { openOnly: true }) { edges { node { type message isOperators } } } }';
const LIVE = 'subscription { alertChanged { cursor alert { type message isOperators resolvedAt } } }';
const ALERT = {
  type: 'STALE_PRICES' as const,
  severity: 'critical' as const,
  message: 'no prices',
  openKey: 'STALE_PRICES:BTC',
  userId: null,
};

async function someone(role: 'admin' | 'user') {
  const user = await api.newUser();
  if (role === 'admin') await t.db.query("INSERT INTO user_roles (user_id, role) VALUES (?, 'admin')", [user.id]);
  const client = api.client(user.cookie);
  const heard: { type: string; message: string; resolvedAt: string | null }[] = [];
  client.subscribe<{ alertChanged: { alert: (typeof heard)[number] } }>(
    { query: LIVE },
    {
      next: ({ data }) => data && heard.push(data.alertChanged.alert),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const list = async () => {
    const { data } = await api.send(LIST, {}, user.cookie);
    const { alerts } = data as unknown as { alerts: { edges: { node: unknown }[] } };
    return alerts.edges.map(({ node }) => node);
  };
  return { ...user, heard, list, client };
}

describe("An operators' alert", () => {
  it('is listed for admins and sent to them when it begins and ends, and to no other user', async () => {
    const [admin, user] = [await someone('admin'), await someone('user')];
    await eventually(async () => {
      await openAlert(t.db, ALERT);
      expect(admin.heard.length).toBeGreaterThan(0);
    });
    const seen = { type: 'STALE_PRICES', message: 'no prices', isOperators: true };
    expect(admin.heard[0]).toMatchObject({ ...seen, resolvedAt: null });
    expect([await admin.list(), await user.list()]).toEqual([[seen], []]);
    await closeAlert(t.db, { openKey: ALERT.openKey, now: Date.now() });
    await eventually(() => expect(admin.heard.at(-1)?.resolvedAt).toEqual(expect.any(String)));
    await openAlert(t.db, { ...ALERT, userId: user.id, message: 'mine' });
    await eventually(() => expect(user.heard).toMatchObject([{ message: 'mine', isOperators: false }]));
    expect((await admin.list()).length).toBe(0);
    // A former admin sees none of it.
    await openAlert(t.db, { ...ALERT, openKey: 'STALE_PRICES:ETH' });
    expect(await admin.list()).toHaveLength(1);
    await t.db.query('DELETE FROM user_roles WHERE user_id = ?', [admin.id]);
    expect(await admin.list()).toEqual([]);
    await Promise.all([admin, user].map(({ client }) => client.dispose()));
  });
});

describe('A Redis that cannot be used', () => {
  const open = () =>
    t.db.query<{ message: string }[]>(
      "SELECT message FROM system_alerts WHERE alert_type = 'REDIS_AWAY' AND resolved_at IS NULL",
    );
  function watched(state: { now: RedisState }) {
    const link = { ...redis, state: () => state.now };
    return watchRedisState({ ...api.ctx, redis: link }, { roles: ['monitors'], lookMs: 10, timeoutMs: 100 });
  }

  it.each(['AWAY', 'SILENT', 'READ_ONLY'] as const)(
    'raises one alert for all processes while it is %s',
    async (trouble) => {
      const states = [{ now: 'UP' as RedisState }, { now: 'UP' as RedisState }];
      const watches = states.map(watched);
      for (const state of states) state.now = trouble;
      await eventually(async () => expect(await open()).toHaveLength(1));
      expect((await open())[0]?.message).toContain(`process ${process.pid} (monitors)`);
      for (const state of states) state.now = 'UP';
      await eventually(async () => expect(await open()).toHaveLength(0));
      await Promise.all(watches.map((one) => one.stop()));
    },
  );

  it('raises no alert when it is back after a moment', async () => {
    const state: { now: RedisState } = { now: 'SILENT' };
    let looks = 0;
    const link = {
      ...redis,
      state: () => (++looks > 3 ? 'UP' : state.now),
    };
    const watch = watchRedisState({ ...api.ctx, redis: link }, { roles: ['api'], lookMs: 10, timeoutMs: 60_000 });
    await eventually(() => expect(looks).toBeGreaterThan(6));
    await watch.stop();
    expect(await t.db.query('SELECT id FROM system_alerts')).toEqual([]);
  });
});
