import { expect } from 'vitest';
import type { Context } from '../../context.js';
import { replayLedger } from '../replay-ledger.js';
import { d } from '../../core/money/money.js';
import type { Database } from '../../infra/database/database.js';
import { recoverOrders } from '../../orders/recover/recover-orders.js';
import type { FakeClock } from '../fake-clock.js';
import { makeAccount, makeJob, makeParameter, makeVault } from '../make.js';

/** An account with a vault and a parameter that buys 100 USDT of BTC/USDT with the vault's capital. */
export async function makeBuyer(
  db: Database,
  { vault = '1000', ...parameter }: { vault?: string } & Parameters<typeof makeParameter>[1] = {},
) {
  const account = await makeAccount(db);
  const { id: vault_id } = await makeVault(db, { user_id: account.user_id, balances: { USDT: vault } });
  await makeParameter(db, { exchange_account_id: account.id, vault_id, ...parameter });
  return { account, vault_id };
}

export const makeJobs = (db: Database, exchange_account_id: number, count: number, side = 'BUY') =>
  Promise.all(Array.from({ length: count }, () => makeJob(db, { exchange_account_id, side })));

/** The USDT balance of a vault. It must equal the sum of its entries. */
export async function vaultOf(db: Database, vault_id: number) {
  const row = await db.prisma.vaultBalance.findFirstOrThrow({ where: { vault_id, asset: 'USDT' } });
  const entries = await db.prisma.vaultTransaction.findMany({ where: { vault_id, asset: 'USDT' } });
  const rebuilt = replayLedger(
    entries.map((entry) => ({
      balanceDelta: d(entry.balance_delta.toFixed()),
      reservedDelta: d(entry.reserved_delta.toFixed()),
    })),
  );
  expect([rebuilt.balance.toFixed(), rebuilt.reserved.toFixed()]).toEqual([
    row.balance.toFixed(),
    row.reserved.toFixed(),
  ]);
  return { balance: row.balance.toFixed(), reserved: row.reserved.toFixed() };
}

/** Moves the time and runs recovery until nothing is open, and executes the jobs that it puts back. */
export async function recoverFully(
  ctx: Context & { clock: FakeClock },
  execute: (job: { id: number }) => Promise<unknown>,
): Promise<void> {
  for (let round = 0; round < 4; round++) {
    ctx.clock.advance(7_000);
    const retries: number[] = [];
    await recoverOrders(
      { ...ctx, trades: { enqueue: (messages) => retries.push(...messages.map(({ jobId }) => jobId)) } },
      { limit: 100 },
    );
    await Promise.all(retries.map((id) => execute({ id })));
  }
}
