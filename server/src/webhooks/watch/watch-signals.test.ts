import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { resolveAlert } from '../../alerts/resolve-alert.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { makeBinding, makeSource } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import { createTestContext } from '../../testing/test-context.js';
import { watchSignals } from './watch-signals.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const HOUR = 3_600_000;
const clock = fakeClock();
const context = () => createTestContext(t.db, { clock });
const watch = () => watchSignals(context());
const open = async () => {
  const rows = await t.db.prisma.systemAlert.findMany({ where: { resolved_at: null }, orderBy: { id: 'asc' } });
  return rows.map(({ alert_type, open_key, user_id }) => [alert_type, open_key?.split(':').at(-1), user_id]);
};
async function source(columns: Parameters<typeof makeSource>[1] = {}) {
  const row = await makeSource(t.db, { created_at: new Date(clock.now()), ...columns });
  await makeBinding(t.db, { webhook_source_id: row.id });
  return row;
}
/** Writes a receipt as ingest does, at the time of the clock. */
const receive = (sourceId: number, message: object = { text: 'BTCUSDT buy' }, symbol = 'BTC/USDT') =>
  t.db.prisma.webhookReceipt.create({
    data: {
      ...{ receipt: randomBytes(13).toString('hex'), webhook_source_id: sourceId, outcome: 'ACCEPTED' },
      ...{ http_status: 202, symbol_normalized: symbol, raw_message: JSON.stringify(message) },
      received_at: new Date(clock.now()),
    },
  });
async function hourly(sourceId: number, count: number) {
  for (let n = 0; n < count; n++) {
    clock.advance(HOUR);
    await receive(sourceId);
  }
}
beforeEach(async () => {
  await t.db.query('UPDATE webhook_sources SET is_active = FALSE');
  await t.db.query('DELETE FROM system_alerts');
});

describe('A silent source', () => {
  it('alarms its owner beyond its own rhythm, and no longer when it signals again', async () => {
    const { id, owner_user_id: owner } = await source();
    await hourly(id, 15);
    clock.advance(2.9 * HOUR);
    await watch();
    expect(await open()).toEqual([]);
    clock.advance(0.2 * HOUR);
    await watch();
    await watch();
    expect(await open()).toEqual([['MISSED_SIGNAL', 'silence', owner]]);
    await receive(id);
    await watch();
    expect(await open()).toEqual([]);
  });

  it('alarms once: what the owner resolved stays resolved until the next signal and the next silence', async () => {
    const { id, owner_user_id: owner } = await source();
    await hourly(id, 15);
    clock.advance(10 * HOUR);
    await watch();
    const alert = await t.db.prisma.systemAlert.findFirstOrThrow();
    await resolveAlert(context(), owner, alert.id);
    clock.advance(HOUR);
    await watch();
    expect(await open()).toEqual([]);
    await receive(id);
    clock.advance(30 * HOUR);
    await watch();
    expect(await open()).toEqual([['MISSED_SIGNAL', 'silence', owner]]);
  });

  it('without a rhythm is reported after a week, also when it never sent anything', async () => {
    const { owner_user_id: owner } = await source();
    await watch();
    expect(await open()).toEqual([]);
    clock.advance(7 * 24 * HOUR);
    await watch();
    expect(await open()).toEqual([['WEBHOOK_SILENT', 'source', owner]]);
  });

  it('is left alone when it is switched off or trades for no account', async () => {
    const off = await source();
    await hourly(off.id, 15);
    await t.db.query('UPDATE webhook_sources SET is_active = FALSE WHERE id = ?', [off.id]);
    const unbound = await makeSource(t.db);
    await hourly(unbound.id, 15);
    clock.advance(1_000 * HOUR);
    expect(await watch()).toMatchObject({ missed: 0, silent: 0 });
  });
});

describe('A signal that is missing between two', () => {
  const flat = { prev_market_position: 'long', market_position: 'flat' };
  const long = { prev_market_position: 'flat', market_position: 'long' };

  it('is found by a position before that does not fit', async () => {
    const { id, owner_user_id: owner } = await source();
    for (const message of [long, flat, long]) await receive(id, message);
    await watch();
    expect(await open()).toEqual([]);
    // The exit did not come.
    await receive(id, long);
    await watch();
    expect(await open()).toEqual([['MISSED_SIGNAL', 'position', owner]]);
    expect((await t.db.prisma.systemAlert.findFirstOrThrow()).message).toContain(
      'on BTC/USDT was flat before its last message, but the message before left it long',
    );
  });

  it('is found by a gap in the sequence, which ends when the number comes late', async () => {
    const { id, owner_user_id: owner } = await source();
    for (const sequence of [11, 12, 14]) await receive(id, { text: 'BTCUSDT buy', sequence });
    await watch();
    expect(await open()).toEqual([['MISSED_SIGNAL', 'sequence', owner]]);
    expect((await t.db.prisma.systemAlert.findFirstOrThrow()).message).toContain('number 13');
    await receive(id, { text: 'BTCUSDT buy', sequence: 13 });
    await watch();
    expect(await open()).toEqual([]);
  });
});
