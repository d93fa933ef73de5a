import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import {
  makeAccount,
  makeBinding,
  makeJob,
  makeParameter,
  makePosition,
  makeSource,
  makeUser,
} from '../../testing/make.js';
import type { GraphqlAnswer } from '../../testing/test-api.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';

/** Pause, kill switch and close all over HTTP, with a real executor and the simulated exchange behind them. */
let api: TradingApi;
let database: TestDatabase;
let user: Awaited<ReturnType<TradingApi['newUser']>>;
beforeAll(async () => {
  api = await startTradingApi();
  database = api.database;
});
afterAll(() => api.close());
beforeEach(async () => {
  user = await api.newUser();
  api.prices.set('BTC/USDT', '100000');
  api.prices.set('SOL/USDT', '100');
});

const send = (query: string, variables: object = {}) => api.send(query, variables, user.cookie);
const valueOf = <T>(answer: GraphqlAnswer, name: string): T => {
  expect(answer.errors).toEqual([]);
  return answer.data?.[name] as T;
};
const faultOf = (answer: GraphqlAnswer) => [answer.code, answer.errors[0]?.extensions.reason];
let keys = 0;
const newKey = () => `key ${++keys}`;

const account = (columns: Parameters<typeof makeAccount>[1] = {}) =>
  makeAccount(database.db, { user_id: user.id, balances: { USDT: '100000', BTC: '1', SOL: '100' }, ...columns });
/** 0.01 BTC bought at 90,000. */
const position = (accountId: number, columns: Parameters<typeof makePosition>[1] = {}) =>
  makePosition(database.db, {
    ...{ exchange_account_id: accountId, qty_total: '0.01', qty_remaining: '0.01', price_open: '90000' },
    ...columns,
  });
const sellsOf = (positionId: number) =>
  database.db.prisma.positionReservation.findMany({ where: { position_id: positionId }, include: { trade_job: true } });
/** Why a position was closed, and who asked for the sell that closed it. */
const whyClosed = async (id: number) => {
  const { close_reason } = await database.db.prisma.tradePosition.findUniqueOrThrow({ where: { id } });
  return [close_reason, (await sellsOf(id)).at(-1)?.trade_job.origin];
};
const untilClosed = (...ids: number[]) =>
  eventually(async () => {
    const open = await database.db.prisma.tradePosition.count({ where: { id: { in: ids }, status: 'OPEN' } });
    expect(open).toBe(0);
  });

/** A source whose signals reach the account. `buy` and `sell` post one and wait until its job has this status. */
async function sender(accountId: number) {
  const source = await makeSource(database.db, { owner_user_id: user.id });
  await makeBinding(database.db, { webhook_source_id: source.id, exchange_account_id: accountId });
  const post = async (side: string, price: string, status: string) => {
    const body = JSON.stringify({ id: newKey(), symbol: 'BTC/USDT', side, price });
    const answer = await fetch(`${api.url}/webhooks/${source.webhook_code}`, { method: 'POST', body });
    expect(answer.status).toBe(202);
    return eventually(async () => {
      const job = await database.db.prisma.tradeJob.findFirstOrThrow({
        where: { exchange_account_id: accountId, webhook_event: { webhook_source_id: source.id } },
        orderBy: { id: 'desc' },
      });
      expect(job.status, job.reason_message ?? '').toBe(status);
      return job;
    });
  };
  return {
    source,
    buy: (status: string, price = '100000') => post('buy', price, status),
    sell: (status: string) => post('sell', '100000', status),
  };
}
/** A resting limit sell of 0.004. */
async function restingSell(positionId: number): Promise<string> {
  const answer = await send(
    'mutation ($i: PlaceLimitSellInput!) { placeLimitSell(input: $i) { ... on Placed { job { id } } } }',
    {
      i: { positionId, price: '120000', quantity: '0.004', hours: 1, idempotencyKey: newKey() },
    },
  );
  const { job } = valueOf<{ job: { id: string } }>(answer, 'placeLimitSell');
  await eventually(async () => {
    const row = await database.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: Number(job.id) } });
    expect(row.status).toBe('PENDING_LIMIT');
  });
  return job.id;
}

describe('paused entries', () => {
  const set = (name: 'pauseEntries' | 'resumeEntries', accountId?: number) =>
    send(
      `mutation ($a: ID) { ${name}(input: { accountId: $a }) { account { entriesPausedAt } user { entriesPausedAt } } }`,
      {
        a: accountId,
      },
    );

  it.each(['the user', 'the account'])('of %s skip buys with their reason, and a sell goes through', async (whose) => {
    const { id } = await account();
    await makeParameter(database.db, { exchange_account_id: id });
    const signals = await sender(id);
    const bought = await signals.buy('FILLED');
    const scope = whose === 'the user' ? undefined : id;
    const paused = valueOf<{ account: object | null; user: object }>(await set('pauseEntries', scope), 'pauseEntries');
    const isPaused = { entriesPausedAt: expect.any(String) };
    const isNot = { entriesPausedAt: null };
    expect(paused).toEqual(scope ? { account: isPaused, user: isNot } : { account: null, user: isPaused });
    expect(await signals.buy('SKIPPED')).toMatchObject({ reason_code: 'ENTRIES_PAUSED' });
    await signals.sell('FILLED');
    const opened = await database.db.prisma.tradePosition.findUniqueOrThrow({
      where: { trade_job_id_open: bought.id },
    });
    expect(opened).toMatchObject({ status: 'CLOSED', close_reason: 'WEBHOOK_SELL' });
    // Pausing again keeps the first time.
    expect(valueOf(await set('pauseEntries', scope), 'pauseEntries')).toEqual(paused);
    valueOf(await set('resumeEntries', scope), 'resumeEntries');
    await signals.buy('FILLED');
  });

  it('a buy shows from which version of the parameter its numbers and its exits came', async () => {
    const { id } = await account();
    const settings = { default_sl_enabled: true, default_sl_pct: '2.5' };
    const parameter = await makeParameter(database.db, { exchange_account_id: id, ...settings });
    const job = await (await sender(id)).buy('FILLED');
    // A later edit does not change an earlier decision.
    await database.db.prisma.tradeParameter.update({ where: { id: parameter.id }, data: { default_sl_pct: '9' } });
    const answer = await send(
      `{ tradeJob(id: ${job.id}) { position { decisions { kind trace { name value source } } } } }`,
    );
    type Why = {
      position: { decisions: { kind: string; trace: { name: string; value: string; source: string }[] }[] };
    };
    const [opened] = valueOf<Why>(answer, 'tradeJob').position.decisions;
    const version = parameter.updated_at.toISOString();
    expect(opened?.trace).toEqual(
      expect.arrayContaining([
        { name: 'parameter', value: String(parameter.id), source: expect.stringContaining(version) },
        { name: 'price', value: '100000', source: expect.stringMatching(/ms old/) },
        { name: 'stop loss', value: '2.5 %', source: `parameter ${parameter.id}, as changed on ${version}` },
      ]),
    );
  });

  it('apply from the moment of the answer: no buy is admitted after it', async () => {
    const { id } = await account();
    await makeParameter(database.db, { exchange_account_id: id, quote_amount_fixed: '10' });
    const { source } = await sender(id);
    const admitted = () =>
      database.db.prisma.tradeJob.count({ where: { exchange_account_id: id, admitted_at: { not: null } } });
    const storm = Array.from({ length: 40 }, async () => {
      const body = JSON.stringify({ id: newKey(), symbol: 'BTC/USDT', side: 'buy' });
      expect((await fetch(`${api.url}/webhooks/${source.webhook_code}`, { method: 'POST', body })).status).toBe(202);
    });
    await Promise.race(storm);
    valueOf(await set('pauseEntries'), 'pauseEntries');
    const before = await admitted();
    await Promise.all(storm);
    await eventually(async () => {
      const waiting = { exchange_account_id: id, status: { in: ['PENDING', 'EXECUTING'] } };
      expect(await database.db.prisma.tradeJob.count({ where: waiting })).toBe(0);
    });
    expect(await admitted()).toBe(before);
  });

  it('of one account leave the others alone', async () => {
    const [stopped, other] = [await account(), await account()];
    await makeParameter(database.db, { exchange_account_id: other.id });
    valueOf(await set('pauseEntries', stopped.id), 'pauseEntries');
    expect(await (await sender(other.id)).buy('FILLED')).toMatchObject({ exchange_account_id: other.id });
  });

  it('keep a buy that never reached the exchange from being sent again', async () => {
    const { id } = await account();
    valueOf(await set('pauseEntries'), 'pauseEntries');
    const job = await makeJob(database.db, {
      ...{ exchange_account_id: id, admitted_at: new Date(), base_quantity: '0.001' },
    });
    api.ctx.trades.enqueue([{ jobId: job.id, committedAt: Date.now(), queuedAt: Date.now() }]);
    const signals = await sender(id);
    // The later job shows that the earlier one was decided too.
    await signals.buy('SKIPPED');
    expect(await database.db.prisma.tradeExecution.count({ where: { trade_job_id: job.id } })).toBe(0);
    await database.db.prisma.tradeJob.update({ where: { id: job.id }, data: { status: 'CANCELED' } });
  });
});

const PLAN = `bulkAction { id state closesPositions finishedAt
  totals { asset positions unpricedPositions value profit }
  accounts { account { label } ordersCanceled ordersRefused positionsClosed positionsRefused pending }
  items { action symbol qty price valueQuote profitQuote outcome reasonCode position { id } job { id status } } }`;
interface BulkAction {
  id: string;
  state: string;
  accounts: unknown[];
  totals: unknown[];
  items: { action: string; outcome: string | null; position: { id: string } | null; job: { id: string } | null }[];
}
const planOf = (answer: GraphqlAnswer, name: string): BulkAction =>
  valueOf<{ bulkAction: BulkAction }>(answer, name).bulkAction;

describe('the kill switch', () => {
  const kill = (closePositions: boolean, idempotencyKey: string) =>
    send(`mutation ($i: KillSwitchInput!) { killSwitch(input: $i) { ${PLAN} } }`, {
      i: { closePositions, idempotencyKey },
    });
  const NONE = { ordersCanceled: 0, ordersRefused: 0, positionsClosed: 0, positionsRefused: 0, pending: 0 };

  it('stops entries, cancels what rests, closes everything, and says so for each account', async () => {
    const [one, two] = [await account({ label: 'one' }), await account({ label: 'two' })];
    const real = await account({ label: 'real', is_simulation: false });
    const first = await position(one.id);
    const limit = await restingSell(first.id);
    const second = await position(two.id, { symbol: 'SOL/USDT', qty_total: '1', qty_remaining: '1', price_open: '90' });
    await makeParameter(database.db, { exchange_account_id: two.id, order_type_default: 'LIMIT' });
    const signals = await sender(two.id);
    const buy = await signals.buy('PENDING_LIMIT', '95000');
    await position(real.id, { trade_mode: 'REAL' });

    const asked = planOf(await kill(true, 'stop'), 'killSwitch');
    expect(asked).toMatchObject({ state: 'DONE', closesPositions: true, finishedAt: expect.any(String) });
    await untilClosed(first.id, second.id);
    for (const { id } of [first, second]) expect(await whyClosed(id)).toEqual(['KILL_SWITCH', 'KILL_SWITCH']);
    // The same key again does nothing more and returns the same bulk action in its current state.
    const bulkAction = planOf(await kill(true, 'stop'), 'killSwitch');
    expect(bulkAction.id).toBe(asked.id);
    expect(bulkAction.accounts).toEqual([
      { ...NONE, account: { label: 'one' }, ordersCanceled: 1, positionsClosed: 1 },
      { ...NONE, account: { label: 'two' }, ordersCanceled: 1, positionsClosed: 1 },
      { ...NONE, account: { label: 'real' }, positionsRefused: 1 },
    ]);
    expect(bulkAction.items.at(-1)).toMatchObject({ outcome: 'REFUSED', reasonCode: 'REAL_NOT_AVAILABLE' });
    const jobs = await database.db.prisma.tradeJob.findMany({ where: { id: { in: [Number(limit), buy.id] } } });
    expect(jobs.map(({ status, reason_code }) => [status, reason_code])).toEqual([
      ['CANCELED', 'CANCELED_BY_KILL_SWITCH'],
      ['CANCELED', 'CANCELED_BY_KILL_SWITCH'],
    ]);
    expect(await signals.buy('SKIPPED')).toMatchObject({ reason_code: 'ENTRIES_PAUSED' });
    expect(faultOf(await kill(false, 'stop'))).toEqual(['CONFLICT', 'IDEMPOTENCY_CONFLICT']);
  });

  it('leaves positions open when closing is not requested', async () => {
    const { id } = await position((await account({ label: 'only' })).id);
    await restingSell(id);
    const bulkAction = planOf(await kill(false, 'orders only'), 'killSwitch');
    expect(bulkAction.accounts).toEqual([{ ...NONE, account: { label: 'only' }, ordersCanceled: 1 }]);
    const row = await database.db.prisma.tradePosition.findUniqueOrThrow({ where: { id } });
    expect([row.status, row.qty_reserved.toFixed()]).toEqual(['OPEN', '0']);
  });

  it('continues where it stopped, without selling anything twice', async () => {
    const { id: accountId } = await account();
    const rows = [await position(accountId), await position(accountId), await position(accountId)];
    const ids = rows.map(({ id }) => id);
    const { id, items } = planOf(await kill(true, 'interrupted'), 'killSwitch');
    expect(items).toHaveLength(3);
    await untilClosed(...ids);
    // As if the process had ended after it requested the sells and before it stored their results.
    await database.db.query('UPDATE bulk_actions SET finished_at = NULL WHERE id = ?', [Number(id)]);
    await database.db.query(
      'UPDATE bulk_action_items SET outcome = NULL, done_at = NULL, trade_job_id = NULL WHERE bulk_action_id = ? ORDER BY id LIMIT 2',
      [Number(id)],
    );
    const [one, other] = await Promise.all([kill(true, 'interrupted'), kill(true, 'interrupted')]);
    for (const answer of [one, other]) {
      const bulkAction = planOf(answer, 'killSwitch');
      expect(bulkAction).toMatchObject({ id, state: 'DONE' });
    }
    const final = await send(`{ bulkAction(id: ${id}) { items { outcome job { id } } } }`);
    expect(valueOf<BulkAction>(final, 'bulkAction').items).toEqual(
      items.map(({ job }) => ({ outcome: 'DONE', job: { id: job?.id } })),
    );
    for (const positionId of ids) expect(await sellsOf(positionId)).toHaveLength(1);
  });

  it('changes nothing of other users', async () => {
    const owner = await makeUser(database.db);
    const theirs = await makeAccount(database.db, { user_id: owner.id });
    const other = await makePosition(database.db, { exchange_account_id: theirs.id });
    planOf(await kill(true, newKey()), 'killSwitch');
    expect(await sellsOf(other.id)).toEqual([]);
    const row = await database.db.prisma.user.findUniqueOrThrow({ where: { id: owner.id } });
    expect(row.entries_paused_at).toBeNull();
  });
});

describe('closing all', () => {
  const bulkAction = (filter: object = {}) =>
    send(`mutation ($f: CloseAllFilter) { previewCloseAll(input: { filter: $f }) { ${PLAN} } }`, { f: filter });
  const execute = (bulkActionId: string) =>
    send(`mutation ($p: ID!) { confirmCloseAll(input: { bulkActionId: $p }) { ${PLAN} } }`, { p: bulkActionId });

  it('is planned with counts and values first, then sold exactly once, however often it is asked', async () => {
    const { id: accountId } = await account();
    const btc = await position(accountId);
    const sol = await position(accountId, {
      symbol: 'SOL/USDT',
      qty_total: '2',
      qty_remaining: '2',
      price_open: '110',
    });
    const limit = await restingSell(btc.id);
    const planned = planOf(await bulkAction(), 'previewCloseAll');
    expect(planned).toMatchObject({
      state: 'READY',
      totals: [{ asset: 'USDT', positions: 2, unpricedPositions: 0, value: '1200', profit: '80' }],
      items: [
        { symbol: 'BTC/USDT', qty: '0.01', price: '100000', valueQuote: '1000', profitQuote: '100', outcome: null },
        { symbol: 'SOL/USDT', qty: '2', price: '100', valueQuote: '200', profitQuote: '-20', outcome: null },
      ],
    });
    expect(await sellsOf(sol.id)).toEqual([]);
    // Opened after the plan, so it is not part of it.
    const later = await position(accountId);
    const answers = await Promise.all([execute(planned.id), execute(planned.id)]);
    await untilClosed(btc.id, sol.id);
    const done = planOf(await execute(planned.id), 'confirmCloseAll');
    expect(done.state).toBe('DONE');
    for (const { id } of [btc, sol]) expect(await whyClosed(id)).toEqual(['CLOSE_ALL', 'CLOSE_ALL']);
    expect(done.items.map(({ outcome }) => outcome)).toEqual(['DONE', 'DONE']);
    for (const answer of answers) expect(answer.errors).toEqual([]);
    const sells = [...(await sellsOf(btc.id)), ...(await sellsOf(sol.id))];
    expect(sells.filter(({ trade_job }) => trade_job.order_type === 'MARKET')).toHaveLength(2);
    const canceled = await database.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: Number(limit) } });
    expect([canceled.status, canceled.reason_code]).toEqual(['CANCELED', 'CANCELED_FOR_EXIT']);
    expect(await sellsOf(later.id)).toEqual([]);
  });

  it('includes only what its filter names', async () => {
    const [one, two] = [await account(), await account()];
    const [a, b] = [await position(one.id), await position(two.id)];
    const sol = await position(one.id, { symbol: 'SOL/USDT', qty_total: '1', qty_remaining: '1', price_open: '100' });
    const signals = await sender(two.id);
    await makeParameter(database.db, { exchange_account_id: two.id });
    const bought = await signals.buy('FILLED');
    const fromSignal = await database.db.prisma.tradePosition.findUniqueOrThrow({
      where: { trade_job_id_open: bought.id },
    });
    const idsOf = async (filter: object) =>
      planOf(await bulkAction(filter), 'previewCloseAll').items.map((item) => Number(item.position?.id));
    expect(await idsOf({ accountId: one.id })).toEqual([a.id, sol.id]);
    expect(await idsOf({ symbol: 'SOL/USDT' })).toEqual([sol.id]);
    expect(await idsOf({ sourceId: signals.source.id })).toEqual([fromSignal.id]);
    expect(await idsOf({ tradeMode: 'SIMULATION', accountId: two.id })).toEqual([b.id, fromSignal.id]);
    expect(faultOf(await bulkAction({ tradeMode: 'REAL' }))).toEqual(['BAD_USER_INPUT', 'NO_ELIGIBLE_POSITIONS']);
  });

  it('says of a position why it was not sold, and that it was closed meanwhile', async () => {
    const { id: accountId } = await account();
    const [closed, dust] = [
      await position(accountId),
      await position(accountId, { qty_remaining: '0.00001', qty_reserved: '0.00001' }),
    ];
    const planned = planOf(await bulkAction(), 'previewCloseAll');
    const close = 'mutation ($i: ClosePositionInput!) { closePosition(input: $i) { ... on Placed { job { id } } } }';
    await send(close, { i: { positionId: closed.id, idempotencyKey: newKey() } });
    await untilClosed(closed.id);
    const done = planOf(await execute(planned.id), 'confirmCloseAll');
    expect(done.items).toMatchObject([
      { outcome: 'DONE', reasonCode: null, job: null, position: { id: String(closed.id) } },
      { outcome: 'REFUSED', reasonCode: 'ALREADY_RESERVED', position: { id: String(dust.id) } },
    ]);
    expect(await sellsOf(closed.id)).toHaveLength(1);
    expect(await whyClosed(closed.id)).toEqual(['MANUAL', 'MANUAL']);
  });

  it('is refused when the plan is too old', async () => {
    const { id } = await position((await account()).id);
    const planned = planOf(await bulkAction(), 'previewCloseAll');
    await database.db.query('UPDATE bulk_actions SET expires_at = ? WHERE id = ?', [
      new Date(Date.now() - 1),
      planned.id,
    ]);
    expect(faultOf(await execute(planned.id))).toEqual(['CONFLICT', 'PLAN_EXPIRED']);
    expect(await sellsOf(id)).toEqual([]);
    expect(valueOf(await send(`{ bulkAction(id: ${planned.id}) { state } }`), 'bulkAction')).toEqual({
      state: 'EXPIRED',
    });
  });
});
