import { compareHolding, type Allocations, type Holding } from '../../core/position/holdings.js';
import { d, ZERO } from '../../core/money/money.js';
import type { ExchangeBalance } from '../../exchange/exchange.js';
import type { Database, Tx } from '../../infra/database/database.js';

export interface AllocatedQuantity extends Allocations {
  /** An order of ours for this asset is being sent: its coins may have arrived or left already. */
  isInFlight: boolean;
}

export const NO_ALLOCATIONS: AllocatedQuantity = { inPositions: ZERO, lockedByUs: ZERO, isInFlight: false };

interface ClaimRow {
  asset: string;
  in_positions: string;
  locked: string;
  in_flight: string | number;
}

/** What an account should have according to our positions and orders, by base asset. */
export async function readAllocations(
  db: Pick<Database | Tx, 'query'>,
  accountId: number,
): Promise<Map<string, AllocatedQuantity>> {
  const rows = await db.query<ClaimRow[]>(
    `SELECT asset, SUM(in_positions) AS in_positions, SUM(locked) AS locked, SUM(in_flight) AS in_flight FROM (
       SELECT SUBSTRING_INDEX(symbol, '/', 1) AS asset, qty_remaining AS in_positions, 0 AS locked, 0 AS in_flight
         FROM trade_positions WHERE exchange_account_id = ? AND status = 'OPEN'
       UNION ALL
       SELECT SUBSTRING_INDEX(j.symbol, '/', 1), 0,
         IF(e.side = 'SELL' AND e.status_exchange IN ('NEW', 'PARTIALLY_FILLED'), e.requested_qty - e.executed_qty, 0),
         e.status_exchange IN ('SENDING', 'UNKNOWN')
         FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
        WHERE e.exchange_account_id = ? AND e.status_exchange IN ('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED')
     ) claims GROUP BY asset`,
    [accountId, accountId],
  );
  return new Map(
    rows.map(({ asset, in_positions, locked, in_flight }) => [
      asset,
      { inPositions: d(String(in_positions)), lockedByUs: d(String(locked)), isInFlight: Number(in_flight) > 0 },
    ]),
  );
}

export interface ComparedAsset extends Holding {
  asset: string;
  free: string;
  locked: string;
  claims: AllocatedQuantity;
}

/** Compares everything the account has or should have. */
export function compareAll(
  balances: readonly ExchangeBalance[],
  claims: ReadonlyMap<string, AllocatedQuantity>,
): ComparedAsset[] {
  const held = new Map(balances.map((one) => [one.asset, one]));
  const assets = new Set([...held.keys(), ...claims.keys()]);
  return [...assets].sort().map((asset) => {
    const { free, locked } = held.get(asset) ?? { free: '0', locked: '0' };
    const claim = claims.get(asset) ?? NO_ALLOCATIONS;
    return { asset, free, locked, claims: claim, ...compareHolding({ free, locked }, claim) };
  });
}

/** What closing a position of this owner as reconciled needs to know. */
export async function readOwnedPosition(
  db: Pick<Database, 'query'>,
  { positionId, ownerUserId }: { positionId: number; ownerUserId: number },
): Promise<{ accountId: number; symbol: string; status: string; closeReason: string | null } | undefined> {
  const [row] = await db.query<
    { exchange_account_id: number; symbol: string; status: string; close_reason: string | null }[]
  >(
    `SELECT p.exchange_account_id, p.symbol, p.status, p.close_reason FROM trade_positions p
       JOIN exchange_accounts a ON a.id = p.exchange_account_id WHERE p.id = ? AND a.user_id = ?`,
    [positionId, ownerUserId],
  );
  if (!row) return undefined;
  const { exchange_account_id: accountId, symbol, status, close_reason: closeReason } = row;
  return { accountId, symbol, status, closeReason };
}
