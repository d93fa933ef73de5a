import { describe, expect, it } from 'vitest';
import type { Database } from '../infra/database/database.js';
import { bookingContext, bookReport, claimedBuy, snapshot } from '../testing/worlds/booking-world.js';
import { makeParameter } from '../testing/make.js';
import { bookOutcomes } from '../orders/outcome/book-outcomes.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let db: Database;
useTestDatabase((made) => ({ db } = made));

const FIRST_FILL = Date.parse('2026-11-24T12:00:01Z');
/** A claimed buy of an account whose parameter has these settings; the clock is set after its fills. */
async function buy(parameter: Record<string, unknown>, of: { vaultId?: number; userId?: number } = {}) {
  const { ctx } = bookingContext(db);
  const claimed = await claimedBuy(ctx, { reserved: '150', orderType: 'LIMIT', ...of });
  await makeParameter(db, {
    ...{ exchange_account_id: claimed.account.id, symbol: 'SOL/USDT', side: 'BUY' },
    ...{ trailing_stop_enabled: true, trailing_distance_pct: '1.5', ...parameter },
  });
  ctx.clock.set(FIRST_FILL + 60_000);
  const book = (status: 'FILLED' | 'PARTIALLY_FILLED', fills: Parameters<typeof snapshot>[2]) =>
    bookReport(ctx, {
      ...{ executionId: claimed.execution.id, order: snapshot(claimed.execution.client_order_id, status, fills) },
      ...{ sentAt: FIRST_FILL, acknowledgedAt: FIRST_FILL },
    });
  return { ctx, ...claimed, book };
}
async function trailingOf(jobId: number) {
  const row = await db.prisma.tradePosition.findUniqueOrThrow({ where: { trade_job_id_open: jobId } });
  return {
    max: row.trailing_max_price?.toFixed() ?? null,
    armedAt: row.trailing_armed_at?.getTime() ?? null,
    since: row.exits_since?.getTime() ?? null,
  };
}

describe('The trailing stop of a position that a buy opens', () => {
  it('begins at the opening price, and prices count from the first fill on', async () => {
    const { job, book } = await buy({});
    await book('FILLED', [
      ['1', '0.5', '100'],
      ['2', '0.5', '101'],
    ]);
    expect(await trailingOf(job.id)).toEqual({ max: '100.5', armedAt: FIRST_FILL, since: FIRST_FILL });
  });

  it('has no maximum while it waits for a profit, but prices already count', async () => {
    const { job, book } = await buy({ trailing_arming_pct: '0.5' });
    await book('FILLED', [['1', '1', '100']]);
    expect(await trailingOf(job.id)).toEqual({ max: null, armedAt: null, since: FIRST_FILL });
  });

  it('follows nothing while it is off', async () => {
    const { job, book } = await buy({ trailing_stop_enabled: false });
    await book('FILLED', [['1', '1', '100']]);
    expect(await trailingOf(job.id)).toEqual({ max: null, armedAt: null, since: FIRST_FILL });
  });

  it('begins no later than now when the clock of the exchange is ahead', async () => {
    const { ctx, job, book } = await buy({});
    ctx.clock.set(FIRST_FILL - 3_000);
    await book('FILLED', [['1', '1', '100']]);
    expect(await trailingOf(job.id)).toMatchObject({ armedAt: FIRST_FILL - 3_000, since: FIRST_FILL - 3_000 });
  });

  it('rises with a fill that raises the opening price, and is never lowered by a fill', async () => {
    const { job, book } = await buy({});
    await book('PARTIALLY_FILLED', [['1', '0.25', '100']]);
    expect(await trailingOf(job.id)).toMatchObject({ max: '100' });
    await book('PARTIALLY_FILLED', [
      ['1', '0.25', '100'],
      ['2', '0.25', '102'],
    ]);
    // The levels are new, so only later prices can reach them.
    expect(await trailingOf(job.id)).toEqual({ max: '101', armedAt: FIRST_FILL, since: FIRST_FILL + 1 });
    await db.query(
      'UPDATE trade_positions SET exits_since = NULL, trailing_max_price = 105 WHERE trade_job_id_open = ?',
      [job.id],
    );
    await book('FILLED', [
      ['1', '0.25', '100'],
      ['2', '0.25', '102'],
      ['3', '0.5', '98'],
    ]);
    expect(await trailingOf(job.id)).toEqual({ max: '105', armedAt: FIRST_FILL, since: FIRST_FILL + 2 });
  });

  it('continues where it was when a late fill reopens the position, and only later prices count', async () => {
    const { job, book } = await buy({});
    await book('PARTIALLY_FILLED', [['1', '0.25', '100']]);
    await db.query(
      `UPDATE trade_positions SET status = 'CLOSED', close_reason = 'TRAILING_STOP', closed_at = NOW(3), qty_remaining = 0,
         exits_since = NULL WHERE trade_job_id_open = ?`,
      [job.id],
    );
    await book('FILLED', [
      ['1', '0.25', '100'],
      ['2', '0.75', '104'],
    ]);
    const position = await db.prisma.tradePosition.findUniqueOrThrow({ where: { trade_job_id_open: job.id } });
    expect(position.status).toBe('OPEN');
    expect(await trailingOf(job.id)).toEqual({ max: '103', armedAt: FIRST_FILL + 1, since: FIRST_FILL + 1 });
  });

  it('begins at its own opening price when several buys are booked together', async () => {
    const one = await buy({});
    const other = await buy({}, { vaultId: one.vaultId, userId: one.userId });
    const inputs = [one, other].map(({ job, execution }, index) => ({
      ...{ executionId: execution.id, sentAt: FIRST_FILL, acknowledgedAt: FIRST_FILL },
      key: { executionId: execution.id, jobId: job.id, side: 'BUY' as const, vaultIds: [one.vaultId], quote: 'USDT' },
      answer: {
        kind: 'reported' as const,
        order: snapshot(execution.client_order_id, 'FILLED', [[`${index + 7}`, '1', String(100 + index)]]),
      },
    }));
    await bookOutcomes(one.ctx, inputs);
    expect(await trailingOf(one.job.id)).toMatchObject({ max: '100', armedAt: FIRST_FILL });
    expect(await trailingOf(other.job.id)).toMatchObject({ max: '101', armedAt: FIRST_FILL });
  });
});
