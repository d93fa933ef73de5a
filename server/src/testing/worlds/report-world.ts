import type { Database } from '../../infra/database/database.js';
import { seededRandom } from '../seeded-random.js';
import { makeAccount, makeJob, makeExecution, makePosition, makeSource, makeVault } from '../make.js';

export interface ReportWorld {
  accountIds: number[];
  sourceIds: number[];
  /** The first day with a trade, ms since 1970. */
  startMs: number;
}

const DAY_MS = 86_400_000;
const DAYS = 40;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC'];
const FEES = ['USDT', 'BNB', 'BTC'];

/** Draws the rows of one world. */
function createSource(db: Database, { userId, seed }: { userId: number; seed: number }) {
  const random = seededRandom(seed);
  const digits = () => String(Math.floor(random() * 1e9)).padStart(9, '0');
  const startMs = Date.UTC(2026, 9, 1, 3);
  const endMs = startMs + DAYS * DAY_MS;
  return {
    ...{ db, userId, seed, random, startMs },
    pick: <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T,
    decimal: (whole: number): string => `${Math.floor(random() * whole)}.${digits()}${digits()}`,
    sign: () => (random() < 0.5 ? '-' : ''),
    moment: (from = startMs, to = endMs) => new Date(from + Math.floor(random() * (to - from))),
  };
}
type Drawn = ReturnType<typeof createSource>;

/**
 * Positions of one owner over 40 days, in two accounts, three symbols of two quote assets, and from two sources or by
 * hand: open, closed and partly sold ones, with fees and write-offs, all amounts with 18 digits.
 */
export async function makeReportWorld(
  db: Database,
  { userId, positions, seed }: { userId: number; positions: number; seed: number },
): Promise<ReportWorld> {
  const drawn = createSource(db, { userId, seed });
  const accounts = [await makeAccount(db, { user_id: userId }), await makeAccount(db, { user_id: userId })];
  const sources = [await makeSource(db, { owner_user_id: userId }), await makeSource(db, { owner_user_id: userId })];
  const world = {
    accountIds: accounts.map(({ id }) => id),
    sourceIds: sources.map(({ id }) => id),
    startMs: drawn.startMs,
  };
  for (let n = 0; n < positions; n++) await makeTrade(drawn, world, n);
  await makeMoves(drawn);
  await makeReceipts(drawn, world);
  return world;
}

async function makeTrade(drawn: Drawn, { accountIds, sourceIds }: ReportWorld, n: number): Promise<void> {
  const { db, random, pick, decimal, sign, moment } = drawn;
  const [exchange_account_id, symbol, openedAt] = [pick(accountIds), pick(SYMBOLS), moment()];
  const event = { sourceId: pick(sourceIds), exchange_account_id, symbol, at: openedAt, n };
  const webhook_event_id = random() < 0.3 ? null : await makeEvent(drawn, event);
  const webhook_source_id = webhook_event_id === null ? null : event.sourceId;
  const ofJob = { exchange_account_id, symbol, webhook_event_id, webhook_source_id };
  const job = await makeJob(db, { ...ofJob, status: 'FILLED' });
  const isClosed = random() < 0.75;
  const closedAt = isClosed ? moment(openedAt.getTime()) : null;
  const isWrittenOff = random() < 0.2;
  const { id } = await makePosition(db, {
    ...{ trade_job_id_open: job.id, exchange_account_id, symbol, qty_total: `1${decimal(3)}` },
    ...{ status: isClosed ? 'CLOSED' : 'OPEN', closed_at: closedAt, cost_quote: isClosed ? '0' : decimal(5_000) },
    ...{ qty_remaining: isClosed ? '0' : '0.5', price_open: decimal(90_000), fees_quote: decimal(3) },
    created_at: openedAt,
    realized_profit_usd: random() < 0.1 ? '0' : `${sign()}${decimal(500)}`,
    write_off_quote: isWrittenOff ? `${sign()}${decimal(2)}` : '0',
    written_off_at: isWrittenOff ? (closedAt ?? moment(openedAt.getTime())) : null,
    fills: { create: [] },
  });
  const sells = isClosed ? 1 + Math.floor(random() * 3) : Math.floor(random() * 2);
  await makeFills(drawn, {
    jobId: job.id,
    positionId: id,
    exchange_account_id,
    symbol,
    sells,
    openedAt,
    until: closedAt,
    n,
  });
}

async function makeFills(
  { db, seed, random, pick, decimal, sign, moment }: Drawn,
  trade: {
    jobId: number;
    positionId: number;
    exchange_account_id: number;
    symbol: string;
    sells: number;
    openedAt: Date;
    until: Date | null;
    n: number;
  },
): Promise<void> {
  const { jobId, positionId, exchange_account_id, symbol, sells, openedAt, until, n } = trade;
  const execution = await makeExecution(db, { trade_job_id: jobId, attempt: 2 });
  await db.prisma.positionFill.createMany({
    data: Array.from({ length: sells + 1 }, (_, fill) => ({
      ...{ exchange_account_id, symbol, webhook_source_id: execution.webhook_source_id },
      ...{ position_id: positionId, trade_execution_id: execution.id, trade_id: `report-${seed}-${n}-${fill}` },
      ...{ side: fill === 0 ? 'BUY' : 'SELL', qty: decimal(2), price: decimal(90_000) },
      ...{ fee_amount: random() < 0.1 ? '0' : decimal(1), fee_asset: pick(FEES) },
      realized_quote: fill === 0 ? '0' : `${sign()}${decimal(300)}`,
      filled_at: fill === 0 ? openedAt : moment(openedAt.getTime(), until?.getTime()),
    })),
  });
}

async function makeEvent(
  { db, seed, random }: Drawn,
  event: { sourceId: number; exchange_account_id: number; symbol: string; at: Date; n: number },
): Promise<number> {
  const { sourceId, exchange_account_id, symbol, at, n } = event;
  const { id } = await db.prisma.webhookEvent.create({
    data: {
      ...{ webhook_source_id: sourceId, target_account_id: exchange_account_id, trade_mode: 'SIMULATION' },
      ...{ event_uid: `report-${seed}-${n}`, symbol_raw: symbol, symbol_normalized: symbol },
      ...{ action: 'BUY_SIGNAL', status: 'PROCESSED', created_at: at },
    },
  });
  if (random() < 0.3) await makeJob(db, { exchange_account_id, webhook_event_id: id, status: 'SKIPPED' });
  return id;
}

async function makeMoves({ db, userId, pick, decimal, moment }: Drawn): Promise<void> {
  const { id: vault_id } = await makeVault(db, { user_id: userId, balances: { USDT: '1000' } });
  const types = ['DEPOSIT', 'WITHDRAWAL', 'BUY_CONFIRM', 'SELL_RETURN'];
  await db.prisma.vaultTransaction.createMany({
    data: Array.from({ length: 60 }, () => {
      const [type, amount] = [pick(types), decimal(100)];
      const balance_delta = type === 'WITHDRAWAL' || type === 'BUY_CONFIRM' ? `-${amount}` : amount;
      return { vault_id, type, asset: 'USDT', amount, balance_delta, reserved_delta: '0', created_at: moment() };
    }),
  });
}

async function makeReceipts({ db, seed, random, pick, moment }: Drawn, { sourceIds }: ReportWorld): Promise<void> {
  await db.prisma.webhookReceipt.createMany({
    data: Array.from({ length: 60 }, (_, n) => ({
      ...{ receipt: `R${seed}N${n}`.padEnd(26, 'X'), webhook_source_id: pick(sourceIds), event_uid: `r-${seed}-${n}` },
      ...{ outcome: pick(['ACCEPTED', 'ACCEPTED', 'REFUSED']), http_status: 202, received_at: moment() },
      ...{ action: pick(['BUY_SIGNAL', 'UNKNOWN', null]), duplicates: Math.floor(random() * 3) },
    })),
  });
}

/** The jobs of some events. */
export const eventToJob = <J>(events: readonly { trade_jobs: readonly J[] }[]): J[] =>
  events.flatMap(({ trade_jobs }) => trade_jobs);

/** 0 to 9. */
const DIGIT = `(${Array.from({ length: 10 }, (_, n) => `SELECT ${n} AS n`).join(' UNION ALL ')})`;

/** Adds many filled jobs of one account, at most 100,000. */
export const fillWithJobs = (
  db: Pick<Database, 'query'>,
  { accountId, count }: { accountId: number; count: number },
): Promise<unknown> =>
  db.query(
    `INSERT INTO trade_jobs (exchange_account_id, trade_mode, symbol, side, order_type, status, quote_amount, base_quantity, created_at, updated_at)
     SELECT ?, 'SIMULATION', 'BTC/USDT', 'BUY', 'MARKET', 'FILLED', 100.25, 0.001002500000000001, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
     FROM ${['a', 'b', 'c', 'd', 'e'].map((name) => `${DIGIT} ${name}`).join(' CROSS JOIN ')} LIMIT ?`,
    [accountId, count],
  );

/** Adds many closed positions of one account, each with its job, an order and two fills. At most 100,000. */
export async function fillWithTrades(
  db: Pick<Database, 'query'>,
  { accountId, count }: { accountId: number; count: number },
): Promise<void> {
  await fillWithJobs(db, { accountId, count });
  const statements = [
    `INSERT INTO trade_executions (trade_job_id, exchange_account_id, trade_mode, symbol, exchange, client_order_id,
       status_exchange, side, order_type, requested_qty, send_before)
     SELECT j.id, j.exchange_account_id, j.trade_mode, j.symbol, 'BINANCE_SPOT', CONCAT('many', j.id), 'FILLED', 'BUY', 'MARKET', 1,
       UTC_TIMESTAMP(3) FROM trade_jobs j WHERE j.exchange_account_id = ?`,
    `INSERT INTO trade_positions (exchange_account_id, trade_mode, symbol, trade_job_id_open, qty_total, qty_remaining,
       price_open, status, realized_profit_usd, closed_at, close_reason, updated_at)
     SELECT j.exchange_account_id, j.trade_mode, j.symbol, j.id, 1, 0, 100000, 'CLOSED', j.id % 7 - 3,
       UTC_TIMESTAMP(3) - INTERVAL j.id MINUTE, 'MANUAL', UTC_TIMESTAMP(3) FROM trade_jobs j WHERE j.exchange_account_id = ?`,
    `INSERT INTO position_fills (position_id, exchange_account_id, symbol, trade_execution_id, side, qty, price, trade_id, fee_amount, fee_asset,
       realized_quote, filled_at)
     SELECT p.id, p.exchange_account_id, p.symbol, x.id, s.side, 1, 100000, CONCAT(s.side, p.id), 0.1, 'USDT', IF(s.side = 'SELL', p.realized_profit_usd, 0), p.closed_at
     FROM trade_positions p JOIN trade_executions x ON x.trade_job_id = p.trade_job_id_open
     CROSS JOIN (SELECT 'BUY' AS side UNION ALL SELECT 'SELL') s WHERE p.exchange_account_id = ?`,
  ];
  for (const statement of statements) await db.query(statement, [accountId]);
  await db.query('ANALYZE TABLE trade_jobs, trade_executions, trade_positions, position_fills');
}
