import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeBinding, makeParameter, makePosition, makeSource, makeVault } from '../../testing/make.js';
import { PASSWORD, type GraphqlAnswer } from '../../testing/test-api.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { createDryRunner, sweepDryRuns } from './create-dry-runner.js';
import { decideDryRuns } from './decide-dry-runs.js';

let api: TradingApi;
let owner: Awaited<ReturnType<TradingApi['newUser']>>;
beforeAll(async () => {
  api = await startTradingApi();
  owner = await api.newUser();
});
afterAll(() => api.close());

const RECEIPT = `query ($receipt: String!) { webhookReceipt(receipt: $receipt) {
  id dryRun result { outcome wouldTrade jobs traded reasonCode }
  timeline { stage } source { dryRun }
  events { status account { id } jobs { id } timeline { stage } dryRun {
    status symbol side orderType quoteAmount baseQuantity limitPrice price reasonCode reasonMessage decidedAt trace { name }
  } } } }`;
interface Run {
  status: string;
  reasonCode: string | null;
  baseQuantity: string | null;
  quoteAmount: string | null;
}
interface Receipt {
  dryRun: boolean;
  result: { outcome: string; wouldTrade: number; jobs: number; reasonCode: string | null };
  timeline: { stage: string }[];
  events: { status: string; jobs: unknown[]; dryRun: Run | null; timeline: { stage: string }[] }[];
}
const dataOf = <T>({ data, errors }: GraphqlAnswer): T => {
  expect(errors ?? []).toEqual([]);
  return data as T;
};

/** A source that runs dry, bound to an account with a parameter and a vault. */
async function dryWorld({ dry = true, parameter = {} }: { dry?: boolean; parameter?: object } = {}) {
  const { db } = api.database;
  api.prices.set('BTC/USDT', '100000');
  const account = await makeAccount(db, { user_id: owner.id });
  const vault = await makeVault(db, { user_id: owner.id });
  await makeParameter(db, {
    ...{ user_id: owner.id, exchange_account_id: account.id, vault_id: vault.id, quote_amount_fixed: '500' },
    ...parameter,
  });
  const source = await makeSource(db, { owner_user_id: owner.id, dry_run: dry, rate_limit_per_min: 6000 });
  await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
  return { account, vault, source };
}
const post = async (code: string, body: string) => {
  const response = await fetch(`${api.url}/webhooks/${code}`, { method: 'POST', body });
  return { status: response.status, answer: (await response.json()) as Record<string, never> };
};
const receiptOf = async (receipt: string): Promise<Receipt> =>
  dataOf<{ webhookReceipt: Receipt }>(await api.send(RECEIPT, { receipt }, owner.cookie)).webhookReceipt;
const decided = (receipt: string): Promise<Receipt> =>
  eventually(async () => {
    const found = await receiptOf(receipt);
    expect(found.result.outcome).not.toBe('ON_ITS_WAY');
    return found;
  });
const vaultOf = async (id: number) => {
  const { balance, reserved } = await api.database.db.prisma.vaultBalance.findFirstOrThrow({ where: { vault_id: id } });
  return { balance: balance.toFixed(), reserved: reserved.toFixed() };
};
const jobsOf = (accountId: number) =>
  api.database.db.prisma.tradeJob.count({ where: { exchange_account_id: accountId } });

describe('a signal of a source that runs dry', () => {
  it('gets its receipt, which says what would have been traded; there is no job and the vault is untouched', async () => {
    const { account, vault, source } = await dryWorld();
    const { status, answer } = await post(source.webhook_code, 'BTCUSDT buy');
    expect({ status, ...answer }).toMatchObject({ status: 202, action: 'BUY_SIGNAL', accounts: 1, dry_run: true });
    const found = await decided(answer.receipt!);
    expect(found).toMatchObject({
      dryRun: true,
      result: { outcome: 'WOULD_TRADE', wouldTrade: 1, jobs: 0, traded: 0 },
    });
    expect(found.events).toMatchObject([
      {
        ...{ status: 'PROCESSED', jobs: [], account: { id: String(account.id) } },
        dryRun: {
          ...{ status: 'WOULD_TRADE', symbol: 'BTC/USDT', side: 'BUY', orderType: 'MARKET', reasonCode: null },
          ...{ quoteAmount: '500', baseQuantity: '0.005', limitPrice: null, price: '100000' },
        },
      },
    ]);
    expect(found.timeline.map(({ stage }) => stage)).toEqual(['RECEIVED', 'VERIFIED', 'READ', 'COMMITTED', 'PLANNED']);
    expect(found.events[0]?.timeline).toEqual(found.timeline);
    expect(await jobsOf(account.id)).toBe(0);
    expect(await vaultOf(vault.id)).toEqual({ balance: '5000', reserved: '0' });
    expect(await api.database.db.prisma.vaultTransaction.count({ where: { vault_id: vault.id } })).toBe(1);
    const seen = await fetch(`${api.url}/webhooks/${source.webhook_code}/receipts/${answer.receipt}`);
    expect(await seen.json()).toMatchObject({ accounts: [{ status: 'WOULD_TRADE', reason: null, progress: null }] });
  });

  it('counts once: a repeat creates nothing', async () => {
    const { source } = await dryWorld();
    const first = await post(source.webhook_code, '{"text":"BTCUSDT buy","id":"a1"}');
    const again = await post(source.webhook_code, '{"text":"BTCUSDT buy","id":"a1"}');
    expect(again).toMatchObject({ status: 200, answer: { duplicate: true, receipt: first.answer.receipt } });
    await decided(first.answer.receipt!);
    expect(
      await api.database.db.prisma.dryRun.count({ where: { webhook_event: { webhook_source_id: source.id } } }),
    ).toBe(1);
  });

  it('sells nothing: the positions that it would close stay open and free', async () => {
    const { account, source } = await dryWorld();
    const position = await makePosition(api.database.db, { exchange_account_id: account.id });
    const before = await jobsOf(account.id);
    const { answer } = await post(source.webhook_code, 'BTCUSDT sell');
    const found = await decided(answer.receipt!);
    expect(found.events[0]?.dryRun).toMatchObject({ status: 'WOULD_TRADE', side: 'SELL', baseQuantity: '0.001' });
    expect(await jobsOf(account.id)).toBe(before);
    const { status, qty_reserved, qty_remaining } = await api.database.db.prisma.tradePosition.findUniqueOrThrow({
      where: { id: position.id },
    });
    expect([status, qty_reserved.toFixed(), qty_remaining.toFixed()]).toEqual(['OPEN', '0', '0.001']);
  });

  it.each([
    ['no parameter', 'ETHUSDT buy', {}, 'MISSING_TRADE_PARAMETER'],
    ['too little capital', 'BTCUSDT buy', { quote_amount_fixed: '6000' }, 'INSUFFICIENT_BALANCE'],
    ['too small an order', 'BTCUSDT buy', { quote_amount_fixed: '1' }, 'MIN_NOTIONAL_NOT_MET'],
    ['nothing to sell', 'BTCUSDT sell', {}, 'NO_ELIGIBLE_POSITIONS'],
    ['a worse price', 'BTCUSDT buy (90000)', { slippage_bps: 10 }, 'SLIPPAGE_EXCEEDED'],
  ])('says why it would not have traded: %s', async (_why, message, parameter, code) => {
    const { account, source } = await dryWorld({ parameter });
    const { answer } = await post(source.webhook_code, message);
    const found = await decided(answer.receipt!);
    expect(found.result).toMatchObject({ outcome: 'WOULD_SKIP', wouldTrade: 0, jobs: 0, reasonCode: code });
    expect(found.events[0]?.dryRun).toMatchObject({ status: 'WOULD_SKIP', reasonCode: code, baseQuantity: null });
    expect(await jobsOf(account.id)).toBe(0);
  });

  it('says so for an account that is switched off, and one whose entries are paused', async () => {
    const { account, source } = await dryWorld();
    const off = await makeAccount(api.database.db, { user_id: owner.id, is_active: false });
    await makeBinding(api.database.db, { webhook_source_id: source.id, exchange_account_id: off.id });
    await api.database.db.query('UPDATE exchange_accounts SET entries_paused_at = UTC_TIMESTAMP(3) WHERE id = ?', [
      account.id,
    ]);
    const { answer } = await post(source.webhook_code, 'BTCUSDT buy');
    const found = await decided(answer.receipt!);
    expect(found.events.map(({ dryRun }) => dryRun?.reasonCode)).toEqual(['ENTRIES_PAUSED', 'ACCOUNT_INACTIVE']);
  });

  it('counts against the limits of the parameter for the next dry run, and for no order', async () => {
    const { account, source } = await dryWorld({ parameter: { max_orders_per_hour: 1 } });
    const receipts: string[] = [];
    for (const id of ['n1', 'n2'])
      receipts.push((await post(source.webhook_code, `{"text":"BTCUSDT buy","id":"${id}"}`)).answer.receipt!);
    const outcomes: (string | null)[] = [];
    for (const receipt of receipts) outcomes.push((await decided(receipt)).result.reasonCode);
    expect(outcomes).toEqual([null, 'RATE_LIMIT_EXCEEDED']);
    const live = await makeSource(api.database.db, { owner_user_id: owner.id });
    await makeBinding(api.database.db, { webhook_source_id: live.id, exchange_account_id: account.id });
    const { answer } = await post(live.webhook_code, 'BTCUSDT buy');
    expect((await decided(answer.receipt!)).result).toMatchObject({ outcome: 'FILLED', jobs: 1 });
  });

  it('that is not understood, or has no account, is what it always was', async () => {
    const { source } = await dryWorld();
    const unread = await post(source.webhook_code, 'BTCUSDT buy sell');
    expect(unread.answer).toMatchObject({ action: 'UNKNOWN', dry_run: true });
    expect(await receiptOf(unread.answer.receipt!)).toMatchObject({ dryRun: true, result: { outcome: 'UNREADABLE' } });
    const alone = await makeSource(api.database.db, { owner_user_id: owner.id, dry_run: true });
    const { answer } = await post(alone.webhook_code, 'BTCUSDT buy');
    expect(await receiptOf(answer.receipt!)).toMatchObject({ result: { outcome: 'NO_ACCOUNT', jobs: 0 } });
  });

  it('trades again from the moment on that the switch is back, and not before', async () => {
    const { account, vault, source } = await dryWorld();
    const change = `mutation ($i: UpdateWebhookSourceInput!) { updateWebhookSource(input: $i) { source { dryRun } } }`;
    const turn = async (dryRun: boolean) =>
      dataOf<{ updateWebhookSource: { source: { dryRun: boolean } } }>(
        await api.send(change, { i: { id: String(source.id), dryRun } }, owner.cookie),
      ).updateWebhookSource.source.dryRun;
    const { answer: dry } = await post(source.webhook_code, '{"text":"BTCUSDT buy","id":"x1"}');
    expect(await turn(false)).toBe(false);
    const { answer: live } = await post(source.webhook_code, '{"text":"BTCUSDT buy","id":"x2"}');
    expect(live.dry_run).toBeUndefined();
    expect((await decided(live.receipt!)).result).toMatchObject({ outcome: 'FILLED', jobs: 1, wouldTrade: 0 });
    expect(await vaultOf(vault.id)).not.toEqual({ balance: '5000', reserved: '0' });
    expect(await jobsOf(account.id)).toBe(1);
    expect(await turn(true)).toBe(true);
    expect((await decided(dry.receipt!)).result.outcome).toBe('WOULD_TRADE');
    expect((await decided(live.receipt!)).dryRun).toBe(false);
    const list = `query ($f: WebhookReceiptFilter) { webhookReceipts(first: 10, filter: $f) { edges { node { receipt } } } }`;
    const names = async (dryRun: boolean) =>
      dataOf<{ webhookReceipts: { edges: { node: { receipt: string } }[] } }>(
        await api.send(list, { f: { sourceId: String(source.id), dryRun } }, owner.cookie),
      ).webhookReceipts.edges.map(({ node }) => node.receipt);
    expect([await names(true), await names(false)]).toEqual([[dry.receipt], [live.receipt]]);
  });
});

describe('deciding dry runs', () => {
  /** A dry run whose process died between the commit and the decision. */
  async function lost(world: Awaited<ReturnType<typeof dryWorld>>, createdAt = new Date()) {
    const { db } = api.database;
    const { answer } = await post(world.source.webhook_code, `{"text":"BTCUSDT buy","id":"${createdAt.getTime()}"}`);
    await decided(answer.receipt!);
    await db.query(
      `UPDATE dry_runs w JOIN webhook_events e ON e.id = w.webhook_event_id SET w.status = 'PENDING', w.decided_at = NULL,
         e.status = 'RECEIVED', w.created_at = ?, e.created_at = ? WHERE e.webhook_source_id = ?`,
      [createdAt, createdAt, world.source.id],
    );
    return String(answer.receipt);
  }

  it('what a dead process left is decided by an executor', async () => {
    const receipt = await lost(await dryWorld(), new Date(Date.now() - 5_000));
    expect((await decided(receipt)).result.outcome).toBe('WOULD_TRADE');
  });

  it('what waited too long is stale, as its job would be', async () => {
    const world = await dryWorld();
    const receipt = await lost(world, new Date(Date.now() - 3_600_000));
    await sweepDryRuns(api.ctx);
    expect((await decided(receipt)).result).toMatchObject({ outcome: 'WOULD_SKIP', reasonCode: 'STALE_SIGNAL' });
  });

  it('two processes decide it once', async () => {
    const receipt = await lost(await dryWorld());
    const counts = await Promise.all([decideDryRuns(api.ctx, { receipt }), decideDryRuns(api.ctx, { receipt })]);
    expect(counts.toSorted()).toEqual([0, 1]);
  });

  it('one without a price waits for it while the signal is fresh', async () => {
    const world = await dryWorld();
    const receipt = await lost(world);
    api.prices.set('BTC/USDT', '100000', 0);
    expect(await decideDryRuns(api.ctx, { receipt })).toBe(0);
    expect((await receiptOf(receipt)).result.outcome).toBe('ON_ITS_WAY');
    api.prices.set('BTC/USDT', '100000');
    expect((await decided(receipt)).result.outcome).toBe('WOULD_TRADE');
  });

  it('a failure is logged and disturbs nobody', async () => {
    const runner = createDryRunner({
      ...api.ctx,
      db: { ...api.ctx.db, query: () => Promise.reject(new Error('the database is away')) },
    });
    runner.decide({ sourceId: 1, receipt: 'x' });
    await runner.stop();
    expect(api.logged.some((line) => line.includes('a dry run could not be decided'))).toBe(true);
  });
});

describe('ending the dry run of a source for real money', () => {
  const change = `mutation ($i: UpdateWebhookSourceInput!) { updateWebhookSource(input: $i) { source { dryRun } } }`;
  it('needs the password; beginning it does not', async () => {
    const source = await makeSource(api.database.db, { owner_user_id: owner.id, trade_mode: 'REAL' });
    const turn = (i: object) => api.send(change, { i: { id: String(source.id), ...i } }, owner.cookie);
    expect(dataOf(await turn({ dryRun: true }))).toEqual({ updateWebhookSource: { source: { dryRun: true } } });
    expect((await turn({ dryRun: false })).code).toBe('FORBIDDEN');
    expect(dataOf(await turn({ dryRun: false, password: PASSWORD }))).toEqual({
      updateWebhookSource: { source: { dryRun: false } },
    });
  });

  it('is no business of anybody else', async () => {
    const { source } = await dryWorld();
    const { answer } = await post(source.webhook_code, 'BTCUSDT buy');
    const stranger = await api.newUser();
    const { data } = await api.send(RECEIPT, { receipt: answer.receipt }, stranger.cookie);
    expect(data?.webhookReceipt).toBeNull();
    expect((await api.send(change, { i: { id: String(source.id), dryRun: false } }, stranger.cookie)).code).toBe(
      'NOT_FOUND',
    );
  });
});
