import { expect, it } from 'vitest';
import { makeAccount, makeExecution, makeJob, makePosition } from '../../testing/make.js';
import { createTestContext } from '../../testing/test-context.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { executeTrade } from '../send/execute-trade.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const closedGate = { mayTrade: () => false };
async function sellOf(accountId: number, positionId: number) {
  const at = new Date();
  const columns = { exchange_account_id: accountId, side: 'SELL', origin: 'TRIGGER', base_quantity: '0.001' };
  const job = await makeJob(t.db, { ...columns, admitted_at: at, created_at: at });
  await t.db.prisma.positionReservation.create({
    data: { trade_job_id: job.id, position_id: positionId, qty: '0.001' },
  });
  return job;
}
const execute = (jobId: number) =>
  executeTrade(createTestContext(t.db), { jobId, committedAt: Date.now(), queuedAt: Date.now() }, closedGate);

it('an exit passes a gate that waits for unrelated orders, an entry does not', async () => {
  const account = await makeAccount(t.db);
  const exchange_account_id = account.id;
  const position = await makePosition(t.db, { exchange_account_id, qty_reserved: '0.001' });
  // Twelve orders with unknown outcomes in the same market.
  for (let n = 0; n < 12; n++) {
    const lost = await makeJob(t.db, { exchange_account_id, status: 'EXECUTING' });
    await makeExecution(t.db, { trade_job_id: lost.id, status_exchange: 'UNKNOWN', executed_qty: '0' });
  }
  const exit = await sellOf(account.id, position.id);
  const entry = await makeJob(t.db, { exchange_account_id });
  expect([await execute(exit.id), await execute(entry.id)]).toEqual(['SENT', 'POSTPONED']);
});

it.each(['SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED'])(
  'an exit waits for the gate when its position has a sell that is %s',
  async (status_exchange) => {
    const account = await makeAccount(t.db);
    const position = await makePosition(t.db, {
      ...{ exchange_account_id: account.id, qty_total: '0.002', qty_reserved: '0.002' },
    });
    const first = await sellOf(account.id, position.id);
    await t.db.query("UPDATE trade_jobs SET status = 'EXECUTING' WHERE id = ?", [first.id]);
    await makeExecution(t.db, { trade_job_id: first.id, status_exchange, executed_qty: '0' });
    const second = await sellOf(account.id, position.id);
    expect(await execute(second.id)).toBe('POSTPONED');
  },
);

it('an exit waits for the gate when the opening order of its position may still be open', async () => {
  const account = await makeAccount(t.db);
  const position = await makePosition(t.db, { exchange_account_id: account.id, qty_reserved: '0.001' });
  await t.db.query("UPDATE trade_executions SET status_exchange = 'PARTIALLY_FILLED' WHERE trade_job_id = ?", [
    position.trade_job_id_open,
  ]);
  const exit = await sellOf(account.id, position.id);
  expect(await execute(exit.id)).toBe('POSTPONED');
});
