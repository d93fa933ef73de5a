import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExchangeRegistry } from '../../exchange/exchange.js';
import { createMemoryExchange, type MemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { registryOf } from '../../testing/worlds/memory-exchange.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makePosition } from '../../testing/make.js';
import { openRealExchange } from '../../testing/worlds/real-exchange.js';
import type { GraphqlAnswer } from '../../testing/test-api.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';

/**
 * What closing all and the kill switch report about their items, over HTTP, with an executor and exchanges with faults.
 */
const PLAN = `bulkAction { ${'id state isTerminal buysUnderWay sold { asset positions value }'}
  accounts { positionsClosed positionsPartlySold positionsUnderWay positionsRefused ordersCanceled ordersUnderWay
    ordersRefused pending sold { asset positions value } }
  items { id action symbol state isTerminal isStillOpen soldQty soldQuote outcome reasonCode position { id } job { id status } } }`;
interface Item {
  action: string;
  state: string;
  isTerminal: boolean;
  isStillOpen: boolean;
  soldQty: string;
  reasonCode: string | null;
  position: { id: string } | null;
  job: { id: string } | null;
}
interface BulkAction {
  id: string;
  state: string;
  isTerminal: boolean;
  sold: { asset: string; positions: number; value: string }[];
  accounts: object[];
  items: Item[];
}

let api: TradingApi;
let user: Awaited<ReturnType<TradingApi['newUser']>>;

const send = (query: string, variables: object = {}) => api.send(query, variables, user.cookie);
const planIn = (answer: GraphqlAnswer, name: string): BulkAction => {
  expect(answer.errors).toEqual([]);
  const payload = answer.data?.[name] as unknown as { bulkAction: BulkAction } | undefined;
  if (!payload) throw new Error(`no ${name} was answered`);
  return payload.bulkAction;
};
let keys = 0;
const newKey = () => `key ${++keys}`;
const closeAll = async (): Promise<BulkAction> => {
  const { id } = planIn(await send(`mutation { previewCloseAll(input: {}) { ${PLAN} } }`), 'previewCloseAll');
  const run = await send(`mutation ($p: ID!) { confirmCloseAll(input: { bulkActionId: $p }) { ${PLAN} } }`, { p: id });
  return planIn(run, 'confirmCloseAll');
};
const kill = async (idempotencyKey: string): Promise<BulkAction> =>
  planIn(
    await send(`mutation ($i: KillSwitchInput!) { killSwitch(input: $i) { ${PLAN} } }`, {
      i: { closePositions: true, idempotencyKey },
    }),
    'killSwitch',
  );
const retry = (bulkActionId: string, idempotencyKey = newKey()) =>
  send(`mutation ($i: RetryBulkActionInput!) { retryBulkAction(input: $i) { ${PLAN} } }`, {
    i: { bulkActionId, idempotencyKey },
  });
const read = async (bulkActionId: string): Promise<BulkAction> => {
  const answer = await send(`query ($p: ID!) { bulkAction(id: $p) { ${PLAN.replace(/^bulkAction \{/, '')} }`, {
    p: bulkActionId,
  });
  expect(answer.errors).toEqual([]);
  return answer.data?.bulkAction as unknown as BulkAction;
};
const untilOver = (bulkActionId: string): Promise<BulkAction> =>
  eventually(async () => {
    const bulkAction = await read(bulkActionId);
    expect(bulkAction.isTerminal).toBe(true);
    return bulkAction;
  });
const NONE = {
  ...{ positionsClosed: 0, positionsPartlySold: 0, positionsUnderWay: 0, positionsRefused: 0 },
  ...{ ordersCanceled: 0, ordersUnderWay: 0, ordersRefused: 0, pending: 0 },
};
const openPositions = () =>
  api.database.db.prisma.tradePosition.count({ where: { exchange_account: { user_id: user.id }, status: 'OPEN' } });

async function start(exchanges: ExchangeRegistry): Promise<void> {
  api = await startTradingApi({ exchanges });
  user = await api.newUser();
  api.prices.set('BTC/USDT', '100000');
}

describe('with an exchange that refuses, fills partly and answers late', () => {
  let exchange: MemoryExchange;
  let accountId: number;
  beforeAll(async () => {
    exchange = createMemoryExchange();
    await start(registryOf(exchange));
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    exchange.faultMode = 'accept';
    user = await api.newUser();
    accountId = (await makeAccount(api.database.db, { user_id: user.id })).id;
  });
  const position = (qty = '0.01') =>
    makePosition(api.database.db, { exchange_account_id: accountId, qty_total: qty, qty_remaining: qty });

  it('sells that the exchange refused do not count as sold, even if they were accepted before', async () => {
    exchange.faultMode = 'refuse';
    await position();
    await position();
    const bulkAction = await untilOver((await closeAll()).id);
    expect(bulkAction.accounts).toEqual([{ ...NONE, positionsRefused: 2, sold: [] }]);
    expect(bulkAction.sold).toEqual([]);
    expect(bulkAction.items).toMatchObject([
      { state: 'FAILED', isStillOpen: true, soldQty: '0', outcome: 'DONE', reasonCode: 'EXCHANGE_REFUSED' },
      { state: 'FAILED', isStillOpen: true, soldQty: '0', outcome: 'DONE', reasonCode: 'EXCHANGE_REFUSED' },
    ]);
    expect(await openPositions()).toBe(2);
  });

  it('a partly filled item is reported as such, and only its fills count', async () => {
    exchange.faultMode = 'dry';
    await position();
    const bulkAction = await untilOver((await closeAll()).id);
    expect(bulkAction.accounts).toEqual([
      { ...NONE, positionsPartlySold: 1, sold: [{ asset: 'USDT', positions: 1, value: '500' }] },
    ]);
    expect(bulkAction.items).toMatchObject([
      {
        state: 'PARTLY_FILLED',
        isTerminal: true,
        isStillOpen: true,
        soldQty: '0.005',
        reasonCode: 'CANCELED_BY_EXCHANGE',
      },
    ]);
  });

  it('a sell with a late answer is ACCEPTED until it is filled', async () => {
    const { place } = exchange;
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    exchange.place = async (...args) => {
      await held;
      return place.apply(exchange, args);
    };
    try {
      await position();
      const bulkAction = await closeAll();
      expect(bulkAction).toMatchObject({ state: 'DONE', isTerminal: false, sold: [] });
      expect(bulkAction.accounts).toEqual([{ ...NONE, positionsUnderWay: 1, sold: [] }]);
      expect(bulkAction.items).toMatchObject([{ state: 'ACCEPTED', isTerminal: false, isStillOpen: true }]);
      answer();
      const over = await untilOver(bulkAction.id);
      expect(over.accounts).toEqual([
        { ...NONE, positionsClosed: 1, sold: [{ asset: 'USDT', positions: 1, value: '1000' }] },
      ]);
      expect(over.items).toMatchObject([{ state: 'FILLED', isStillOpen: false, soldQty: '0.01' }]);
    } finally {
      exchange.place = place;
    }
  });

  it('the kill switch says what is open and why, and tries the rest again', async () => {
    exchange.faultMode = 'dry';
    await position();
    exchange.faultMode = ({ quantity }) => (quantity === '0.02' ? 'refuse' : 'accept');
    const refused = await position('0.02');
    const bulkAction = await untilOver((await kill('stop')).id);
    expect(bulkAction.accounts).toEqual([
      {
        ...{ ...NONE, positionsClosed: 1, positionsRefused: 1 },
        sold: [{ asset: 'USDT', positions: 1, value: '1000' }],
      },
    ]);
    exchange.faultMode = 'accept';
    const again = planIn(await retry(bulkAction.id, 'again'), 'retryBulkAction');
    expect(again.items.map(({ position: own }) => own?.id)).toEqual([String(refused.id)]);
    const over = await untilOver(again.id);
    expect(over.accounts).toEqual([
      { ...NONE, positionsClosed: 1, sold: [{ asset: 'USDT', positions: 1, value: '2000' }] },
    ]);
    expect(await openPositions()).toBe(0);
    // A retry closes for the reason of its first plan.
    const { close_reason } = await api.database.db.prisma.tradePosition.findUniqueOrThrow({
      where: { id: refused.id },
    });
    expect(close_reason).toBe('KILL_SWITCH');
    // The first bulk action also shows the current state: nothing of it is open any more.
    expect((await read(bulkAction.id)).items.filter(({ isStillOpen }) => isStillOpen)).toEqual([]);
    // The same key returns the same bulk action; another key has nothing left to do.
    expect(planIn(await retry(bulkAction.id, 'again'), 'retryBulkAction').id).toBe(again.id);
    expect((await retry(bulkAction.id)).errors[0]?.extensions).toMatchObject({ reason: 'NO_ELIGIBLE_POSITIONS' });
  });

  it('a user without an answer finds the bulk action by its key, and other users do not', async () => {
    await position();
    const ofKey = (idempotencyKey: string, cookie = user.cookie) =>
      api.send('query ($k: String!) { bulkActionOfKey(idempotencyKey: $k) { id } }', { k: idempotencyKey }, cookie);
    expect((await ofKey('lost')).data).toEqual({ bulkActionOfKey: null });
    const { id } = await kill('lost');
    expect((await ofKey('lost')).data).toEqual({ bulkActionOfKey: { id } });
    const stranger = await api.newUser();
    expect((await ofKey('lost', stranger.cookie)).data).toEqual({ bulkActionOfKey: null });
    expect(
      (
        await api.send(
          `mutation { retryBulkAction(input: { bulkActionId: "${id}", idempotencyKey: "x" }) { bulkAction { id } } }`,
          {},
          stranger.cookie,
        )
      ).code,
    ).toBe('NOT_FOUND');
  });
});

describe('with real accounts at an exchange on a socket', () => {
  let real: Awaited<ReturnType<typeof openRealExchange>>;
  beforeAll(async () => {
    real = await openRealExchange({ dialect: 'binance', balances: { USDT: '1000' } });
    real.fake.setPrice('BTC/USDT', { last: '100000' });
    await start(registryOf(real.exchange));
  });
  afterEach(() => real.fake.faults.clear());
  afterAll(async () => {
    await api.close();
    await real.stop();
  });

  it('62 positions without coins do not count as sold', { timeout: 60_000 }, async () => {
    const { id: exchange_account_id } = await makeAccount(api.database.db, { user_id: user.id });
    for (let made = 0; made < 62; made++)
      await makePosition(api.database.db, { exchange_account_id, qty_total: '0.02' });
    real.fake.faults.during('place', { answerAfterMs: 20 });
    const bulkAction = await untilOver((await closeAll()).id);
    expect(bulkAction.accounts).toEqual([{ ...NONE, positionsRefused: 62, sold: [] }]);
    expect(new Set(bulkAction.items.map(({ state, reasonCode }) => `${state} ${reasonCode}`))).toEqual(
      new Set(['FAILED HOLDING_MISSING']),
    );
    expect(await openPositions()).toBe(62);
  });
});
