import { isInputObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeJob, makePosition, makeVault } from '../../testing/make.js';
import type { GraphqlAnswer } from '../../testing/test-api.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { buildApiSchema } from '../build-schema.js';

let api: TradingApi;
let prisma: TradingApi['database']['db']['prisma'];
let user: Awaited<ReturnType<TradingApi['newUser']>>;
beforeAll(async () => {
  api = await startTradingApi();
  ({ prisma } = api.database.db);
});
afterAll(() => api.close());
beforeEach(async () => {
  user = await api.newUser();
  api.prices.set('BTC/USDT', '100000');
});

const send = (query: string, variables: object = {}) => api.send(query, variables, user.cookie);
const call = (name: string, selection: string, i: object) =>
  send(`mutation ($i: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $i) { ${selection} } }`, {
    i,
  });
const valueOf = <T>(answer: GraphqlAnswer, name: string): T => {
  expect(answer.errors).toEqual([]);
  return answer.data?.[name] as T;
};
const reasonOf = (answer: GraphqlAnswer) => [answer.code, answer.errors[0]?.extensions.reason];
const CONFLICT = ['CONFLICT', 'IDEMPOTENCY_CONFLICT'];
/** Trading mutations refuse as data. */
const sell = (name: 'closePosition' | 'placeLimitSell', i: object, selection = 'job { id }') =>
  call(name, `... on Placed { ${selection} } ... on Refused { reason }`, i);
const refusedFor = (answer: GraphqlAnswer, name: string) => valueOf<{ reason?: string }>(answer, name).reason;

const account = () => makeAccount(api.database.db, { user_id: user.id, balances: { USDT: '100000', BTC: '1' } });
const position = (accountId: number, columns: Parameters<typeof makePosition>[1] = {}) =>
  makePosition(api.database.db, {
    exchange_account_id: accountId,
    qty_total: '0.01',
    qty_remaining: '0.01',
    ...columns,
  });
const sells = (positionId: number) => prisma.positionReservation.count({ where: { position_id: positionId } });
const pausedAt = async () => (await prisma.user.findUniqueOrThrow({ where: { id: user.id } })).entries_paused_at;
const kill = (idempotencyKey: string, closePositions = false) =>
  call('killSwitch', 'bulkAction { id state accounts { ordersCanceled positionsClosed } }', {
    closePositions,
    idempotencyKey,
  });
interface Killed {
  bulkAction: { id: string; state: string; accounts: { ordersCanceled: number; positionsClosed: number }[] };
}
const resume = () => send('mutation { resumeEntries(input: {}) { user { entriesPausedAt } } }');
const restingSell = async (positionId: number, key: string) => {
  const order = { positionId, price: '120000', quantity: '0.004', hours: 24, idempotencyKey: key };
  const { job } = valueOf<{ job: { id: string } }>(await sell('placeLimitSell', order), 'placeLimitSell');
  await eventually(async () => {
    const row = await prisma.tradeJob.findUniqueOrThrow({ where: { id: Number(job.id) } });
    expect(row.status).toBe('PENDING_LIMIT');
  });
};

describe('the kill switch does what it says', () => {
  it('keys that differ in case alone are two kill switches', async () => {
    await position((await account()).id).then(({ id }) => restingSell(id, 'r1'));
    const first = valueOf<Killed>(await kill('Stop-A'), 'killSwitch');
    valueOf(await resume(), 'resumeEntries');
    const second = valueOf<Killed>(await kill('STOP-A'), 'killSwitch');
    expect(second.bulkAction.id).not.toBe(first.bulkAction.id);
    expect(await pausedAt()).not.toBeNull();
  });

  it('a key that was used before a resume never answers DONE: entries are paused and the key is called spent', async () => {
    await kill('stop');
    valueOf(await resume(), 'resumeEntries');
    expect(await pausedAt()).toBeNull();
    expect(reasonOf(await kill('stop'))).toEqual(['CONFLICT', 'IDEMPOTENCY_KEY_SPENT']);
    expect(await pausedAt()).not.toBeNull();
    expect(valueOf<Killed>(await kill('stop again'), 'killSwitch').bulkAction.state).toBe('DONE');
  });

  it('a used key does not answer DONE while an order or a position of later stays as it is', async () => {
    const { id: accountId } = await account();
    const { id } = await position(accountId);
    expect(valueOf<Killed>(await kill('orders'), 'killSwitch').bulkAction.state).toBe('DONE');
    await restingSell(id, 'later');
    expect(reasonOf(await kill('orders'))).toEqual(['CONFLICT', 'IDEMPOTENCY_KEY_SPENT']);
    valueOf(await kill('all', true), 'killSwitch');
    await eventually(async () => {
      expect(await prisma.tradePosition.count({ where: { id, status: 'OPEN' } })).toBe(0);
    });
    expect(valueOf<Killed>(await kill('all', true), 'killSwitch').bulkAction.state).toBe('DONE');
    await position(accountId);
    expect(reasonOf(await kill('all', true))).toEqual(['CONFLICT', 'IDEMPOTENCY_KEY_SPENT']);
  });

  it('the same key at the same moment has its own code', async () => {
    const { id } = await account();
    // The kill switch waits for a buy that is under way.
    const buy = await makeJob(api.database.db, { exchange_account_id: id, side: 'BUY', status: 'EXECUTING' });
    const first = kill('now', true);
    await eventually(async () => {
      expect(await prisma.bulkAction.count({ where: { user_id: user.id } })).toBe(1);
    });
    expect(reasonOf(await kill('now', true))).toEqual(['CONFLICT', 'IDEMPOTENCY_IN_PROGRESS']);
    expect(reasonOf(await kill('now', false))).toEqual(CONFLICT);
    await prisma.tradeJob.update({ where: { id: buy.id }, data: { status: 'CANCELED' } });
    expect(valueOf<Killed>(await first, 'killSwitch').bulkAction.state).toBe('DONE');
    expect(valueOf<Killed>(await kill('now', true), 'killSwitch').bulkAction.state).toBe('DONE');
  });
});

describe('a key that was used with other input is refused', () => {
  it('closing another share, or the same position by a limit sell', async () => {
    const { id } = await position((await account()).id);
    const share = { positionId: String(id), percent: '50', idempotencyKey: 'k' };
    const close = (i: object) => sell('closePosition', i);
    const first = valueOf<{ job: { id: string } }>(await close(share), 'closePosition');
    expect(valueOf(await close({ ...share, percent: '50.00' }), 'closePosition')).toEqual(first);
    for (const other of [{ percent: '100' }, { percent: null }, { percent: null, amount: '0.005' }]) {
      expect(refusedFor(await close({ ...share, ...other }), 'closePosition')).toBe('IDEMPOTENCY_CONFLICT');
    }
    const limit = { positionId: String(id), price: '120000', quantity: '0.005', hours: 24, idempotencyKey: 'k' };
    expect(refusedFor(await sell('placeLimitSell', limit), 'placeLimitSell')).toBe('IDEMPOTENCY_CONFLICT');
    expect(await sells(id)).toBe(1);
    valueOf(await close({ ...share, idempotencyKey: 'K' }), 'closePosition');
  });

  it('a limit sell with another price, quantity or duration', async () => {
    const { id } = await position((await account()).id);
    const limit = { positionId: String(id), price: '120000', quantity: '0.004', hours: 24, idempotencyKey: 'k' };
    const place = (i: object) => sell('placeLimitSell', i);
    const first = valueOf<{ job: { id: string } }>(await place(limit), 'placeLimitSell');
    expect(valueOf(await place({ ...limit, price: '120000.0' }), 'placeLimitSell')).toEqual(first);
    for (const other of [{ price: '130000' }, { quantity: '0.003' }, { hours: 25 }]) {
      expect(refusedFor(await place({ ...limit, ...other }), 'placeLimitSell')).toBe('IDEMPOTENCY_CONFLICT');
    }
    expect(await sells(id)).toBe(1);
  });

  it('a retry of another bulk action', async () => {
    const { id } = await account();
    const failed = async () => {
      const { id: positionId } = await position(id);
      await prisma.exchangeAccount.update({ where: { id }, data: { is_active: true } });
      const plan = await prisma.bulkAction.create({
        data: {
          ...{ user_id: user.id, kind: 'CLOSE_ALL', closes_positions: true, started_at: new Date() },
          finished_at: new Date(),
          items: {
            create: {
              ...{ exchange_account_id: id, action: 'CLOSE_POSITION', entity_id: positionId, symbol: 'BTC/USDT' },
              ...{ outcome: 'REFUSED', reason_code: 'EXCHANGE_UNREACHABLE', done_at: new Date() },
            },
          },
        },
      });
      return String(plan.id);
    };
    const [one, other] = [await failed(), await failed()];
    const retry = (bulkActionId: string) =>
      call('retryBulkAction', 'bulkAction { id }', { bulkActionId, idempotencyKey: 'k' });
    const first = valueOf(await retry(one), 'retryBulkAction');
    expect(valueOf(await retry(one), 'retryBulkAction')).toEqual(first);
    expect(reasonOf(await retry(other))).toEqual(CONFLICT);
  });

  it('a movement of funds of another amount, or in the other direction', async () => {
    const vault = await makeVault(api.database.db, { user_id: user.id });
    const i = { vaultId: String(vault.id), asset: 'USDT', amount: '5', idempotencyKey: 'k' };
    const deposit = (more: object = {}) => call('depositToVault', 'vault { balances { balance } }', { ...i, ...more });
    const first = valueOf(await deposit(), 'depositToVault');
    expect(valueOf(await deposit({ amount: '5.0' }), 'depositToVault')).toEqual(first);
    expect(reasonOf(await deposit({ amount: '6' }))).toEqual(CONFLICT);
    expect(reasonOf(await deposit({ asset: 'BTC' }))).toEqual(CONFLICT);
  });
});

it('a close that ended as dust answers the same again', async () => {
  const { id } = await position((await account()).id, { qty_total: '0.01', qty_remaining: '0.00000001' });
  const close = () =>
    sell('closePosition', { positionId: id, idempotencyKey: 'dust' }, 'job { id } position { status }');
  const first = valueOf(await close(), 'closePosition');
  expect(first).toEqual({ job: null, position: { status: 'CLOSED' } });
  expect(valueOf(await close(), 'closePosition')).toEqual(first);
});

it('a refused request does not use up its key', async () => {
  const { id } = await position((await account()).id);
  const i = { positionId: id, amount: '5', idempotencyKey: 'k' };
  expect(refusedFor(await sell('closePosition', i), 'closePosition')).toBe('INVALID_AMOUNT');
  const sold = valueOf<{ job?: object }>(await sell('closePosition', { ...i, amount: '0.005' }), 'closePosition');
  expect(sold.job).toBeDefined();
});

it('every idempotency key of the schema says what a repeat does and how long keys are kept', async () => {
  const schema = await buildApiSchema();
  const keys = Object.values(schema.getTypeMap()).flatMap((type) =>
    isInputObjectType(type) ? Object.values(type.getFields()).filter(({ name }) => name === 'idempotencyKey') : [],
  );
  expect(keys.length).toBeGreaterThanOrEqual(7);
  for (const { description } of keys) {
    for (const word of ['IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_IN_PROGRESS', 'kept forever'])
      expect(description).toContain(word);
  }
});
