import { beforeEach, expect, it } from 'vitest';
import { atVenue } from '../core/price/venue-price.js';
import { readPriceKey } from '../core/price/price-key.js';
import { resolveAlert } from '../alerts/resolve-alert.js';
import { holdProcessLease, releaseProcessLease } from '../infra/database/process-lease.store.js';
import { fakeClock } from '../testing/fake-clock.js';
import { makeAccount, makePosition } from '../testing/make.js';
import { createMemoryExchange, registryOf } from '../testing/worlds/memory-exchange.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';
import { createTestContext } from '../testing/test-context.js';
import { checkCoverage } from './check-coverage.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const LEASE = { name: 'prices:SIMULATION', holder: 'a-monitor' };
let priceAgeMs = 0;
const clock = fakeClock();
const context = () =>
  createTestContext(t.db, {
    clock,
    exchanges: registryOf(createMemoryExchange()),
    prices: {
      get(key) {
        const { venue, symbol } = readPriceKey(key);
        return atVenue(venue, { symbol, last: '100', at: clock.now() - priceAgeMs, source: 'test' });
      },
      ...{ all: () => [], subscribe: () => () => undefined, history: async () => [] },
    },
  });
const check = (upMs = 60_000) => checkCoverage(context(), { upMs });
const open = async () =>
  t.db.prisma.systemAlert.findMany({
    where: { alert_type: 'UNPROTECTED_POSITION', resolved_at: null },
    orderBy: { id: 'asc' },
  });
const keys = async () => (await open()).map(({ open_key }) => open_key?.slice('UNPROTECTED_POSITION:'.length));

beforeEach(async () => {
  priceAgeMs = 0;
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED'");
  await t.db.query('DELETE FROM system_alerts');
  await holdProcessLease(t.db, { ...LEASE, ttlMs: 3_600_000 });
});
async function position(columns: Parameters<typeof makePosition>[1] = {}) {
  const account = await makeAccount(t.db);
  const row = await makePosition(t.db, {
    ...{ exchange_account_id: account.id, symbol: 'BTC/USDT', status: 'OPEN', sl_enabled: true, sl_pct: '5' },
    ...columns,
  });
  return { ...row, account };
}
const change = (id: number, data: object) => t.db.prisma.tradePosition.update({ where: { id }, data });

it('a position whose protection is switched off alarms its owner, until it is switched on again', async () => {
  const { id, account } = await position();
  expect(await check()).toMatchObject({ gaps: 0 });
  expect(await keys()).toEqual([]);
  await change(id, { sl_enabled: false });
  await check();
  await check();
  expect(await keys()).toEqual([`OFF:${account.id}:BTC/USDT`]);
  expect((await open())[0]).toMatchObject({ user_id: account.user_id });
  expect((await open())[0]?.message).toContain(`#${id}`);
  await change(id, { sl_enabled: true });
  await check();
  expect(await keys()).toEqual([]);
  const [ended] = await t.db.prisma.systemAlert.findMany();
  expect(ended).toMatchObject({ resolved_by: null, resolved_at: expect.any(Date) as Date });
});

it.each([
  ['a stop loss', { sl_enabled: true, sl_pct: '5' }, true],
  ['a trailing stop', { trailing_enabled: true, trailing_distance_pct: '2' }, true],
  [
    'a trailing stop that is not armed yet',
    { trailing_enabled: true, trailing_distance_pct: '2', trailing_arming_pct: '3' },
    false,
  ],
  ['a time stop', { time_stop_hours: 4 }, true],
  ['a target only', { tp_enabled: true, tp_pct: '5' }, false],
  ['break even after the first target was hit', { break_even_after_first: true, partial_tp_triggered: true }, true],
  ['a sell of all of it on its way', { qty_total: '1', qty_remaining: '1', qty_reserved: '1' }, true],
])('%s counts as protection: %s', async (_what, columns, isProtected) => {
  await position({ sl_enabled: false, sl_pct: null, ...columns });
  expect(await check()).toMatchObject({ gaps: isProtected ? 0 : 1 });
});

it('positions that no process watches alarm, and no longer when one does', async () => {
  const { account } = await position();
  await releaseProcessLease(t.db, LEASE);
  // A process that just started knows nothing yet.
  expect(await check(1_000)).toMatchObject({ gaps: 0 });
  await check();
  expect(await keys()).toEqual([`WATCHER:${account.id}:BTC/USDT`]);
  await holdProcessLease(t.db, { ...LEASE, ttlMs: 60_000 });
  await check();
  expect(await keys()).toEqual([]);
});

it('a stale price alarms, and an account that cannot sell alarms instead', async () => {
  const { account } = await position();
  priceAgeMs = 31_000;
  await check();
  expect(await keys()).toEqual([`PRICE:${account.id}:BTC/USDT`]);
  await t.db.query('UPDATE exchange_accounts SET is_active = FALSE WHERE id = ?', [account.id]);
  await check();
  expect(await keys()).toEqual([`ACCOUNT:${account.id}:BTC/USDT`]);
});

it('what the owner resolved stays resolved until another position is concerned', async () => {
  const { account, symbol } = await position({ sl_enabled: false });
  await check();
  const [first] = await open();
  await resolveAlert(context(), account.user_id, first?.id ?? 0);
  await check();
  expect(await keys()).toEqual([]);
  await makePosition(t.db, { exchange_account_id: account.id, symbol, status: 'OPEN', sl_enabled: false });
  await check();
  expect(await keys()).toEqual([`OFF:${account.id}:BTC/USDT`]);
});
