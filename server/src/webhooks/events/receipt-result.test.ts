import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobStatus, SignalAction } from '../../core/domain.js';
import type { Database } from '../../infra/database/database.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeExecution, makeJob, makeSource } from '../../testing/make.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let asked: string[] = [];

/** The same database, recording its statements. */
const listening = (db: Database): Database => ({
  ...db,
  query(sql, values) {
    asked.push(sql);
    return db.query(sql, values);
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: listening(database.db), redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

let made = 0;
interface Made {
  sourceId: number;
  userId: number;
  action?: SignalAction | null;
  refused?: string;
  jobs?: { status: JobStatus; reason?: string; executed?: string }[];
}

/** A receipt with a job for each account, as ingest and executor store them. */
async function makeReceipt({ sourceId, userId, action = 'BUY_SIGNAL', refused, jobs = [] }: Made): Promise<string> {
  const { db } = database;
  const receipt = `RESULT${(made += 1)}`.padEnd(26, 'x');
  const reason = refused ?? (action === 'UNKNOWN' ? 'SIGNAL_UNKNOWN' : null);
  const row = await db.prisma.webhookReceipt.create({
    data: {
      ...{ receipt, webhook_source_id: sourceId, outcome: refused ? 'REFUSED' : 'ACCEPTED', action },
      ...{ http_status: refused ? 403 : 202, reason_code: reason, reason_message: reason, received_at: new Date() },
      accounts: jobs.length,
    },
  });
  for (const { status, reason: why = null, executed } of jobs) {
    const account = await makeAccount(db, { user_id: userId });
    const event = await db.prisma.webhookEvent.create({
      data: {
        ...{ webhook_source_id: sourceId, webhook_receipt_id: row.id, target_account_id: account.id },
        ...{ trade_mode: 'SIMULATION', event_uid: receipt, symbol_raw: 'BTCUSDT', symbol_normalized: 'BTC/USDT' },
        ...{ action: 'BUY_SIGNAL', status: 'PROCESSED' },
      },
    });
    const job = await makeJob(db, {
      ...{ exchange_account_id: account.id, webhook_event_id: event.id, status, reason_code: why },
      reason_message: why && `${why} in a sentence`,
    });
    if (executed)
      await makeExecution(db, { trade_job_id: job.id, executed_qty: executed, status_exchange: 'CANCELED' });
  }
  return receipt;
}

const RESULT = 'result { outcome reasonCode reasonMessage traded jobs }';
const LIST = `query ($f: WebhookReceiptFilter) { webhookReceipts(first: 50, filter: $f) { edges { node { receipt ${RESULT} } } } }`;
type Listed = { edges: { node: { receipt: string; result: Record<string, unknown> } }[] };

describe('the list of receipts', () => {
  it('shows the result of each over all accounts', async () => {
    const user = await api.newUser();
    const source = await makeSource(database.db, { owner_user_id: user.id });
    const of = (rest: Omit<Made, 'sourceId' | 'userId'>) =>
      makeReceipt({ sourceId: source.id, userId: user.id, ...rest });
    const expected: Record<string, unknown[]> = {
      [await of({ action: null, refused: 'IP_NOT_ALLOWED' })]: ['REFUSED', 'IP_NOT_ALLOWED', 0, 0],
      [await of({ action: 'UNKNOWN' })]: ['UNREADABLE', 'SIGNAL_UNKNOWN', 0, 0],
      [await of({})]: ['NO_ACCOUNT', null, 0, 0],
      [await of({ jobs: [{ status: 'PENDING' }] })]: ['ON_ITS_WAY', null, 0, 1],
      [await of({ jobs: [{ status: 'PENDING_LIMIT' }] })]: ['WORKING', null, 0, 1],
      [await of({ jobs: [{ status: 'FILLED' }, { status: 'FILLED' }] })]: ['FILLED', null, 2, 2],
      [await of({ jobs: [{ status: 'FILLED' }, { status: 'SKIPPED', reason: 'ENTRIES_PAUSED' }] })]: [
        ...['PARTLY', 'ENTRIES_PAUSED', 1, 2],
      ],
      [await of({ jobs: [{ status: 'CANCELED', reason: 'EXPIRED', executed: '0.0004' }] })]: [
        'PARTLY',
        'EXPIRED',
        1,
        1,
      ],
      [await of({ jobs: [{ status: 'CANCELED', reason: 'EXPIRED', executed: '0' }] })]: ['CANCELED', 'EXPIRED', 0, 1],
      [await of({ jobs: [{ status: 'SKIPPED', reason: 'ENTRIES_PAUSED' }] })]: ['SKIPPED', 'ENTRIES_PAUSED', 0, 1],
      [await of({ jobs: [{ status: 'FAILED', reason: 'EXCHANGE_REFUSED' }] })]: ['FAILED', 'EXCHANGE_REFUSED', 0, 1],
    };
    const { data, errors } = await api.send(LIST, {}, user.cookie);
    expect(errors).toEqual([]);
    const { edges } = (data?.webhookReceipts as unknown as Listed | undefined) ?? { edges: [] };
    const found = edges.map(({ node: { receipt, result } }) => [
      receipt,
      [result.outcome, result.reasonCode, result.traded, result.jobs],
    ]);
    expect(Object.fromEntries(found)).toEqual(expected);
    const skipped = edges.find(({ node }) => node.result.outcome === 'SKIPPED');
    expect(skipped?.node.result.reasonMessage).toBe('ENTRIES_PAUSED in a sentence');

    const names = async (f: object) => {
      const answer = await api.send(LIST, { f }, user.cookie);
      return ((answer.data?.webhookReceipts as unknown as Listed | undefined) ?? { edges: [] }).edges.map(({ node }) =>
        String(node.result.outcome),
      );
    };
    expect(await names({ understood: false })).toEqual(['UNREADABLE']);
    expect((await names({ understood: true })).length).toBe(9);
    expect(await names({ outcome: 'REFUSED' })).toEqual(['REFUSED']);
  });

  it('reads the outcomes of all rows with one query', async () => {
    const user = await api.newUser();
    const source = await makeSource(database.db, { owner_user_id: user.id });
    for (let n = 0; n < 20; n++)
      await makeReceipt({ sourceId: source.id, userId: user.id, jobs: n % 2 ? [] : [{ status: 'FILLED' }] });
    asked = [];
    const { data } = await api.send(LIST, {}, user.cookie);
    expect((data?.webhookReceipts as unknown as Listed | undefined)?.edges).toHaveLength(20);
    expect(asked.filter((sql) => sql.includes('trade_executions'))).toHaveLength(1);
  });
});
