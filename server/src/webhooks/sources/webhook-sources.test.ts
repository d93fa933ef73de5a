import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount, makeSource, makeUser } from '../../testing/make.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { bindAccount } from './bind-account.js';
import { createWebhookSource } from './create-webhook-source.js';
import { curlExample } from './curl-example.js';
import { TRADINGVIEW_IPS } from '../ingest/ip-rules.js';
import { removeWebhookSecret } from './remove-webhook-secret.js';
import { rotateWebhookSecret } from './rotate-webhook-secret.js';
import type { Refusal } from '../../core/reasons.js';
import type { NewSource, SourceChanged, SourceChanges } from './source-settings.js';
import { unbindAccount } from './unbind-account.js';
import { updateWebhookSource } from './update-webhook-source.js';

let server: WebhookTestServer;
let owner: number;
let stranger: number;
beforeAll(async () => {
  server = await startWebhookServer();
  owner = (await makeUser(server.ctx.db)).id;
  stranger = (await makeUser(server.ctx.db)).id;
});
afterAll(() => server.close());

const value = <T extends { ok: true }>(outcome: T | Refusal): T => {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome;
};
const sourceOf = (outcome: SourceChanged) => value(outcome).source;
const fault = (outcome: { ok: true } | Refusal) => (outcome.ok ? null : outcome);
const confirmPassword = async () => undefined;
const create = async (changes = {}) => {
  const settings: NewSource = { label: 'Alerts', tradeMode: 'SIMULATION', ...changes };
  return sourceOf(await createWebhookSource(server.ctx, owner, settings, confirmPassword));
};
const update = (userId: number, changes: SourceChanges) =>
  updateWebhookSource(server.ctx, userId, changes, confirmPassword);

describe('a webhook source', () => {
  it('starts open, with its own address and the usual limits', async () => {
    const [one, two] = [await create(), await create()];
    expect(one).toMatchObject({
      ...{
        owner_user_id: owner,
        label: 'Alerts',
        trade_mode: 'SIMULATION',
        allowed_ips_json: [],
        require_signature: false,
      },
      ...{ rate_limit_per_min: 60, identity_window_sec: 30, max_lag_sec: null, is_active: true, admin_locked: false },
    });
    expect(one.webhook_code).toMatch(/^[0-9a-z]{26}$/);
    expect(one.webhook_code).not.toBe(two.webhook_code);
  });
  it('adds TradingView to its list and removes it', async () => {
    const source = await create({ allowedIps: [' 10.0.0.0/8 '], allowTradingView: true });
    expect(source.allowed_ips_json).toEqual(['10.0.0.0/8', ...TRADINGVIEW_IPS]);
    const without = sourceOf(await update(owner, { id: source.id, allowTradingView: false }));
    expect(without.allowed_ips_json).toEqual(['10.0.0.0/8']);
  });
  it.each([
    [{ label: '  ' }, 'label'],
    [{ label: 'x'.repeat(121) }, 'label'],
    [{ tradeMode: 'PAPER' }, 'tradeMode'],
    [{ allowedIps: ['10.0.0'] }, 'allowedIps'],
    [{ allowedIps: Array.from({ length: 201 }, () => '10.0.0.1') }, 'allowedIps'],
    [{ rateLimitPerMin: 0 }, 'rateLimitPerMin'],
    [{ rateLimitPerMin: 6001 }, 'rateLimitPerMin'],
    [{ identityWindowSec: -1 }, 'identityWindowSec'],
    [{ maxLagSec: 0 }, 'maxLagSec'],
  ])('is not made of %j', async (changes, field) => {
    const settings = { label: 'Alerts', tradeMode: 'SIMULATION', ...changes } as never;
    const outcome = await createWebhookSource(server.ctx, owner, settings, confirmPassword);
    expect(fault(outcome)).toMatchObject({ code: 'INVALID_INPUT', field });
  });
  it('changes what is given and keeps the rest', async () => {
    const source = await create({ maxLagSec: 60, allowedIps: ['10.0.0.1'] });
    const changed = sourceOf(
      await update(owner, {
        id: source.id,
        label: 'New',
        isActive: false,
        requireSignature: null,
      }),
    );
    expect(changed).toMatchObject({
      label: 'New',
      is_active: false,
      max_lag_sec: 60,
      allowed_ips_json: ['10.0.0.1'],
      require_signature: false,
    });
    const cleared = sourceOf(await update(owner, { id: source.id, maxLagSec: null, allowedIps: [] }));
    expect(cleared).toMatchObject({ label: 'New', max_lag_sec: null, allowed_ips_json: [] });
  });
  it('for real money asks for the password when it is made and when it is switched on, and at no other change', async () => {
    let asked = 0;
    const confirm = async () => void asked++;
    const settings: NewSource = { label: 'Alerts', tradeMode: 'REAL' };
    const { id } = sourceOf(await createWebhookSource(server.ctx, owner, settings, confirm));
    expect(asked).toBe(1);
    const change = async (changes: Omit<SourceChanges, 'id'>) =>
      sourceOf(await updateWebhookSource(server.ctx, owner, { id, ...changes }, confirm));
    await change({ isActive: true });
    await change({ isActive: false });
    await change({ label: 'New' });
    expect(asked).toBe(1);
    expect(await change({ isActive: true })).toMatchObject({ is_active: true, label: 'New' });
    expect(asked).toBe(2);
  });
  it('for real money that is switched off at the same moment is not switched on without the password', async () => {
    const { id } = await create({ tradeMode: 'REAL' });
    const wrong = new Error('wrong password');
    let switching: Promise<unknown> | undefined;
    await server.ctx.db.transaction(async (tx) => {
      await tx.query('UPDATE webhook_sources SET is_active = FALSE WHERE id = ?', [id]);
      switching = updateWebhookSource(server.ctx, owner, { id, isActive: true }, () => Promise.reject(wrong));
      switching.catch(() => undefined);
    });
    await expect(switching).rejects.toBe(wrong);
    expect(await server.ctx.db.prisma.webhookSource.findUnique({ where: { id } })).toMatchObject({ is_active: false });
  });
  it('can be changed only by its owner', async () => {
    const { id } = await create();
    const { id: accountId } = await makeAccount(server.ctx.db, { user_id: stranger });
    const attempts = [
      await update(stranger, { id, label: 'mine' }),
      await rotateWebhookSecret(server.ctx, stranger, { sourceId: id, kind: 'BODY_TOKEN' }),
      await removeWebhookSecret(server.ctx, stranger, { sourceId: id, kind: 'BODY_TOKEN' }, async () => undefined),
      await bindAccount(server.ctx, stranger, { sourceId: id, accountId }),
      await unbindAccount(server.ctx, stranger, { sourceId: id, accountId }),
      await bindAccount(server.ctx, owner, { sourceId: id, accountId }),
    ];
    expect(attempts.map((outcome) => fault(outcome)?.code)).toEqual([
      ...Array(5).fill('SOURCE_NOT_FOUND'),
      'ACCOUNT_NOT_FOUND',
    ]);
    expect(await server.ctx.db.prisma.accountWebhookBinding.count({ where: { webhook_source_id: id } })).toBe(0);
  });
});

describe('secrets of a source', () => {
  it('are shown only once and stored sealed or hashed', async () => {
    const { id } = await create();
    const signing = value(await rotateWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'SIGNING_SECRET' }));
    const token = value(await rotateWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'BODY_TOKEN' }));
    expect(Buffer.from(signing.secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    const row = JSON.stringify(await server.ctx.db.query('SELECT * FROM webhook_sources WHERE id = ?', [id]));
    for (const secret of [signing.secret, signing.secret.slice(6), token.secret]) expect(row).not.toContain(secret);
    expect(token.source.body_token_hash).toMatch(/^[0-9a-f]{64}$/);
    const again = value(await rotateWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'SIGNING_SECRET' }));
    expect(again.secret).not.toBe(signing.secret);
  });
  it('sealed for one source do not open for another', async () => {
    const [one, two] = [await create(), await create()];
    const { source } = value(
      await rotateWebhookSecret(server.ctx, owner, { sourceId: one.id, kind: 'SIGNING_SECRET' }),
    );
    expect(() =>
      server.ctx.secrets.open(source.signing_secret_enc ?? '', `webhook_sources.signing_secret_enc:${two.id}`),
    ).toThrow();
  });
  it('can be removed, unless the source would then refuse everything', async () => {
    const { id } = await create({ requireSignature: true });
    await rotateWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'SIGNING_SECRET' });
    await rotateWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'BODY_TOKEN' });
    expect(
      fault(
        await removeWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'SIGNING_SECRET' }, async () => undefined),
      ),
    ).toMatchObject({ code: 'INVALID_INPUT' });
    expect(
      sourceOf(
        await removeWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'BODY_TOKEN' }, async () => undefined),
      ).body_token_hash,
    ).toBeNull();
    await update(owner, { id, requireSignature: false });
    expect(
      sourceOf(
        await removeWebhookSecret(server.ctx, owner, { sourceId: id, kind: 'SIGNING_SECRET' }, async () => undefined),
      ).signing_secret_enc,
    ).toBeNull();
  });
});

describe('bindings', () => {
  it('join a source and an account once, with a weight to the last digit', async () => {
    const { id: sourceId } = await create();
    const { id: accountId } = await makeAccount(server.ctx.db, { user_id: owner });
    const weight = '0.123456789012345678';
    await Promise.all(Array.from({ length: 5 }, () => bindAccount(server.ctx, owner, { sourceId, accountId, weight })));
    const [binding, ...others] = await server.ctx.db.prisma.accountWebhookBinding.findMany({
      where: { webhook_source_id: sourceId },
    });
    expect(others).toEqual([]);
    expect(binding?.weight?.toFixed()).toBe(weight);
    value(await bindAccount(server.ctx, owner, { sourceId, accountId, isActive: false }));
    expect(await server.ctx.db.prisma.accountWebhookBinding.findFirst({ where: { id: binding!.id } })).toMatchObject({
      is_active: false,
      weight: null,
    });
    value(await unbindAccount(server.ctx, owner, { sourceId, accountId }));
    expect(fault(await unbindAccount(server.ctx, owner, { sourceId, accountId }))).toMatchObject({
      code: 'BINDING_NOT_FOUND',
    });
  });
  it.each([
    ['SIMULATION', false],
    ['REAL', true],
  ])('never join a %s source and an account with is_simulation %s', async (tradeMode, is_simulation) => {
    const { id: sourceId } = await create({ tradeMode });
    const { id: accountId } = await makeAccount(server.ctx.db, { user_id: owner, is_simulation });
    expect(fault(await bindAccount(server.ctx, owner, { sourceId, accountId }))).toMatchObject({
      code: 'MODE_MISMATCH',
    });
  });
  it.each(['0', '-1', '1e3', '1001', 'abc', '', '0.1234567890123456789'])('take no weight of "%s"', async (weight) => {
    const { id: sourceId } = await create();
    const { id: accountId } = await makeAccount(server.ctx.db, { user_id: owner });
    expect(fault(await bindAccount(server.ctx, owner, { sourceId, accountId, weight }))).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'weight',
    });
  });
});

describe('the curl example', () => {
  const run = async (command: string) =>
    JSON.parse((await promisify(execFile)('bash', ['-c', command], { timeout: 20_000 })).stdout) as Record<
      string,
      unknown
    >;

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('works as it stands (signed %s, token %s)', async (requireSignature, withToken) => {
    const source = await makeSource(server.ctx.db, { owner_user_id: owner, require_signature: requireSignature });
    const rotate = async (kind: 'SIGNING_SECRET' | 'BODY_TOKEN') =>
      value(await rotateWebhookSecret(server.ctx, owner, { sourceId: source.id, kind })).secret;
    const signingSecret = await rotate('SIGNING_SECRET');
    const bodyToken = withToken ? await rotate('BODY_TOKEN') : undefined;
    const current = await server.ctx.db.prisma.webhookSource.findUniqueOrThrow({ where: { id: source.id } });
    const answer = await run(curlExample(current, server.url, { signingSecret, ...(bodyToken && { bodyToken }) }));
    expect(answer).toMatchObject({ action: 'BUY_SIGNAL', symbol: 'BTC/USDT', duplicate: false });
    if (requireSignature || withToken) {
      expect(await run(curlExample(current, server.url))).toMatchObject({
        error: { code: requireSignature ? 'SIGNATURE_INVALID' : 'TOKEN_INVALID' },
      });
    }
  });
});
