import type { OrderType, TradeMode } from '../../core/domain.js';
import type { OrderRequest } from '../../core/plan/order-request.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import { fromJson, type Batch, type Database } from '../../infra/database/database.js';
import { addJob } from '../../orders/stores/trade-order.store.js';

type Db = Pick<Database, 'query'>;
type Row = Record<string, unknown>;

/** An account that buys, and whether the vault of the request belongs to the same owner. */
export interface Buyer {
  account: AccountRef & { userId: number; isActive: boolean };
  tradeMode: TradeMode;
  ownsVault: boolean;
}

export async function readBuyer(
  db: Db,
  { ownerUserId, accountId, vaultId }: { ownerUserId: number; accountId: number; vaultId: number | null },
): Promise<Buyer | undefined> {
  const [row] = await db.query<Row[]>(
    `SELECT ${ACCOUNT_REF_COLUMNS}, a.user_id, a.is_active,
       EXISTS (SELECT 1 FROM vaults v WHERE v.id = ? AND v.user_id = a.user_id) AS owns_vault
     FROM exchange_accounts a WHERE a.id = ? AND a.user_id = ?`,
    [vaultId ?? 0, accountId, ownerUserId],
  );
  if (!row) return undefined;
  const account = { ...toAccountRef(row), userId: Number(row.user_id), isActive: Boolean(row.is_active) };
  return { account, tradeMode: account.isSimulation ? 'SIMULATION' : 'REAL', ownsVault: Boolean(row.owns_vault) };
}

/** A position that a buy may add to. */
export interface GrowingPosition {
  accountId: number;
  symbol: string;
  status: 'OPEN' | 'CLOSED';
  vaultId: number | null;
}

export async function readGrowing(
  db: Db,
  { ownerUserId, positionId }: { ownerUserId: number; positionId: number },
): Promise<GrowingPosition | undefined> {
  const [row] = await db.query<Row[]>(
    `SELECT p.exchange_account_id, p.symbol, p.status, p.vault_id
     FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id
     WHERE p.id = ? AND a.user_id = ?`,
    [positionId, ownerUserId],
  );
  return (
    row && {
      accountId: Number(row.exchange_account_id),
      symbol: String(row.symbol),
      status: String(row.status) as GrowingPosition['status'],
      vaultId: row.vault_id === null ? null : Number(row.vault_id),
    }
  );
}

/** A buy by hand that is to be placed. */
export interface HandOrder {
  accountId: number;
  tradeMode: TradeMode;
  symbol: string;
  orderType: OrderType;
  request: OrderRequest;
  /** The request as one text, to recognize it when it is repeated. */
  fingerprint: string;
  expiresAt: number | null;
  /** Makes a repeated request harmless: a second row with the same key is a database error. */
  idempotencyKey: string;
  /** ms since 1970 */
  now: number;
}

/** Adds its PENDING job; the executor gives it its size. Afterwards `@job` is its id. */
export function addHandOrder(batch: Batch, order: HandOrder): Batch {
  const at = new Date(order.now);
  return addJob(batch, {
    exchange_account_id: order.accountId,
    trade_mode: order.tradeMode,
    symbol: order.symbol,
    side: 'BUY',
    order_type: order.orderType,
    status: 'PENDING',
    origin: 'MANUAL',
    idempotency_key: order.idempotencyKey,
    limit_order_expires_at: order.expiresAt === null ? null : new Date(order.expiresAt),
    request_json: JSON.stringify({ ...order.request, fingerprint: order.fingerprint }),
    adds_to_position_id: order.request.positionId,
    committed_at: at,
    decided_at: at,
    created_at: at,
  });
}

/** The order that was placed with this key. */
export async function readHandOrder(
  db: Db,
  idempotencyKey: string,
): Promise<{ jobId: number; fingerprint: string } | undefined> {
  const [row] = await db.query<Row[]>('SELECT id, request_json FROM trade_jobs WHERE idempotency_key = ?', [
    idempotencyKey,
  ]);
  if (!row) return undefined;
  const stored = fromJson<{ fingerprint?: string }>(row.request_json);
  return { jobId: Number(row.id), fingerprint: stored?.fingerprint ?? '' };
}
