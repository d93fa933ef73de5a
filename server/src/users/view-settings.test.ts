import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEW_SETTINGS_MAX, viewSettingsFault } from '../core/views/view-settings.js';
import { startTestApi, type GraphqlAnswer, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { QUOTAS } from './within-quota.js';

let api: TestApi;
let database: TestDatabase;
let redis: Awaited<ReturnType<typeof createTestRedis>>;
let user: Awaited<ReturnType<TestApi['newUser']>>;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  user = await api.newUser();
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const SAVE =
  'mutation ($i: SaveViewSettingsInput!) { saveViewSettings(input: $i) { view { name settings updatedAt } } }';
const save = (name: string, settings: unknown, { cookie } = user) => api.send(SAVE, { i: { name, settings } }, cookie);
const read = async (names?: string[], { cookie } = user): Promise<{ name: string; settings: unknown }[]> => {
  const answer: GraphqlAnswer = await api.send(
    'query ($n: [String!]) { viewSettings(names: $n) { name settings } }',
    { n: names },
    cookie,
  );
  expect(answer.errors).toEqual([]);
  return answer.data?.['viewSettings'] as never;
};

describe('The settings of a view', () => {
  const columns = { order: ['pnl', 'symbol'], hidden: ['fees'], widths: { pnl: 140.5 } };

  it('are kept for each user and view, and the last ones saved are read', async () => {
    const saved = await save('positions.open', { columns: {} });
    expect(saved.data).toMatchObject({
      saveViewSettings: { view: { name: 'positions.open', settings: { columns: {} } } },
    });
    await save('positions.open', { columns, saved: [{ name: 'Perdas "ção"', query: 'q=a%20b' }] });
    await save('jobs', {});
    const other = await api.newUser();
    await save('jobs', { mine: true }, other);
    expect(await read()).toEqual([
      { name: 'jobs', settings: {} },
      { name: 'positions.open', settings: { columns, saved: [{ name: 'Perdas "ção"', query: 'q=a%20b' }] } },
    ]);
    expect(await read(['jobs', 'nothing'])).toEqual([{ name: 'jobs', settings: {} }]);
    expect(await read([])).toEqual([]);
    expect(await read(undefined, other)).toEqual([{ name: 'jobs', settings: { mine: true } }]);
  });

  it('are forgotten on request, as often as it is asked', async () => {
    await save('forgotten', { a: 1 });
    for (let time = 0; time < 2; time++) {
      expect((await save('forgotten', null)).data).toEqual({ saveViewSettings: { view: null } });
      expect(await read(['forgotten'])).toEqual([]);
    }
  });

  it.each([
    ['a name with capitals', 'Positions', {}],
    ['a name that is a path', '../jobs', {}],
    ['a name that is too long', 'a'.repeat(65), {}],
    ['a list', 'jobs', [1]],
    ['a text', 'jobs', 'columns'],
    ['more than fits', 'jobs', { text: 'x'.repeat(VIEW_SETTINGS_MAX) }],
    ['what is nested too deeply', 'jobs', { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } }],
  ])('refuse %s, and keep what they had', async (_, name, settings) => {
    await save('jobs', { kept: true });
    expect((await save(name, settings)).code).toBe('BAD_USER_INPUT');
    expect(await read(['jobs'])).toEqual([{ name: 'jobs', settings: { kept: true } }]);
  });

  it('accept as much as they say, and judge endless nesting at once', () => {
    const size = VIEW_SETTINGS_MAX - JSON.stringify({ t: '' }).length;
    expect(viewSettingsFault({ t: 'x'.repeat(size) })).toBeUndefined();
    expect(viewSettingsFault({ t: 'x'.repeat(size + 1) })).toMatch(/at most/);
    const endless: Record<string, unknown> = {};
    endless['self'] = endless;
    expect(viewSettingsFault(endless)).toMatch(/levels/);
  });

  it('are of a limited number of views, and one that is known can still be changed', async () => {
    const busy = await api.newUser();
    for (let n = 0; n < QUOTAS.views; n++) await save(`view.v${n}`, { n }, busy);
    const answer = await save('view.more', {}, busy);
    expect(answer.errors[0]?.extensions).toMatchObject({ reason: 'QUOTA_REACHED' });
    expect((await save('view.v0', { again: true }, busy)).errors).toEqual([]);
    expect(await read(['view.v0', 'view.more'], busy)).toEqual([{ name: 'view.v0', settings: { again: true } }]);
  });
});
