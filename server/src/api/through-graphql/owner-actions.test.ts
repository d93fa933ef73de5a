import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { d } from '../../core/money/money.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makePosition } from '../../testing/make.js';
import type { GraphqlAnswer } from '../../testing/test-api.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { fireTrigger } from '../../exits/fire-trigger.js';

/** The owner's actions over HTTP, with a real executor and the simulated exchange behind them. */
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
});

const send = (query: string, variables: object = {}) => api.send(query, variables, user.cookie);
const valueOf = <T>(answer: GraphqlAnswer, name: string): T => {
  expect(answer.errors).toEqual([]);
  return answer.data?.[name] as T;
};
/** The code of an error, or the reason of a refusal: refusals of trading rules are data, not errors. */
const faultOf = (answer: GraphqlAnswer) => {
  const [result] = Object.values(answer.data ?? {}) as ({ reason?: string } | null)[];
  return result?.reason !== undefined ? ['Refused', result.reason] : [answer.code, undefined];
};
const REFUSED = '__typename ... on Refused { reason message field numbers { name value } }';

let keys = 0;
const newKey = () => `key ${++keys}`;
const account = (columns: Parameters<typeof makeAccount>[1] = {}) =>
  makeAccount(database.db, { user_id: user.id, balances: { USDT: '100000', BTC: '1' }, ...columns });
/** 0.01 BTC bought at 100,000. */
const position = (accountId: number, columns: Parameters<typeof makePosition>[1] = {}) =>
  makePosition(database.db, { exchange_account_id: accountId, qty_total: '0.01', qty_remaining: '0.01', ...columns });

type Job = { id: string; status: string; baseQuantity: string; reasonCode: string | null };
const SELL = `... on Placed { job { id status baseQuantity reasonCode } position { id status } } ${REFUSED}`;
const close = (positionId: number, share: object = {}, idempotencyKey = newKey()) =>
  send(`mutation ($i: ClosePositionInput!) { closePosition(input: $i) { ${SELL} } }`, {
    i: { positionId, idempotencyKey, ...share },
  });
const limitSell = (positionId: number, order: object = {}, idempotencyKey = newKey()) =>
  send(`mutation ($i: PlaceLimitSellInput!) { placeLimitSell(input: $i) { ${SELL} } }`, {
    i: { positionId, price: '120000', quantity: '0.004', hours: 24, idempotencyKey, ...order },
  });
const jobOf = (answer: GraphqlAnswer, name: string): Job => valueOf<{ job: Job }>(answer, name).job;
const rowOf = (id: number) => database.db.prisma.tradePosition.findUniqueOrThrow({ where: { id } });
const untilJob = (id: string, status: string) =>
  eventually(async () => {
    const row = await database.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: Number(id) } });
    expect(row.status, row.reason_message ?? '').toBe(status);
    return row;
  });
const sellsOf = (positionId: number) =>
  database.db.prisma.positionReservation.findMany({ where: { position_id: positionId }, include: { trade_job: true } });

describe('closing a position', () => {
  it('a quarter, half of the rest and all of it sell what they say, and the last one closes it', async () => {
    const { id } = await position((await account()).id);
    const sold = async (share: object): Promise<string> => {
      const job = jobOf(await close(id, share), 'closePosition');
      await untilJob(job.id, 'FILLED');
      return job.baseQuantity;
    };
    expect(await sold({ percent: '25' })).toBe('0.0025');
    expect(await sold({ percent: '50' })).toBe('0.00375');
    expect(await sold({ amount: '0.00075' })).toBe('0.00075');
    expect(await sold({ percent: '100' })).toBe('0.003');
    expect(await rowOf(id)).toMatchObject({ status: 'CLOSED', close_reason: 'MANUAL' });
    expect(faultOf(await close(id))).toEqual(['Refused', 'POSITION_CLOSED']);
  });

  it('a double click sells once, and the second click gets the job or hears that the first is running', async () => {
    const { id } = await position((await account()).id);
    const answers = await Promise.all([close(id, {}, 'twice'), close(id, {}, 'twice')]);
    const [one] = answers.flatMap(
      ({ data }) => (data as { closePosition: { job?: Job } } | null)?.closePosition.job?.id ?? [],
    );
    for (const answer of answers) {
      const isRefused =
        (answer.data as unknown as { closePosition: { reason?: string } }).closePosition.reason !== undefined;
      if (isRefused) expect(faultOf(answer)).toEqual(['Refused', 'IDEMPOTENCY_IN_PROGRESS']);
      else expect(jobOf(answer, 'closePosition').id).toBe(one);
    }
    await untilJob(one ?? '', 'FILLED');
    expect(jobOf(await close(id, {}, 'twice'), 'closePosition').id).toBe(one);
    expect(await sellsOf(id)).toHaveLength(1);
    const second = await position((await account()).id);
    expect(faultOf(await close(second.id, {}, 'twice'))).toEqual(['Refused', 'IDEMPOTENCY_CONFLICT']);
  });

  it('ignores the lock, and is in the audit log', async () => {
    const { id } = await position((await account()).id, { lock_sell_by_webhook: true, min_profit_pct: '50' });
    const job = jobOf(await close(id), 'closePosition');
    await untilJob(job.id, 'FILLED');
    const entries = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id } });
    expect(entries).toMatchObject([{ action: 'closePosition', entity_type: 'position', entity_id: id }]);
  });

  it.each([
    ['amount and percent at once', { amount: '0.001', percent: '10' }, undefined],
    ['more than there is', { amount: '0.02' }, 'INVALID_AMOUNT'],
    ['more than 100 per cent', { percent: '101' }, 'INVALID_AMOUNT'],
    ['nothing', { percent: '0' }, 'INVALID_AMOUNT'],
    ['less than the market takes', { amount: '0.00001' }, 'MIN_NOTIONAL_NOT_MET'],
  ])('%s is refused and nothing is reserved', async (_what, share, reason) => {
    const { id } = await position((await account()).id);
    expect(faultOf(await close(id, share))).toEqual(reason ? ['Refused', reason] : ['BAD_USER_INPUT', undefined]);
    expect(await sellsOf(id)).toEqual([]);
  });
});

describe('limit sells', () => {
  const LIST = `{ limitOrders { edges { node { id side status baseQuantity executedQty limitPrice distancePct
    reservations { positionId qty isLive } } } } }`;

  it('rest, are listed, reserve what they sell, and release it when they are canceled', async () => {
    const { id } = await position((await account()).id);
    const job = jobOf(await limitSell(id), 'placeLimitSell');
    await untilJob(job.id, 'PENDING_LIMIT');
    expect(valueOf(await send(LIST), 'limitOrders')).toEqual({
      edges: [
        {
          node: {
            ...{ id: job.id, side: 'SELL', status: 'PENDING_LIMIT', baseQuantity: '0.004', executedQty: '0' },
            ...{ limitPrice: '120000', distancePct: '20' },
            reservations: [{ positionId: String(id), qty: '0.004', isLive: true }],
          },
        },
      ],
    });
    const held = await send(`{ position(id: ${id}) { qtyReserved openOrders { id } liveExits { id } } }`);
    expect(valueOf(held, 'position')).toEqual({ qtyReserved: '0.004', openOrders: [{ id: job.id }], liveExits: [] });
    const cancel = () =>
      send(
        `mutation { cancelOrder(input: { jobId: ${job.id} }) { ... on Canceled { job { status reasonCode } } ${REFUSED} } }`,
      );
    expect(valueOf(await cancel(), 'cancelOrder')).toEqual({
      __typename: 'Canceled',
      job: { status: 'CANCELED', reasonCode: 'CANCELED_BY_OWNER' },
    });
    expect(faultOf(await cancel())).toEqual(['Refused', 'ORDER_CLOSED']);
    expect((await rowOf(id)).qty_reserved.toFixed()).toBe('0');
    expect(valueOf(await send(LIST), 'limitOrders')).toEqual({ edges: [] });
  });

  it('closing all of a position cancels its limit sell first and sells the whole of it', async () => {
    const { id } = await position((await account()).id);
    const limit = jobOf(await limitSell(id), 'placeLimitSell');
    await untilJob(limit.id, 'PENDING_LIMIT');
    const job = jobOf(await close(id), 'closePosition');
    expect(job.baseQuantity).toBe('0.01');
    await untilJob(job.id, 'FILLED');
    expect((await untilJob(limit.id, 'CANCELED')).reason_code).toBe('CANCELED_FOR_EXIT');
    expect(await rowOf(id)).toMatchObject({ status: 'CLOSED', close_reason: 'MANUAL' });
  });

  it('a refusal names the numbers of its case, and is not in the audit log', async () => {
    const { id } = await position((await account()).id);
    const answer = await close(id, { amount: '0.02' });
    expect(valueOf(answer, 'closePosition')).toEqual({
      ...{ __typename: 'Refused', reason: 'INVALID_AMOUNT', field: null },
      message: 'Of this position 0.01 BTC can be sold now.',
      numbers: [
        { name: 'wanted', value: '0.02' },
        { name: 'free', value: '0.01' },
      ],
    });
    expect(await database.db.prisma.auditLog.count({ where: { user_id: user.id } })).toBe(0);
  });

  it('an hour is the least and 720 are the most', async () => {
    const { id } = await position((await account()).id);
    for (const hours of [0, 721])
      expect(faultOf(await limitSell(id, { hours }))).toEqual(['Refused', 'INVALID_EXPIRY']);
    expect((await limitSell(id, { hours: 720, quantity: '0.001' })).errors).toEqual([]);
  });
});

describe('exits', () => {
  const update = (positionId: number, changes: object) =>
    send(
      `mutation ($i: UpdatePositionExitsInput!) {
        updatePositionExits(input: $i) { ... on PositionChanged { position { id } } ${REFUSED} } }`,
      { i: { positionId, ...changes } },
    );

  it('can be edited, are calculated at the current price, and show their decisions', async () => {
    const { id } = await position((await account()).id);
    const ladder = [
      { pct: '5', sharePct: '50' },
      { pct: '10', sharePct: '25' },
    ];
    const changes = {
      ...{ slEnabled: true, slPct: '10', trailingEnabled: true, trailingDistancePct: '2.5', trailingArmingPct: '4' },
      ...{ minProfitPct: '6', timeStopHours: 48, breakEvenAfterFirst: true, targets: ladder },
    };
    expect((await update(id, changes)).errors).toEqual([]);
    const read = await send(`{ position(id: ${id}) {
      slPct tpEnabled trailingArmingPct minProfitPct timeStopHours breakEvenAfterFirst
      targets { ordinal pct sharePct price triggeredAt }
      exitLevels { stopPrice trailingStopPrice trailingArmingPrice takeProfitPrice nextTargetPrice distanceToStopPct distanceToTargetPct }
      decisions { kind job { origin } trace { name value source } } } }`);
    expect(valueOf(read, 'position')).toEqual({
      ...{ slPct: '10', tpEnabled: false, trailingArmingPct: '4', minProfitPct: '6' },
      ...{ timeStopHours: 48, breakEvenAfterFirst: true },
      targets: [
        { ordinal: 1, pct: '5', sharePct: '50', price: '106000', triggeredAt: null },
        { ordinal: 2, pct: '10', sharePct: '25', price: '110000', triggeredAt: null },
      ],
      exitLevels: {
        ...{ stopPrice: '90000', trailingStopPrice: null, trailingArmingPrice: '104000', takeProfitPrice: null },
        ...{ nextTargetPrice: '106000', distanceToStopPct: '10', distanceToTargetPct: '6' },
      },
      decisions: [
        { kind: 'OPENED', job: { origin: 'WEBHOOK' }, trace: [] },
        {
          ...{ kind: 'updatePositionExits', job: null },
          trace: expect.arrayContaining([
            { name: 'stop loss distance', value: '10 %', source: 'changed by the owner' },
            { name: 'trailing stop', value: 'on', source: 'changed by the owner' },
            { name: 'time stop', value: '48 h', source: 'changed by the owner' },
            { name: 'target 2', value: '10 %', source: 'changed by the owner: sells 25 % of the position' },
          ]),
        },
      ],
    });
    // Omitted fields keep their value; null clears a number.
    expect((await update(id, { minProfitPct: null, targets: [] })).errors).toEqual([]);
    const after = await send(`{ position(id: ${id}) { slPct minProfitPct targets { id } } }`);
    expect(valueOf(after, 'position')).toEqual({ slPct: '10', minProfitPct: null, targets: [] });
  });

  it('a stop may lie above the opening price, where it keeps a part of the profit', async () => {
    const { id } = await position((await account()).id);
    expect((await update(id, { slEnabled: true, slPct: '-2.5' })).errors).toEqual([]);
    const read = await send(`{ position(id: ${id}) { slPct exitLevels { stopPrice } } }`);
    expect(valueOf(read, 'position')).toEqual({ slPct: '-2.5', exitLevels: { stopPrice: '102500' } });
  });

  it('that contradict each other are refused', async () => {
    const { id } = await position((await account()).id);
    expect(faultOf(await update(id, { tpEnabled: true }))).toEqual(['Refused', 'INVALID_EXITS']);
    const tooMuch = [
      { pct: '5', sharePct: '60' },
      { pct: '10', sharePct: '60' },
    ];
    expect(faultOf(await update(id, { targets: tooMuch }))).toEqual(['Refused', 'INVALID_EXITS']);
  });

  it('the lock can be set and removed', async () => {
    const { id } = await position((await account()).id);
    for (const isLocked of [true, false]) {
      const answer = await send(
        `mutation ($i: SetSellLockInput!) {
          setSellLock(input: $i) { ... on PositionChanged { position { lockSellByWebhook } } } }`,
        { i: { positionId: id, isLocked } },
      );
      expect(valueOf(answer, 'setSellLock')).toEqual({ position: { lockSellByWebhook: isLocked } });
    }
  });

  it('that fired show their price, the inputs of the decision, and the duration', async () => {
    const { id: accountId } = await account();
    const { id } = await position(accountId, { sl_enabled: true, sl_pct: '5' });
    const owner = {
      id: accountId,
      userId: user.id,
      exchange: 'BINANCE_SPOT' as const,
      isSimulation: true,
      testnet: false,
    };
    const tick = { price: d('94000'), at: Date.now() };
    api.prices.set('BTC/USDT', '94000');
    await fireTrigger(api.ctx, { position: { id, symbol: 'BTC/USDT', account: owner }, tick });
    await eventually(async () => expect(await rowOf(id)).toMatchObject({ status: 'CLOSED' }));
    const answer =
      await send(`{ position(id: ${id}) { closeReason slTriggered exitLevels { stopPrice } openOrders { id }
      decisions { kind exitReason trace { name value source } job { origin exitReason exitPrice tickAt decidedAt } } } }`);
    expect(valueOf(answer, 'position')).toEqual({
      ...{ closeReason: 'STOP_LOSS', slTriggered: true, exitLevels: null, openOrders: [] },
      decisions: [
        expect.objectContaining({ kind: 'OPENED' }),
        {
          ...{ kind: 'SOLD', exitReason: 'STOP_LOSS' },
          trace: expect.arrayContaining([
            { name: 'price', value: '94000', source: expect.any(String) },
            { name: 'stop loss', value: '95000', source: '-5 %' },
            { name: 'decision', value: 'STOP_LOSS', source: expect.any(String) },
          ]),
          job: {
            ...{ origin: 'TRIGGER', exitReason: 'STOP_LOSS', exitPrice: '94000' },
            ...{ tickAt: new Date(tick.at).toISOString(), decidedAt: expect.any(String) },
          },
        },
      ],
    });
    const latency = await send('{ triggerLatency { exits tickToAcknowledged { exits p95Ms } } }');
    expect(valueOf(latency, 'triggerLatency')).toEqual({
      exits: 1,
      tickToAcknowledged: { exits: 1, p95Ms: expect.any(Number) },
    });
  });

  it('triggerLatency has percentiles for each stage', async () => {
    const { id } = await account();
    const start = Date.parse('2026-11-24T00:00:00Z');
    for (let n = 1; n <= 20; n++) {
      await database.db.prisma.tradeJob.create({
        data: {
          ...{ exchange_account_id: id, trade_mode: 'SIMULATION', symbol: 'BTC/USDT', side: 'SELL' },
          ...{ order_type: 'MARKET', status: 'FILLED', origin: 'TRIGGER', exit_reason: 'STOP_LOSS' },
          ...{ tick_at: new Date(start), decided_at: new Date(start + n) },
          executions: {
            create: {
              ...{ exchange_account_id: id, trade_mode: 'SIMULATION', exchange: 'BINANCE_SPOT', side: 'SELL' },
              ...{ symbol: 'BTC/USDT' },
              ...{ client_order_id: `latency${id}x${n}`, status_exchange: 'FILLED', order_type: 'MARKET' },
              ...{ requested_qty: '1', send_before: new Date(start) },
              ...{ sent_at: new Date(start + n + 10), acknowledged_at: new Date(start + n + 110) },
            },
          },
        },
      });
    }
    const stage = '{ exits p50Ms p95Ms maxMs }';
    const answer = await send(`{ triggerLatency(last: 20) { exits tickToDecided ${stage} decidedToSent ${stage}
      sentToAcknowledged ${stage} tickToAcknowledged ${stage} } }`);
    expect(valueOf(answer, 'triggerLatency')).toEqual({
      exits: 20,
      tickToDecided: { exits: 20, p50Ms: 10, p95Ms: 19, maxMs: 20 },
      decidedToSent: { exits: 20, p50Ms: 10, p95Ms: 10, maxMs: 10 },
      sentToAcknowledged: { exits: 20, p50Ms: 100, p95Ms: 100, maxMs: 100 },
      tickToAcknowledged: { exits: 20, p50Ms: 120, p95Ms: 129, maxMs: 130 },
    });
  });
});
