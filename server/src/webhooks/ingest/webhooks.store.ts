import type { OrderSide, SignalAction, TradeMode } from '../../core/domain.js';
import type { SymbolResolution } from '../../core/signal/market-tickers.js';
import type { PriceVenue } from '../../core/price/price-key.js';
import type { Refusal } from '../../core/reasons.js';
import { PRICE_VENUE } from '../../exchange/account-ref.store.js';
import type { SignalPhrase } from '../../core/signal/text/signal-phrases.js';
import type { UnreadPart } from '../../core/signal/read-signal.js';
import { Batch, fromJson, isDuplicateKey, type Database, type WriteResult } from '../../infra/database/database.js';
import { addLiveEvents, addLiveEventsOf } from '../../infra/database/live-events.js';
import {
  JOB_ADDRESS_COLUMNS,
  JOB_ADDRESS_TABLES,
  toJobAddress,
  type JobAddress,
} from '../../orders/claim/job-address.store.js';
import { addSignalJobs } from '../../orders/stores/trade-order.store.js';
import { addDryRuns, addDrySymbolsRead } from '../dry-runs/dry-run.store.js';

/** The fields of a source that ingest needs. */
export interface IngestSource {
  id: number;
  ownerUserId: number;
  tradeMode: TradeMode;
  allowedIps: unknown;
  requireSignature: boolean;
  signingSecretEnc: string | null;
  bodyTokenHash: string | null;
  rateLimitPerMin: number;
  adminLocked: boolean;
  identityWindowSec: number;
  maxLagSec: number | null;
  /** Its signals are planned and not traded. */
  dryRun: boolean;
}

/** The newest accepted signal that gets a running number. */
export interface NewestReceipt {
  uid: string;
  receivedAtMs: number;
}

/** The fields of both kinds of receipts. */
export interface ReceiptFacts {
  receipt: string;
  sourceId: number;
  ip: string | null;
  bodyBytes: number;
  bodyHash: string | null;
  receivedAt: Date;
  /** The body in its stored form; null when its sender was not verified or it could not be read. */
  message: string | null;
  /** The words and fields that could not be read. */
  unread: readonly UnreadPart[];
}

export interface SignalFacts extends ReceiptFacts {
  ownerUserId: number;
  tradeMode: TradeMode;
  dryRun: boolean;
  eventUid: string;
  action: SignalAction;
  refusal: Refusal | null;
  symbolRaw: string;
  symbol: string | null;
  /** The meaning of the symbol at venues where it is not `symbol`. */
  symbolAt: ReadonlyMap<PriceVenue, SymbolResolution>;
  timeframe: string | null;
  price: string | null;
  /** Why the price in the message could not be read. */
  priceUnread: string | null;
  rawText: string | null;
  rawPayload: string | null;
  verifiedAt: Date;
  readAt: Date;
  committedAt: Date;
}

export interface FoundSource {
  source: IngestSource;
  /** The newest signal with the same body. */
  newest: NewestReceipt | null;
  /** The newest signal whose uid begins with the requested prefix. */
  newestById: NewestReceipt | null;
  phrases: SignalPhrase[];
}

/**
 * Reads three things in one statement: the active source at an address, the newest signals that this one may repeat,
 * and the phrases of the source. A signal may repeat one with the same body, or one with a uid that begins with
 * `idPrefix` (the one with the highest number: not ordered by id, so that the unique key finds the few rows).
 */
export async function findSource(
  db: Pick<Database, 'query'>,
  code: string,
  { bodyHash, idPrefix }: { bodyHash: string | null; idPrefix: string | null },
): Promise<FoundSource | null> {
  const rows = await db.query<FoundRow[]>(
    `SELECT s.id, s.owner_user_id, s.trade_mode, s.allowed_ips_json, s.require_signature, s.signing_secret_enc,
            s.body_token_hash, s.rate_limit_per_min, s.admin_locked, s.identity_window_sec, s.max_lag_sec, s.dry_run,
            r.event_uid AS newest_uid, r.received_at AS newest_at, i.event_uid AS id_uid, i.received_at AS id_at,
            p.phrase_normalized AS phrase, p.meaning
       FROM webhook_sources s
       LEFT JOIN webhook_receipts r ON r.id = (
              SELECT MAX(n.id) FROM webhook_receipts n
               WHERE n.webhook_source_id = s.id AND n.body_hash = ? AND n.event_uid LIKE 'hash:%')
       LEFT JOIN (SELECT n.webhook_source_id, n.event_uid, n.received_at
              FROM webhook_sources o JOIN webhook_receipts n ON n.webhook_source_id = o.id AND n.event_uid LIKE CONCAT(?, '%')
             WHERE o.webhook_code = ? ORDER BY LENGTH(n.event_uid) DESC, n.event_uid DESC LIMIT 1) i
         ON i.webhook_source_id = s.id
       LEFT JOIN webhook_source_phrases p ON p.webhook_source_id = s.id
      WHERE s.webhook_code = ? AND s.is_active = 1
      ORDER BY p.id`,
    [bodyHash, idPrefix, code, code],
  );
  const [row] = rows;
  if (!row) return null;
  const newest = receiptOf(row.newest_uid, row.newest_at);
  const newestById = receiptOf(row.id_uid, row.id_at);
  const phrases = rows.flatMap(({ phrase, meaning }) =>
    phrase === null || meaning === null ? [] : [{ phrase, meaning }],
  );
  return { source: toSource(row), newest, newestById, phrases };
}

const receiptOf = (uid: string | null, at: Date | null): NewestReceipt | null =>
  uid === null || at === null ? null : { uid, receivedAtMs: at.getTime() };

type FoundRow = SourceRow & {
  newest_uid: string | null;
  newest_at: Date | null;
  id_uid: string | null;
  id_at: Date | null;
  phrase: string | null;
  meaning: SignalPhrase['meaning'] | null;
};

interface SourceRow {
  id: number;
  owner_user_id: number;
  trade_mode: TradeMode;
  allowed_ips_json: unknown;
  require_signature: number;
  signing_secret_enc: string | null;
  body_token_hash: string | null;
  rate_limit_per_min: number;
  admin_locked: number;
  identity_window_sec: number;
  max_lag_sec: number | null;
  dry_run: number;
}

const toSource = (row: SourceRow): IngestSource => ({
  id: row.id,
  ownerUserId: row.owner_user_id,
  tradeMode: row.trade_mode,
  allowedIps: fromJson(row.allowed_ips_json),
  requireSignature: Boolean(row.require_signature),
  signingSecretEnc: row.signing_secret_enc,
  bodyTokenHash: row.body_token_hash,
  rateLimitPerMin: row.rate_limit_per_min,
  adminLocked: Boolean(row.admin_locked),
  identityWindowSec: row.identity_window_sec,
  maxLagSec: row.max_lag_sec,
  dryRun: Boolean(row.dry_run),
});

const unreadJson = ({ unread }: ReceiptFacts): string | null => (unread.length === 0 ? null : JSON.stringify(unread));

/**
 * The newest accepted signal of a source whose uid starts with a prefix of `eventIdentity`: the one with the highest
 * number. Not ordered by id, so that the unique key finds the few rows.
 */
export async function findNewest(
  db: Pick<Database, 'query'>,
  sourceId: number,
  prefix: string,
): Promise<NewestReceipt | null> {
  const [row] = await db.query<{ uid: string; at: Date }[]>(
    `SELECT event_uid AS uid, received_at AS at FROM webhook_receipts
      WHERE webhook_source_id = ? AND event_uid LIKE CONCAT(?, '%')
      ORDER BY LENGTH(event_uid) DESC, event_uid DESC LIMIT 1`,
    [sourceId, prefix],
  );
  return row ? { uid: row.uid, receivedAtMs: row.at.getTime() } : null;
}

/** The receipt of a refusal, the blocked attempt and the owner's live event, in one transaction. */
export async function writeRefusal(
  db: Database,
  facts: ReceiptFacts & { ownerUserId: number; refusal: Refusal; httpStatus: number; userAgent: string | null },
): Promise<void> {
  const message = facts.refusal.message.slice(0, 500);
  const batch = new Batch()
    .add(
      `INSERT INTO webhook_receipts
         (receipt, webhook_source_id, outcome, http_status, reason_code, reason_message, source_ip, body_bytes, body_hash,
          received_at, raw_message, unread_json)
       VALUES (?, ?, 'REFUSED', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        facts.receipt,
        facts.sourceId,
        facts.httpStatus,
        facts.refusal.code,
        message,
        facts.ip,
        facts.bodyBytes,
        facts.bodyHash,
        facts.receivedAt,
        facts.message,
        unreadJson(facts),
      ],
    )
    .add(
      `INSERT INTO webhook_blocked_attempts (webhook_source_id, webhook_receipt_id, ip, user_agent, reason_code, reason_message)
       VALUES (?, LAST_INSERT_ID(), ?, ?, ?, ?)`,
      [facts.sourceId, facts.ip, facts.userAgent?.slice(0, 512) ?? null, facts.refusal.code, message],
    );
  addLiveEvents(batch, facts.ownerUserId, [{ topic: 'RECEIPT', entityId: receiptIdOf(facts) }]);
  await db.transaction((tx) => tx.commit(batch));
}

/**
 * Stores an accepted signal in one transaction and one round trip: the receipt, an event for each active binding, a job
 * for each event that says buy or sell, and the owner's live events. Null when the receipt's unique key shows that the
 * signal is already stored; then nothing was written.
 */
export async function writeSignal(
  db: Database,
  facts: SignalFacts,
): Promise<{ accounts: number; jobs: JobAddress[]; symbols: string[] } | null> {
  const side: OrderSide | null = facts.action === 'BUY_SIGNAL' ? 'BUY' : facts.action === 'SELL_SIGNAL' ? 'SELL' : null;
  const batch = new Batch();
  addReceipt(batch, facts);
  const eventsAt = batch.size;
  addEvents(batch, facts);
  if (side !== null && facts.symbol !== null) (facts.dryRun ? addDry : addJobs)(batch, facts, side);
  else addLiveEvents(batch, facts.ownerUserId, [{ topic: 'RECEIPT', entityId: receiptIdOf(facts) }]);
  try {
    const results = await db.transaction((tx) => tx.commit(batch));
    const rows = (results.find(Array.isArray) ?? []) as Record<string, unknown>[];
    return {
      accounts: (results[eventsAt] as WriteResult).affectedRows,
      jobs: facts.dryRun ? [] : rows.map(toJobAddress),
      symbols: rows.map(({ symbol }) => String(symbol)),
    };
  } catch (error) {
    if (isDuplicateKey(error)) return null;
    throw error;
  }
}

function addReceipt(batch: Batch, facts: SignalFacts): void {
  batch.add(
    `INSERT INTO webhook_receipts
         (receipt, webhook_source_id, event_uid, outcome, http_status, reason_code, reason_message, action,
          symbol_normalized, source_ip, body_bytes, body_hash, received_at, verified_at, read_at, raw_message, unread_json,
          dry_run, accounts)
       VALUES (?, ?, ?, 'ACCEPTED', 202, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
         (SELECT COUNT(*) FROM account_webhook_bindings b WHERE b.webhook_source_id = ? AND b.is_active = 1))`,
    [
      ...[facts.receipt, facts.sourceId, facts.eventUid, facts.refusal?.code ?? null],
      ...[facts.refusal?.message.slice(0, 500) ?? null, facts.action, facts.symbol, facts.ip, facts.bodyBytes],
      ...[facts.bodyHash, facts.receivedAt, facts.verifiedAt, facts.readAt, facts.message, unreadJson(facts)],
      ...[facts.dryRun, facts.sourceId],
    ],
  );
}

/** An event is RECEIVED until an executor has decided on its job. Events without a job need no decision. */
function addEvents(batch: Batch, facts: SignalFacts): void {
  const isSimulation = facts.tradeMode === 'SIMULATION';
  const failed = facts.refusal !== null;
  const symbol = symbolOfAccount(facts);
  const ambiguous = refusalOfSymbol(facts);
  const decided = `(NOT (a.is_simulation = ? AND a.is_active = 1) OR ${ambiguous.sql} IS NOT NULL)`;
  batch.add(
    `INSERT INTO webhook_events
         (webhook_source_id, webhook_receipt_id, target_account_id, trade_mode, event_uid, symbol_raw, symbol_normalized,
          action, timeframe, price_reference, price_unread, raw_text, raw_payload_json, validation_error, created_at, status, processed_at)
       SELECT b.webhook_source_id, LAST_INSERT_ID(), a.id, ?, ?, ?, ${symbol.sql}, ?, ?, CAST(? AS DECIMAL(36,18)), ?, ?, ?, ?, ?,
              CASE WHEN ? THEN 'FAILED' WHEN ${decided} THEN 'PROCESSED' ELSE 'RECEIVED' END,
              CASE WHEN ? OR ${decided} THEN ? END
         FROM account_webhook_bindings b JOIN exchange_accounts a ON a.id = b.exchange_account_id
        WHERE b.webhook_source_id = ? AND b.is_active = 1
        ORDER BY b.id`,
    [
      ...[facts.tradeMode, facts.eventUid, facts.symbolRaw, ...symbol.values, facts.action, facts.timeframe],
      ...[
        facts.price,
        facts.priceUnread,
        facts.rawText,
        facts.rawPayload,
        facts.refusal?.message.slice(0, 500) ?? null,
        facts.receivedAt,
      ],
      ...[failed, isSimulation, ...ambiguous.values, failed, isSimulation, ...ambiguous.values],
      ...[facts.committedAt, facts.sourceId],
    ],
  );
}

/** An SQL expression: the symbol of `facts` as the exchange of an account `a` names it. */
function symbolOfAccount({ symbol, symbolAt }: SignalFacts): { sql: string; values: unknown[] } {
  const named = [...symbolAt].flatMap(([venue, at]) => ('symbol' in at ? [venue, at.symbol] : []));
  if (named.length === 0) return { sql: '?', values: [symbol ?? ''] };
  const whens = 'WHEN ? THEN ? '.repeat(named.length / 2);
  return { sql: `CASE ${PRICE_VENUE} ${whens}ELSE ? END`, values: [...named, symbol ?? ''] };
}

/** An SQL expression: why the symbol names no single market at the exchange of an account `a`; NULL when it does. */
function refusalOfSymbol({ symbolAt }: SignalFacts): { sql: string; values: unknown[] } {
  const refused = [...symbolAt].flatMap(([venue, at]) =>
    'refusal' in at ? [venue, at.refusal.message.slice(0, 500)] : [],
  );
  if (refused.length === 0) return { sql: 'NULL', values: [] };
  return { sql: `CASE ${PRICE_VENUE} ${'WHEN ? THEN ? '.repeat(refused.length / 2)}END`, values: refused };
}

/** The receipt that was inserted in the same batch. */
const RECEIPT_ID = '(SELECT r.id FROM webhook_receipts r WHERE r.receipt = ?)';

const receiptIdOf = ({ receipt }: ReceiptFacts) => ({ sql: RECEIPT_ID, values: [receipt] });

function addJobs(batch: Batch, facts: SignalFacts, side: OrderSide): void {
  const { receipt, tradeMode, committedAt } = facts;
  const isSimulation = tradeMode === 'SIMULATION';
  addSignalJobs(batch, { receipt, side, isSimulation, refusedSymbol: refusalOfSymbol(facts), committedAt });
  addLiveEventsOf(batch, facts.ownerUserId, {
    topic: 'JOB',
    entityIds: `SELECT j.id FROM trade_jobs j JOIN webhook_events e ON e.id = j.webhook_event_id
      WHERE e.webhook_receipt_id = ${RECEIPT_ID}`,
    values: [facts.receipt],
    first: { topic: 'RECEIPT', entityId: receiptIdOf(facts) },
  }).add(
    `SELECT ${JOB_ADDRESS_COLUMNS} ${JOB_ADDRESS_TABLES}
      WHERE e.webhook_receipt_id = ${RECEIPT_ID} AND j.status = 'PENDING' ORDER BY j.id`,
    [facts.receipt],
  );
  if (facts.symbolAt.size === 0) return;
  // The receipt stores the symbol that its accounts trade, if it is the same market for all. `ingestSignal` answers the
  // same.
  batch.add(
    `UPDATE webhook_receipts r SET r.symbol_normalized = COALESCE((SELECT MIN(j.symbol)
         FROM trade_jobs j JOIN webhook_events e ON e.id = j.webhook_event_id
        WHERE e.webhook_receipt_id = r.id AND j.status = 'PENDING' HAVING COUNT(DISTINCT j.symbol) = 1), r.symbol_normalized)
      WHERE r.receipt = ?`,
    [facts.receipt],
  );
}

/** A source that runs dry gets a dry run for each account in place of a job. */
function addDry(batch: Batch, facts: SignalFacts, side: OrderSide): void {
  const { receipt, committedAt } = facts;
  addDryRuns(batch, { receipt, side, refusedSymbol: refusalOfSymbol(facts), committedAt });
  // The receipt stores the symbol that its accounts would trade, if it is the same market for all.
  batch.add(
    `UPDATE webhook_receipts r SET r.symbol_normalized = COALESCE((SELECT MIN(w.symbol)
         FROM dry_runs w JOIN webhook_events e ON e.id = w.webhook_event_id
        WHERE e.webhook_receipt_id = r.id AND w.status = 'PENDING' HAVING COUNT(DISTINCT w.symbol) = 1), r.symbol_normalized)
      WHERE r.receipt = ?`,
    [receipt],
  );
  addLiveEvents(batch, facts.ownerUserId, [{ topic: 'RECEIPT', entityId: receiptIdOf(facts) }]);
  addDrySymbolsRead(batch, receipt);
}

/** The first receipt, which a repeat belongs to. */
export interface FirstReceipt {
  receipt: string;
  action: SignalAction;
  symbol: string | null;
  accounts: number;
  reasonCode: string | null;
  reasonMessage: string | null;
}

/** Counts a repeat on the first receipt and returns that receipt; null when there is none with this uid. */
export async function countRepeat(db: Database, sourceId: number, eventUid: string): Promise<FirstReceipt | null> {
  const batch = new Batch()
    .add('UPDATE webhook_receipts SET duplicates = duplicates + 1 WHERE webhook_source_id = ? AND event_uid = ?', [
      sourceId,
      eventUid,
    ])
    .add(
      `SELECT receipt, action, symbol_normalized AS symbol, accounts, reason_code AS reasonCode, reason_message AS reasonMessage
         FROM webhook_receipts WHERE webhook_source_id = ? AND event_uid = ?`,
      [sourceId, eventUid],
    );
  const [, rows] = (await db.run(batch)) as [unknown, FirstReceipt[]];
  return rows[0] ?? null;
}
