import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { fakeClock } from '../testing/fake-clock.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { closeAlert, openAlert } from './alert-writes.store.js';
import { escalateAlerts } from './escalate-alerts.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
const MINUTE = 60_000;
const clock = fakeClock();
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  api = await startTestApi({ db: t.db, redis });
});
beforeEach(() => t.db.query('DELETE FROM system_alerts'));
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});

const FIELDS = 'id type severity acknowledgedAt escalationLevel escalatedAt resolvedAt';
const acknowledge = (id: number, cookie: string) =>
  api.send(
    `mutation ($id: ID!) { acknowledgeAlert(input: { alertId: $id }) { alert { ${FIELDS} } } }`,
    { id: String(id) },
    cookie,
  );
const row = (id: number) => t.db.prisma.systemAlert.findUniqueOrThrow({ where: { id } });
const told = (userId: number) => t.db.prisma.liveEvent.count({ where: { user_id: userId, topic: 'ALERT' } });
const run = () => escalateAlerts({ ...api.ctx, clock });
const alert = { type: 'POSITION_UNSELLABLE', severity: 'high', message: 'an exit could not sell' } as const;
async function raise(userId: number | null, openKey = 'POSITION_UNSELLABLE:position:1') {
  await openAlert(t.db, { ...alert, openKey, userId });
  const { id } = await t.db.prisma.systemAlert.findUniqueOrThrow({ where: { open_key: openKey } });
  await t.db.query('UPDATE system_alerts SET created_at = ? WHERE id = ?', [new Date(clock.now()), id]);
  return id;
}

it('an alert that nobody acknowledges is raised again and becomes more urgent, also when its text is written again', async () => {
  const owner = await api.newUser();
  const id = await raise(owner.id);
  const before = await told(owner.id);
  expect(await run()).toEqual({ open: 1, raised: 0 });
  for (const minutes of [15, 30, 60]) {
    clock.advance(minutes * MINUTE);
    // Two processes at the same moment raise it once.
    const both = await Promise.all([run(), run()]);
    expect(both[0].raised + both[1].raised).toBe(1);
  }
  expect(await row(id)).toMatchObject({ severity: 'critical', escalation_level: 3 });
  expect(await told(owner.id)).toBe(before + 3);
  await openAlert(t.db, {
    ...alert,
    message: 'it still cannot',
    openKey: 'POSITION_UNSELLABLE:position:1',
    userId: owner.id,
  });
  expect(await row(id)).toMatchObject({ severity: 'critical', message: 'it still cannot' });
});

it('what a user acknowledged is not raised again; it stays open, and the first acknowledgment counts', async () => {
  const owner = await api.newUser();
  const id = await raise(owner.id);
  const { data, errors } = await acknowledge(id, owner.cookie);
  expect(errors ?? []).toEqual([]);
  expect(data).toMatchObject({
    acknowledgeAlert: { alert: { acknowledgedAt: expect.any(String) as string, resolvedAt: null, escalationLevel: 0 } },
  });
  const first = await row(id);
  expect(first).toMatchObject({ acknowledged_by: owner.id, resolved_at: null });
  await acknowledge(id, owner.cookie);
  expect(await row(id)).toEqual(first);
  clock.advance(24 * 60 * MINUTE);
  expect(await run()).toEqual({ open: 0, raised: 0 });
  const audit = await t.db.prisma.auditLog.findMany({ where: { user_id: owner.id, action: 'acknowledgeAlert' } });
  expect(audit.length).toBeGreaterThan(0);
});

it("an operators' alert is raised again for all admins and acknowledged by one for all; others do not see it", async () => {
  const [admin, colleague, user] = [await api.newUser(), await api.newUser(), await api.newUser()];
  for (const { id } of [admin, colleague])
    await t.db.query("INSERT INTO user_roles (user_id, role) VALUES (?, 'admin')", [id]);
  const id = await raise(null, 'REDIS_AWAY');
  clock.advance(15 * MINUTE);
  const before = [await told(admin.id), await told(colleague.id), await told(user.id)];
  expect(await run()).toMatchObject({ raised: 1 });
  const after = [await told(admin.id), await told(colleague.id), await told(user.id)];
  expect(after).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1, 0]);
  expect((await acknowledge(id, user.cookie)).errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
  expect((await acknowledge(id, colleague.cookie)).errors ?? []).toEqual([]);
  expect(await row(id)).toMatchObject({ acknowledged_by: colleague.id });
});

it('an alert that ended is neither raised again nor acknowledged', async () => {
  const owner = await api.newUser();
  const id = await raise(owner.id);
  await closeAlert(t.db, { openKey: 'POSITION_UNSELLABLE:position:1', now: clock.now() });
  clock.advance(60 * MINUTE);
  expect(await run()).toEqual({ open: 0, raised: 0 });
  await acknowledge(id, owner.cookie);
  expect(await row(id)).toMatchObject({ acknowledged_at: null });
});
