import { tradeModeOf } from '../../core/domain.js';
import type { BookedFill } from '../../core/order/booked-fill.js';
import type { ExitSettings } from '../../core/exits/edit-exits.js';
import { d, roundMoney, sum, toText } from '../../core/money/money.js';
import type { PositionState } from '../../core/position/position.js';
import { Batch, type Database, type Tx } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { addAdoptedExecution, addJob } from '../../orders/stores/trade-order.store.js';
import { addOpenedPosition } from '../../positions/position-writes.store.js';
import type { SyncedAccount } from '../account-sync.store.js';
import { addAdopted } from '../external-orders/external-order.store.js';

/** A position made of coins that were bought outside of this program. */
export interface Adoption {
  symbol: string;
  /** Its buys: trades at the exchange, or one entry with what the owner stated. */
  fills: readonly BookedFill[];
  state: PositionState;
  exits: ExitSettings;
  idempotencyKey: string;
  externalOrderId: number | undefined;
  /** ms since 1970 */
  now: number;
}

/** The position that was made with this key, and its input. */
export async function readAdoption(
  db: Pick<Database | Tx, 'query'>,
  idempotencyKey: string,
): Promise<{ positionId: number; accountId: number; symbol: string } | undefined> {
  const [row] = await db.query<{ id: number; exchange_account_id: number; symbol: string }[]>(
    `SELECT p.id, p.exchange_account_id, p.symbol FROM trade_positions p JOIN trade_jobs j ON j.id = p.trade_job_id_open
      WHERE j.idempotency_key = ?`,
    [idempotencyKey],
  );
  return row && { positionId: row.id, accountId: row.exchange_account_id, symbol: row.symbol };
}

/** An external order at an account of this owner, with its trades; `isAdopted` = it is already a position. */
export async function readExternalTrades(
  db: Pick<Database | Tx, 'query'>,
  { externalOrderId, ownerUserId }: { externalOrderId: number; ownerUserId: number },
): Promise<{ accountId: number; symbol: string; side: string; isAdopted: boolean; fills: BookedFill[] } | undefined> {
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT o.exchange_account_id, o.symbol, o.side, o.position_id, t.* FROM external_orders o
       JOIN exchange_accounts a ON a.id = o.exchange_account_id LEFT JOIN external_trades t ON t.external_order_id = o.id
      WHERE o.id = ? AND a.user_id = ? ORDER BY t.traded_at, t.id`,
    [externalOrderId, ownerUserId],
  );
  const [first] = rows;
  if (!first) return undefined;
  const fills = rows.flatMap((row): BookedFill[] => {
    if (row.trade_id === null) return [];
    const { trade_id, qty, price, fee_amount, fee_asset, traded_at } = row;
    const [feeAmount, feeAsset] = [String(fee_amount), fee_asset === null ? '' : String(fee_asset)];
    const at = (traded_at as Date).getTime();
    return [{ tradeId: String(trade_id), qty: String(qty), price: String(price), feeAmount, feeAsset, at }];
  });
  return {
    ...{ accountId: Number(first.exchange_account_id), symbol: String(first.symbol), side: String(first.side) },
    ...{ isAdopted: first.position_id !== null, fills },
  };
}

/** Writes the job, its order, the position and its fills, and ends the transaction. Returns the position's id. */
export async function commitAdoption(tx: Tx, account: SyncedAccount, adoption: Adoption): Promise<number> {
  const mode = tradeModeOf(account);
  const { symbol, fills, state, exits, now } = adoption;
  const { entryPrice } = state;
  const bought = sum(fills.map(({ qty }) => d(qty)));
  const cost = roundMoney(sum(fills.map(({ qty, price }) => d(qty).mul(d(price)))));
  const at = new Date(now);
  const batch = addJob(new Batch(), {
    ...{ exchange_account_id: account.id, trade_mode: mode, symbol, side: 'BUY', order_type: 'MARKET' },
    ...{ quote_amount: toText(cost), base_quantity: toText(bought), status: 'FILLED', origin: 'ADOPTED' },
    ...{ idempotency_key: adoption.idempotencyKey, committed_at: at, created_at: at },
    trace_json: JSON.stringify([
      { name: 'adopted', value: toText(state.qtyTotal), source: sourceOf(adoption) },
      { name: 'opening price', value: toText(entryPrice), source: sourceOf(adoption) },
    ]),
  });
  addAdoptedExecution(batch, {
    ...{
      accountId: account.id,
      tradeMode: mode,
      exchange: account.exchange,
      bought,
      cost,
      price: entryPrice,
      fills,
      at,
    },
  });
  addOpenedPosition(batch, { accountId: account.id, tradeMode: mode, symbol, state, exits, fills, now });
  if (adoption.externalOrderId !== undefined) {
    addAdopted(batch, adoption.externalOrderId, { position: { sql: '@position' }, at });
  }
  const [made] = (await tx.run(batch.add('SELECT @position AS id'))).at(-1) as { id: number | string }[];
  await tx.commit(
    addLiveEvents(new Batch(), account.userId, [
      { topic: 'JOB', entityId: { sql: '@job' } },
      { topic: 'POSITION', entityId: { sql: '@position' } },
    ]),
  );
  return Number(made?.id);
}

const sourceOf = ({ externalOrderId }: Adoption): string =>
  externalOrderId === undefined ? 'the owner' : `trades at the exchange, noted as order ${externalOrderId} of others`;

/** Locks the account: its adoptions are decided one after the other. */
export const lockAccount = (tx: Tx, accountId: number): Promise<unknown> =>
  tx.query('SELECT id FROM exchange_accounts WHERE id = ? FOR UPDATE', [accountId]);
