import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { openAlert, type Alert } from './alert-writes.store.js';

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

const RESOLVE =
  'mutation ($id: ID!) { resolveAlert(input: { alertId: $id }) { alert { id resolvedAt resolvedByHand } } }';

async function someone(role: 'admin' | 'user' = 'user') {
  const user = await api.newUser();
  if (role === 'admin') await t.db.query("INSERT INTO user_roles (user_id, role) VALUES (?, 'admin')", [user.id]);
  const told = () =>
    t.db.prisma.liveEvent.findMany({ where: { user_id: user.id, topic: 'ALERT' }, orderBy: { seq: 'asc' } });
  return { ...user, told, resolve: (id: number) => api.send(RESOLVE, { id: String(id) }, user.cookie) };
}
async function raise(userId: number | null, openKey = 'POSITION_INVALID_QTY:1'): Promise<number> {
  const alert: Alert = { type: 'POSITION_INVALID_QTY', severity: 'high', message: 'short of coins', openKey, userId };
  await openAlert(t.db, alert);
  return (await t.db.prisma.systemAlert.findUniqueOrThrow({ where: { open_key: openKey } })).id;
}
const row = (id: number) => t.db.prisma.systemAlert.findUniqueOrThrow({ where: { id } });

describe('An alert', () => {
  it('is resolved by its owner: saved with the user, sent as a live event and recorded in the audit log', async () => {
    const owner = await someone();
    const id = await raise(owner.id);
    const before = (await owner.told()).length;
    const { data, errors } = await owner.resolve(id);
    expect(errors ?? []).toEqual([]);
    expect(data).toEqual({
      resolveAlert: { alert: { id: String(id), resolvedAt: expect.any(String) as unknown, resolvedByHand: true } },
    });
    expect(await row(id)).toMatchObject({ resolved_by: owner.id, open_key: null });
    expect((await owner.told()).slice(before).map(({ entity_id }) => entity_id)).toEqual([id]);
    const audit = await t.db.prisma.auditLog.findMany({ where: { user_id: owner.id } });
    expect(audit).toMatchObject([{ action: 'resolveAlert', entity_type: 'alert', entity_id: id }]);
  });

  it('is raised again as a new alert when the problem is still there', async () => {
    const owner = await someone();
    const id = await raise(owner.id);
    await owner.resolve(id);
    const again = await raise(owner.id);
    expect(again).not.toBe(id);
    expect(await row(again)).toMatchObject({ resolved_at: null, resolved_by: null });
  });

  it('is resolved once: a repeated request changes nothing, also after the system resolved it', async () => {
    const owner = await someone();
    const id = await raise(owner.id);
    await owner.resolve(id);
    const first = await row(id);
    const told = (await owner.told()).length;
    const { data } = await owner.resolve(id);
    expect(data).toMatchObject({ resolveAlert: { alert: { resolvedAt: first.resolved_at?.toISOString() } } });
    expect(await row(id)).toEqual(first);
    expect(await owner.told()).toHaveLength(told);
  });

  it("of another user is not found, and every admin can resolve the operators' alerts", async () => {
    const [owner, other, admin, colleague] = [
      await someone(),
      await someone(),
      await someone('admin'),
      await someone('admin'),
    ];
    const id = await raise(owner.id);
    for (const one of [other, admin]) {
      const { errors } = await one.resolve(id);
      expect(errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
    }
    expect(await row(id)).toMatchObject({ resolved_at: null });
    const operators = await raise(null, 'REDIS_AWAY');
    expect((await owner.resolve(operators)).errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
    expect((await admin.resolve(operators)).errors ?? []).toEqual([]);
    expect(await row(operators)).toMatchObject({ resolved_by: admin.id });
    for (const one of [admin, colleague])
      expect((await one.told()).map(({ entity_id }) => entity_id)).toEqual([operators, operators]);
  });
});
