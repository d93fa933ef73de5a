import { d, toText } from '../core/money/money.js';
import { Batch, fromJson, type Database } from '../infra/database/database.js';
import type { ExchangeBalance } from './exchange.js';
import { mergeChanges, type BalanceChange } from './simulated/simulated-order.js';

export interface BalanceRow {
  asset: string;
  free: string;
  locked: string;
}

/**
 * Locks the two balances of a market, always before any order and sorted by asset name, so that two processes cannot
 * deadlock.
 */
export const lockBalances = (batch: Batch, accountId: number, assets: readonly [string, string]): Batch =>
  batch.add(
    `SELECT asset, free, locked FROM account_balances_cache
      WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' AND asset IN (?, ?) ORDER BY asset FOR UPDATE`,
    [accountId, ...assets],
  );

/**
 * Writes the changes of the account's balances. The differences are added exactly in SQL (see ARCHITECTURE.md, Money),
 * not written as results: a row that did not exist when the balances were locked may have been created since.
 */
export function addBalanceChanges(
  batch: Batch,
  accountId: number,
  { changes, at }: { changes: readonly BalanceChange[]; at: Date },
): Batch {
  for (const { asset, free, locked } of mergeChanges(changes)) {
    const amounts = [toText(free), toText(locked)];
    if (free.isNegative() || locked.isNegative()) {
      batch.add(
        `UPDATE account_balances_cache SET free = free + CAST(? AS DECIMAL(36,18)),
            locked = locked + CAST(? AS DECIMAL(36,18)), last_sync_at = ?
          WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' AND asset = ?`,
        [...amounts, at, accountId, asset],
      );
    } else {
      batch.add(
        `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free, locked, last_sync_at)
          VALUES (?, 'SIMULATION', ?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE free = free + VALUES(free), locked = locked + VALUES(locked), last_sync_at = VALUES(last_sync_at)`,
        [accountId, asset, ...amounts, at],
      );
    }
  }
  return batch;
}

/**
 * Creates the balances of an account from `initial_balances_json` if it has none. Returns whether it has any now. One
 * statement, so that no reader sees a part of them; a second process that does the same changes nothing.
 */
export async function startBalances(db: Database, accountId: number): Promise<boolean> {
  const [found, accounts] = (await db.run(
    new Batch()
      .add(
        `SELECT id FROM account_balances_cache WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' LIMIT 1`,
        [accountId],
      )
      .add('SELECT initial_balances_json FROM exchange_accounts WHERE id = ?', [accountId]),
  )) as [unknown[], { initial_balances_json: unknown }[]];
  if (found.length > 0) return true;
  const initial = Object.entries(fromJson<Record<string, string>>(accounts[0]?.initial_balances_json) ?? {});
  if (initial.length === 0) return false;
  await db.query(
    `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free)
      VALUES ${initial.map(() => "(?, 'SIMULATION', ?, ?)").join(', ')}
      ON DUPLICATE KEY UPDATE asset = VALUES(asset)`,
    initial
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([asset, free]) => [accountId, asset, toText(d(String(free)))]),
  );
  return true;
}

/**
 * Adds the first balances of a simulated account to the batch that creates it. `account` is a SQL variable of that
 * batch.
 */
export function addFirstBalances(batch: Batch, account: { sql: string }, amounts: ReadonlyMap<string, string>): Batch {
  if (amounts.size === 0) return batch;
  return batch.add(
    `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free)
      VALUES ${[...amounts].map(() => `(${account.sql}, 'SIMULATION', ?, ?)`).join(', ')}`,
    [...amounts].flat(),
  );
}

/** The balances of a simulated account, by asset. */
export const readSimulatedBalances = (db: Pick<Database, 'query'>, accountId: number): Promise<BalanceRow[]> =>
  db.query(
    `SELECT asset, free, locked FROM account_balances_cache
      WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' ORDER BY asset`,
    [accountId],
  );

/** Adds the balances that an exchange reported for a real account. Assets that it no longer reports become zero. */
export function addReadBalances(
  batch: Batch,
  accountId: number,
  { balances, at }: { balances: readonly ExchangeBalance[]; at: Date },
): Batch {
  const assets = balances.map(({ asset }) => asset);
  batch.add(
    `UPDATE account_balances_cache SET free = 0, locked = 0, last_sync_at = ?
      WHERE exchange_account_id = ? AND trade_mode = 'REAL'${assets.length > 0 ? ' AND asset NOT IN (?)' : ''}`,
    [at, accountId, ...(assets.length > 0 ? [assets] : [])],
  );
  if (balances.length === 0) return batch;
  return batch.add(
    `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free, locked, last_sync_at)
     VALUES ${balances.map(() => "(?, 'REAL', ?, CAST(? AS DECIMAL(36,18)), CAST(? AS DECIMAL(36,18)), ?)").join(', ')}
     ON DUPLICATE KEY UPDATE free = VALUES(free), locked = VALUES(locked), last_sync_at = VALUES(last_sync_at)`,
    balances.flatMap(({ asset, free, locked }) => [accountId, asset, free, locked, at]),
  );
}
