import { describe, expect, it } from 'vitest';
import { d, sum } from '../core/money/money.js';
import { orThrow } from '../graphql/errors.js';
import type { Database } from '../infra/database/database.js';
import {
  bookingContext,
  bookRefusal,
  bookReport,
  claimedBuy,
  reserve,
  snapshot,
} from '../testing/worlds/booking-world.js';
import { makeJob, makePosition, makeUser, makeVault } from '../testing/make.js';
import { createVault } from './create-vault.js';
import { deposit } from './deposit.js';
import type { VaultMoved } from './move-funds.js';
import { updateVault } from './update-vault.js';
import { verifyLedger } from './verify-ledger.js';
import { withdraw } from './withdraw.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let db: Database;
useTestDatabase((made) => ({ db } = made));

const balanceOf = async (vaultId: number, asset = 'USDT') => {
  const row = await db.prisma.vaultBalance.findUniqueOrThrow({
    where: { vault_id_asset: { vault_id: vaultId, asset } },
  });
  return { balance: row.balance.toFixed(), reserved: row.reserved.toFixed() };
};
const move = (vaultId: number, amount: string, idempotencyKey: string, asset = 'USDT') => ({
  vaultId,
  asset,
  amount,
  idempotencyKey,
});

describe('deposits and withdrawals', () => {
  it('books a movement once for repeated requests with the same key, also ten at the same time', async () => {
    const user = await makeUser(db);
    const { vaultId } = orThrow(await createVault({ db }, user.id, { name: 'main', tradeMode: 'SIMULATION' }));
    const results = (await Promise.all(
      Array.from({ length: 10 }, () => deposit({ db }, user.id, move(vaultId, '12.5', 'k'))),
    )) as VaultMoved[];
    expect(results.filter((one) => !one.repeated)).toHaveLength(1);
    expect(new Set(results.map((one) => one.transactionId)).size).toBe(1);
    expect(await balanceOf(vaultId)).toEqual({ balance: '12.5', reserved: '0' });
  });

  it('refuses a key that belongs to another movement, also on another vault at the same time', async () => {
    const user = await makeUser(db);
    const [a, b] = [await makeVault(db, { user_id: user.id }), await makeVault(db, { user_id: user.id })];
    await deposit({ db }, user.id, move(a.id, '1', 'K'));
    const conflict = { code: 'IDEMPOTENCY_CONFLICT' };
    expect(await deposit({ db }, user.id, move(a.id, '2', 'K'))).toMatchObject(conflict);
    expect(await deposit({ db }, user.id, move(a.id, '1', 'K', 'BTC'))).toMatchObject(conflict);
    expect(await withdraw({ db }, user.id, move(a.id, '1', 'K'))).toMatchObject(conflict);
    expect(await deposit({ db }, user.id, move(a.id, '1', 'k'))).toMatchObject({ repeated: false });
    const race = await Promise.all([a, b].map((vault) => deposit({ db }, user.id, move(vault.id, '3', 'race'))));
    expect(race.filter((one) => !one.ok)).toMatchObject([conflict]);
    expect(await verifyLedger({ db })).toEqual([]);
  });

  it('serves only the owner, and an inactive vault allows only withdrawals', async () => {
    const [owner, stranger] = [await makeUser(db), await makeUser(db)];
    const vault = await makeVault(db, { user_id: owner.id });
    const none = { code: 'VAULT_NOT_FOUND' };
    expect(await deposit({ db }, stranger.id, move(vault.id, '1', 'x', 'ETH'))).toMatchObject(none);
    expect(await withdraw({ db }, stranger.id, move(vault.id, '1', 'x'))).toMatchObject(none);
    expect(await updateVault({ db }, stranger.id, { vaultId: vault.id, name: 'mine' })).toMatchObject(none);
    expect(await db.prisma.vaultBalance.count({ where: { vault_id: vault.id } })).toBe(1);
    expect(await updateVault({ db }, owner.id, { vaultId: vault.id, isActive: false })).toEqual({
      ok: true,
      vaultId: vault.id,
    });
    expect(await deposit({ db }, owner.id, move(vault.id, '1', 'y'))).toMatchObject({ code: 'VAULT_INACTIVE' });
    expect(await withdraw({ db }, owner.id, move(vault.id, '5000', 'z'))).toMatchObject({ balance: '0' });
  });

  it('withdraws only the available amount, to the last digit', async () => {
    const buy = await claimedBuy(bookingContext(db).ctx, { balance: '110.000000000000000002' });
    const code = 'INSUFFICIENT_BALANCE';
    expect(await withdraw({ db }, buy.userId, move(buy.vaultId, '0.000000000000000003', 'a'))).toMatchObject({ code });
    expect(await withdraw({ db }, buy.userId, move(buy.vaultId, '0.000000000000000002', 'b'))).toMatchObject({
      balance: '110',
    });
    expect(await withdraw({ db }, buy.userId, move(buy.vaultId, '1', 'c', 'ETH'))).toMatchObject({ code });
  });

  it.each([
    [{ amount: '0' }, 'INVALID_AMOUNT'],
    [{ amount: '0.0000000000000000001' }, 'INVALID_AMOUNT'],
    [{ asset: 'us dt' }, 'INVALID_ASSET'],
    [{ idempotencyKey: '' }, 'IDEMPOTENCY_CONFLICT'],
    [{ idempotencyKey: 'k ' }, 'IDEMPOTENCY_CONFLICT'],
  ])('refuses %j with %s', async (change, code) => {
    const vault = await makeVault(db);
    expect(await deposit({ db }, vault.user_id, { ...move(vault.id, '1', 'k'), ...change })).toMatchObject({ code });
  });

  it('3,000 postings of 0.1 and of 1e-18 on a balance with 18 decimals do not drift', async () => {
    const vault = await makeVault(db, { balances: { USDT: '1000000000.123456789012345678' } });
    // Ten parallel writers: the postings compete for the row as real ones do.
    await Promise.all(
      Array.from({ length: 10 }, async (_, lane) => {
        for (let index = 0; index < 300; index++) {
          await deposit(
            { db },
            vault.user_id,
            move(vault.id, index % 2 ? '0.1' : '0.000000000000000001', `${lane}-${index}`),
          );
        }
      }),
    );
    expect((await balanceOf(vault.id)).balance).toBe('1000000150.123456789012347178');
    expect(await verifyLedger({ db })).toEqual([]);
  }, 60_000);
});

describe('a vault with fifty concurrent writers', () => {
  it('concurrent deposits, withdrawals, reservations, fills and refusals keep every sum exact and non-negative', async () => {
    const { ctx } = bookingContext(db);
    const user = await makeUser(db);
    const vault = await makeVault(db, { user_id: user.id, balances: { USDT: '600' } });
    const world = { vaultId: vault.id, userId: user.id, reserved: '55' };
    const buys = [];
    for (let index = 0; index < 10; index++) buys.push(await claimedBuy(ctx, world));
    const spent = '33.333333333333333333';
    const jobs = await Promise.all(Array.from({ length: 10 }, () => makeJob(db)));
    let reservations = 0;
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => deposit({ db }, user.id, move(vault.id, '0.1', `d${index}`))),
      ...Array.from({ length: 10 }, (_, index) =>
        withdraw({ db }, user.id, move(vault.id, '0.000000000000000001', `w${index}`)),
      ),
      ...jobs.map(async (job) => {
        if (await reserve(db, { id: job.id, vaultId: vault.id, userId: user.id }, '30')) reservations++;
      }),
      ...buys.map(({ execution }, index) =>
        index % 2
          ? bookRefusal(ctx, { executionId: execution.id, code: 'EXCHANGE_REFUSED', message: 'no' })
          : bookReport(ctx, {
              executionId: execution.id,
              order: snapshot(execution.client_order_id, 'FILLED', [['1', '1', spent]]),
            }),
      ),
      ...buys.map(({ execution }, index) =>
        index % 2
          ? bookRefusal(ctx, { executionId: execution.id, code: 'EXCHANGE_REFUSED', message: 'no' })
          : bookReport(ctx, {
              executionId: execution.id,
              order: snapshot(execution.client_order_id, 'FILLED', [['1', '1', spent]]),
            }),
      ),
    ]);
    const after = await balanceOf(vault.id);
    expect(after.balance).toBe(
      d('600')
        .add(d('1'))
        .sub(d('0.00000000000000001'))
        .sub(d(spent).mul(d('5')))
        .toFixed(),
    );
    expect(after.reserved).toBe(
      d('30')
        .mul(d(String(reservations)))
        .toFixed(),
    );
    expect(reservations).toBeGreaterThan(0);
    const rows = await db.prisma.vaultTransaction.findMany({ where: { vault_id: vault.id } });
    expect(sum(rows.map((row) => d(row.balance_delta.toFixed()))).toFixed()).toBe(after.balance);
    expect(rows.filter((row) => row.dedupe_key?.endsWith(':resolve'))).toHaveLength(10);
    expect(await verifyLedger(ctx)).toEqual([]);
  }, 60_000);
});

describe('the verifier', () => {
  it('finds a tampered balance, a missing transaction and a tampered position, each to the last digit', async () => {
    const vault = await makeVault(db, { balances: { USDT: '10', BTC: '1' } });
    const position = await makePosition(db);
    expect(await verifyLedger({ db })).toEqual([]);
    await db.query("UPDATE vault_balances SET balance = 10.000000000000000001 WHERE vault_id = ? AND asset = 'USDT'", [
      vault.id,
    ]);
    await db.query("DELETE FROM vault_transactions WHERE vault_id = ? AND asset = 'BTC'", [vault.id]);
    await db.query('UPDATE trade_positions SET qty_remaining = 0.0009 WHERE id = ?', [position.id]);
    const drifts = await verifyLedger({ db });
    expect(drifts).toHaveLength(3);
    expect(drifts).toContainEqual({
      subject: 'VAULT',
      id: vault.id,
      field: 'USDT balance',
      stored: '10.000000000000000001',
      rebuilt: '10',
    });
    expect(drifts).toContainEqual({ subject: 'VAULT', id: vault.id, field: 'BTC balance', stored: '1', rebuilt: '0' });
    expect(drifts).toContainEqual({
      subject: 'POSITION',
      id: position.id,
      field: 'qty_remaining',
      stored: '0.0009',
      rebuilt: '0.001',
    });
  });
});
