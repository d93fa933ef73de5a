import type { ColumnKind } from '../../core/reports/export-format.js';
import type { Database } from '../../infra/database/database.js';
import type { ReportScope } from '../report.store.js';

type Db = Pick<Database, 'query'>;
type Column = readonly [name: string, sql: string, kind?: ColumnKind];

/** A list that can be exported. Its rows are found through the ids of one table, which belong to an owner's rows. */
export interface ExportList {
  /** The rows that own `m`: the owner's accounts, sources or vaults in the mode, or the owner. */
  owner: 'account' | 'source' | 'vault' | 'user';
  /** The table of `m`, and its column with the owner's id; together with the id it has an index. */
  table: string;
  ownerColumn: string;
  /** Joins to `m`. A joined `r` has several rows for one of `m`. */
  joins?: string;
  isMany?: boolean;
  columns: readonly Column[];
  /** The columns that filters apply to; a list without one ignores that filter. */
  symbol?: string;
  source?: string;
  status?: string;
  mode?: string;
  time: string;
}

const d = (name: string, sql: string): Column => [name, sql, 'decimal'];
const t = (name: string, sql: string): Column => [name, sql, 'time'];
const n = (name: string, sql: string): Column => [name, sql, 'number'];
const flag = (name: string, sql: string): Column => [name, sql, 'flag'];

const ORDER_EVENT = 'LEFT JOIN webhook_events e ON e.id = o.webhook_event_id';

/** Every list by its name in the address. */
export const EXPORT_LISTS: Readonly<Record<string, ExportList>> = {
  positions: {
    ...{ owner: 'account', table: 'trade_positions', ownerColumn: 'exchange_account_id' },
    joins: `JOIN trade_jobs o ON o.id = m.trade_job_id_open ${ORDER_EVENT}`,
    columns: [
      ...[n('id', 'm.id'), n('accountId', 'm.exchange_account_id'), ['tradeMode', 'm.trade_mode'] as const],
      ...[['symbol', 'm.symbol'] as const, ['status', 'm.status'] as const, n('sourceId', 'e.webhook_source_id')],
      ...[d('qtyTotal', 'm.qty_total'), d('qtyRemaining', 'm.qty_remaining'), d('entryPrice', 'm.price_open')],
      ...[d('cost', 'm.cost_quote'), d('realizedPnl', 'm.realized_profit_usd'), d('fees', 'm.fees_quote')],
      ...[d('slPct', 'IF(m.sl_enabled, m.sl_pct, NULL)'), d('tpPct', 'IF(m.tp_enabled, m.tp_pct, NULL)')],
      ...[n('vaultId', 'm.vault_id'), ['closeReason', 'm.close_reason'] as const],
      ...[t('createdAt', 'm.created_at'), t('closedAt', 'm.closed_at')],
    ],
    ...{
      symbol: 'm.symbol',
      source: 'e.webhook_source_id',
      status: 'm.status',
      mode: 'm.trade_mode',
      time: 'm.created_at',
    },
  },
  jobs: {
    ...{ owner: 'account', table: 'trade_jobs', ownerColumn: 'exchange_account_id' },
    joins: 'LEFT JOIN webhook_events e ON e.id = m.webhook_event_id',
    columns: [
      ...[n('id', 'm.id'), n('accountId', 'm.exchange_account_id'), ['tradeMode', 'm.trade_mode'] as const],
      ...[['symbol', 'm.symbol'] as const, ['side', 'm.side'] as const, ['orderType', 'm.order_type'] as const],
      ...[['origin', 'm.origin'] as const, n('sourceId', 'e.webhook_source_id'), ['status', 'm.status'] as const],
      ...[['reasonCode', 'm.reason_code'] as const, ['reasonMessage', 'm.reason_message'] as const],
      ...[d('quoteAmount', 'm.quote_amount'), d('baseQuantity', 'm.base_quantity'), d('limitPrice', 'm.limit_price')],
      ...[n('vaultId', 'm.vault_id'), t('createdAt', 'm.created_at'), t('updatedAt', 'm.updated_at')],
    ],
    ...{
      symbol: 'm.symbol',
      source: 'e.webhook_source_id',
      status: 'm.status',
      mode: 'm.trade_mode',
      time: 'm.created_at',
    },
  },
  executions: {
    ...{ owner: 'account', table: 'trade_executions', ownerColumn: 'exchange_account_id' },
    joins: `JOIN trade_jobs o ON o.id = m.trade_job_id ${ORDER_EVENT}`,
    columns: [
      ...[n('id', 'm.id'), n('jobId', 'm.trade_job_id'), n('accountId', 'm.exchange_account_id')],
      ...[['tradeMode', 'm.trade_mode'] as const, ['exchange', 'm.exchange'] as const, ['symbol', 'o.symbol'] as const],
      ...[
        ['side', 'm.side'] as const,
        ['orderType', 'm.order_type'] as const,
        ['status', 'm.status_exchange'] as const,
      ],
      ...[['clientOrderId', 'm.client_order_id'] as const, ['exchangeOrderId', 'm.exchange_order_id'] as const],
      ...[d('requestedQty', 'm.requested_qty'), d('limitPrice', 'm.limit_price'), d('executedQty', 'm.executed_qty')],
      ...[d('cummQuoteQty', 'm.cumm_quote_qty'), d('avgPrice', 'm.avg_price'), t('sentAt', 'm.sent_at')],
      ...[t('acknowledgedAt', 'm.acknowledged_at'), t('filledAt', 'm.filled_at'), t('createdAt', 'm.created_at')],
    ],
    ...{ symbol: 'o.symbol', source: 'e.webhook_source_id', status: 'm.status_exchange', mode: 'm.trade_mode' },
    time: 'm.created_at',
  },
  fills: {
    ...{ owner: 'account', table: 'trade_positions', ownerColumn: 'exchange_account_id', isMany: true },
    joins: `JOIN position_fills r ON r.position_id = m.id JOIN trade_jobs o ON o.id = m.trade_job_id_open ${ORDER_EVENT}`,
    columns: [
      ...[n('id', 'r.id'), n('positionId', 'm.id'), n('executionId', 'r.trade_execution_id')],
      ...[
        n('accountId', 'm.exchange_account_id'),
        ['tradeMode', 'm.trade_mode'] as const,
        ['symbol', 'm.symbol'] as const,
      ],
      ...[['side', 'r.side'] as const, d('qty', 'r.qty'), d('price', 'r.price'), d('feeAmount', 'r.fee_amount')],
      ...[['feeAsset', 'r.fee_asset'] as const, d('realized', 'r.realized_quote'), ['tradeId', 'r.trade_id'] as const],
      t('filledAt', 'r.filled_at'),
    ],
    ...{ symbol: 'm.symbol', source: 'e.webhook_source_id', mode: 'm.trade_mode', time: 'r.filled_at' },
  },
  events: {
    ...{ owner: 'account', table: 'webhook_events', ownerColumn: 'target_account_id' },
    columns: [
      ...[n('id', 'm.id'), n('sourceId', 'm.webhook_source_id'), n('receiptId', 'm.webhook_receipt_id')],
      ...[
        n('accountId', 'm.target_account_id'),
        ['tradeMode', 'm.trade_mode'] as const,
        ['eventUid', 'm.event_uid'] as const,
      ],
      ...[
        ['symbolRaw', 'm.symbol_raw'] as const,
        ['symbol', 'm.symbol_normalized'] as const,
        ['action', 'm.action'] as const,
      ],
      ...[['timeframe', 'm.timeframe'] as const, d('price', 'm.price_reference'), ['status', 'm.status'] as const],
      ...[['validationError', 'm.validation_error'] as const, t('createdAt', 'm.created_at')],
      ...[['dryRun', 'w.status'] as const, ['dryRunReason', 'w.reason_code'] as const],
      ...[d('dryRunAmount', 'w.quote_amount'), d('dryRunQuantity', 'w.base_quantity'), d('dryRunPrice', 'w.price')],
    ],
    joins: 'LEFT JOIN dry_runs w ON w.webhook_event_id = m.id',
    ...{ symbol: 'm.symbol_normalized', source: 'm.webhook_source_id', status: 'm.status', mode: 'm.trade_mode' },
    time: 'm.created_at',
  },
  receipts: {
    ...{ owner: 'source', table: 'webhook_receipts', ownerColumn: 'webhook_source_id' },
    columns: [
      ...[n('id', 'm.id'), ['receipt', 'm.receipt'] as const, n('sourceId', 'm.webhook_source_id')],
      ...[
        ['outcome', 'm.outcome'] as const,
        n('httpStatus', 'm.http_status'),
        ['reasonCode', 'm.reason_code'] as const,
      ],
      ...[['action', 'm.action'] as const, ['symbol', 'm.symbol_normalized'] as const, n('accounts', 'm.accounts')],
      ...[n('repeats', 'm.duplicates'), ['sourceIp', 'm.source_ip'] as const, ['message', 'm.raw_message'] as const],
      ...[t('receivedAt', 'm.received_at'), n('dryRun', 'm.dry_run')],
    ],
    ...{ symbol: 'm.symbol_normalized', status: 'm.outcome', time: 'm.received_at' },
  },
  'blocked-attempts': {
    ...{ owner: 'source', table: 'webhook_blocked_attempts', ownerColumn: 'webhook_source_id' },
    columns: [
      ...[n('id', 'm.id'), n('sourceId', 'm.webhook_source_id'), ['ip', 'm.ip'] as const],
      ...[['userAgent', 'm.user_agent'] as const, ['reasonCode', 'm.reason_code'] as const],
      ...[['reasonMessage', 'm.reason_message'] as const, t('createdAt', 'm.created_at')],
    ],
    ...{ status: 'm.reason_code', time: 'm.created_at' },
  },
  'vault-transactions': {
    ...{ owner: 'vault', table: 'vault_transactions', ownerColumn: 'vault_id' },
    columns: [
      ...[n('id', 'm.id'), n('vaultId', 'm.vault_id'), ['type', 'm.type'] as const, ['asset', 'm.asset'] as const],
      ...[d('amount', 'm.amount'), d('balanceDelta', 'm.balance_delta'), d('reservedDelta', 'm.reserved_delta')],
      ...[n('jobId', 'm.trade_job_id'), t('createdAt', 'm.created_at')],
    ],
    ...{ status: 'm.type', time: 'm.created_at' },
  },
  'external-orders': {
    ...{ owner: 'account', table: 'external_orders', ownerColumn: 'exchange_account_id' },
    columns: [
      ...[n('id', 'm.id'), n('accountId', 'm.exchange_account_id'), ['symbol', 'm.symbol'] as const],
      ...[['exchangeOrderId', 'm.exchange_order_id'] as const, ['side', 'm.side'] as const],
      ...[['orderType', 'm.order_type'] as const, ['status', 'm.status'] as const, d('quantity', 'm.quantity')],
      ...[d('limitPrice', 'm.limit_price'), d('executedQty', 'm.executed_qty'), n('positionId', 'm.position_id')],
      ...[t('placedAt', 'm.placed_at'), t('dismissedAt', 'm.dismissed_at')],
    ],
    ...{ symbol: 'm.symbol', status: 'm.status', time: 'm.placed_at' },
  },
  alerts: {
    ...{ owner: 'user', table: 'system_alerts', ownerColumn: 'user_id' },
    columns: [
      ...[n('id', 'm.id'), ['type', 'm.alert_type'] as const, ['severity', 'm.severity'] as const],
      ...[['message', 'm.message'] as const, t('createdAt', 'm.created_at'), t('resolvedAt', 'm.resolved_at')],
    ],
    ...{ status: 'm.severity', time: 'm.created_at' },
  },
  parameters: {
    ...{ owner: 'account', table: 'trade_parameters', ownerColumn: 'exchange_account_id' },
    columns: [
      ...[n('id', 'm.id'), n('accountId', 'm.exchange_account_id'), ['symbol', 'm.symbol'] as const],
      ...[['side', 'm.side'] as const, ['orderType', 'm.order_type_default'] as const, n('vaultId', 'm.vault_id')],
      ...[d('quoteAmountFixed', 'm.quote_amount_fixed'), d('quoteAmountPctBalance', 'm.quote_amount_pct_balance')],
      ...[n('slippageBps', 'm.slippage_bps'), n('maxOrdersPerHour', 'm.max_orders_per_hour')],
      ...[n('minIntervalSec', 'm.min_interval_sec'), flag('slEnabled', 'm.default_sl_enabled')],
      ...[d('slPct', 'm.default_sl_pct'), flag('tpEnabled', 'm.default_tp_enabled'), d('tpPct', 'm.default_tp_pct')],
      ...[flag('trailingEnabled', 'm.trailing_stop_enabled'), d('trailingDistancePct', 'm.trailing_distance_pct')],
      ...[d('minProfitPct', 'm.min_profit_pct'), t('updatedAt', 'm.updated_at')],
    ],
    ...{ symbol: 'm.symbol', status: 'm.side', time: 'm.updated_at' },
  },
  'login-history': {
    ...{ owner: 'user', table: 'login_history', ownerColumn: 'user_id' },
    columns: [
      ...[n('id', 'm.id'), ['ip', 'm.ip'] as const, ['userAgent', 'm.user_agent'] as const],
      ...[flag('success', 'm.success'), t('createdAt', 'm.created_at')],
    ],
    time: 'm.created_at',
  },
  'audit-log': {
    ...{ owner: 'user', table: 'audit_logs', ownerColumn: 'user_id' },
    columns: [
      ...[n('id', 'm.id'), ['action', 'm.action'] as const, ['entity', 'm.entity_type'] as const],
      ...[n('entityId', 'm.entity_id'), ['changes', 'm.changes_json'] as const, ['ip', 'm.ip'] as const],
      ...[
        ['userAgent', 'm.user_agent'] as const,
        ['requestId', 'm.request_id'] as const,
        t('createdAt', 'm.created_at'),
      ],
    ],
    ...{ status: 'm.action', time: 'm.created_at' },
  },
};

export async function readVaultIds(
  db: Db,
  { userId, tradeMode }: Pick<ReportScope, 'userId' | 'tradeMode'>,
): Promise<number[]> {
  const rows = await db.query<{ id: number }[]>(
    'SELECT id FROM vaults WHERE user_id = ? AND trade_mode = ? ORDER BY id',
    [userId, tradeMode],
  );
  return rows.map(({ id }) => id);
}

/** The newest row of a table: an export reads nothing that comes after it began. */
export async function readLastId(db: Db, { table }: ExportList): Promise<number> {
  const [row] = await db.query<{ id: number | null }[]>(`SELECT MAX(id) AS id FROM ${table}`);
  return row?.id ?? 0;
}

/** The next ids of one owner row, in their order. */
export async function readIds(
  db: Db,
  { table, ownerColumn }: ExportList,
  { ownerId, after, last, take }: { ownerId: number; after: number; last: number; take: number },
): Promise<number[]> {
  const rows = await db.query<{ id: number }[]>(
    `SELECT m.id FROM ${table} m WHERE m.${ownerColumn} = ? AND m.id > ? AND m.id <= ? ORDER BY m.id LIMIT ?`,
    [ownerId, after, last, take],
  );
  return rows.map(({ id }) => id);
}

export interface ExportFilter extends Pick<
  ReportScope,
  'symbols' | 'isBySource' | 'sourceIds' | 'from' | 'to' | 'tradeMode'
> {
  status: string | null;
}

/** The rows of these ids that match, as [id of m, ...columns]. */
export async function readExportRows(
  db: Db,
  list: ExportList,
  { ids, filter }: { ids: readonly number[]; filter: ExportFilter },
): Promise<[id: number, ...cells: unknown[]][]> {
  const { symbols, isBySource, sourceIds, status, from, to, tradeMode } = filter;
  const conditions: [sql: string, value: unknown][] = [
    [`${list.time} >= ?`, from],
    [`${list.time} < ?`, to],
  ];
  if (list.symbol && symbols !== null) conditions.push([`${list.symbol} IN (?)`, symbols]);
  if (list.source && isBySource) conditions.push([`${list.source} IN (?)`, sourceIds]);
  if (list.status && status !== null) conditions.push([`${list.status} = ?`, status]);
  if (list.mode) conditions.push([`${list.mode} = ?`, tradeMode]);
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT m.id AS m_id, ${list.columns.map(([, sql], index) => `${sql} AS c${index}`).join(', ')}
     FROM ${list.table} m ${list.joins ?? ''}
     WHERE m.id IN (?) AND ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY m.id${list.isMany ? ', r.id' : ''}`,
    [ids, ...conditions.map(([, value]) => value)],
  );
  return rows.map((row) => [Number(row.m_id), ...list.columns.map((_, index) => row[`c${index}`])]);
}
