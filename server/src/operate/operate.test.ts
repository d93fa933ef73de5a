import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAuditChain } from '../graphql/audit.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeSource, makeUser, makeVault } from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { redeemLink } from '../auth/people/manage-people.js';
import { watchTradingHalt } from '../system/watch-trading-halt.js';
import { verifyAuditLog } from '../system/verify-audit-log.js';
import type { CommandContext } from './command.js';
import { CHECKS } from './doctor.js';
import { COMMANDS } from './run-command.js';

let t: TestDatabase;
let dir: string;
let ctx: CommandContext;
let said: string[] = [];
beforeAll(async () => {
  [t, dir] = await Promise.all([createTestDatabase(), mkdtemp(path.join(os.tmpdir(), 'mvcash-operate-'))]);
  const test = createTestContext(t.db);
  const env = { ...test.env, DATABASE_URL: t.url, REDIS_URL: process.env.REDIS_URL ?? '', BACKUP_DIR: dir };
  ctx = {
    db: t.db,
    clock: test.clock,
    log: test.log,
    secrets: test.secrets,
    env,
    say: (line) => void said.push(line),
    write: () => undefined,
  };
  await startAuditChain(ctx);
});
afterAll(async () => {
  await t.drop();
  await rm(dir, { recursive: true });
});

/** Runs a command as an operator does. */
async function run(name: string, ...args: string[]): Promise<{ code: number; text: string }> {
  said = [];
  const code = await COMMANDS[name]!.run(ctx, args);
  return { code, text: said.join('\n') };
}
const actions = async () =>
  (await t.db.query<{ action: string }[]>('SELECT action FROM audit_logs ORDER BY id')).map(({ action }) => action);

describe('The commands of operators', () => {
  it('show the code of the set-up while there is no user, and say later that there is one', async () => {
    const first = await run('setup-code');
    expect(first.text).toMatch(/Open \S+\/setup#([A-Z2-7]{4}-){3}[A-Z2-7]{4}\n.*until/);
    // It is the code of the program, so a second call shows the same.
    expect(await run('setup-code')).toEqual({ code: 0, text: first.text });
    const { id } = await makeUser(t.db);
    expect(await run('setup-code')).toMatchObject({ code: 1, text: expect.stringContaining('has a user already') });
    await t.db.prisma.user.delete({ where: { id } });
  });

  it('halt and resume trading with real money, which every process learns within a second', async () => {
    const halt = await watchTradingHalt({ db: t.db, log: ctx.log });
    expect(halt.current()).toBeUndefined();
    expect(await run('halt', 'the', 'exchange', 'is', 'in', 'maintenance')).toMatchObject({ code: 0 });
    await eventually(() => expect(halt.current()).toMatchObject({ reason: 'the exchange is in maintenance' }));
    expect((await run('halt', 'again')).text).toMatch(/already.*maintenance/);
    // A process that starts now is halted from its beginning.
    const second = await watchTradingHalt({ db: t.db, log: ctx.log });
    expect(second.current()).toBeDefined();
    await second.stop();
    expect((await run('doctor')).text).toMatch(/WARN {2}trading .*halted: the exchange is in maintenance/);
    expect((await run('resume')).text).toMatch(/resumed/);
    await eventually(() => expect(halt.current()).toBeUndefined());
    await halt.stop();
    expect(await actions()).toEqual(['haltTrading', 'resumeTrading']);
  });

  it('create a user, give out a password link, change roles, reset and switch off; all of it is in the audit log', async () => {
    const made = await run('user', 'create', 'Ana@Example.com', 'admin');
    const token = /#(\S+)/.exec(made.text)?.[1] ?? '';
    expect(await redeemLink(ctx, { token, newPassword: 'a long new password' })).toMatchObject({ ok: true });
    expect(await run('user', 'create', 'ana@example.com')).toMatchObject({ code: 1 });
    expect((await run('user', 'reset', 'ana@example.com')).text).toMatch(/set-password#/);
    expect(await run('user', 'role', 'ana@example.com', 'user')).toMatchObject({
      code: 1,
      text: expect.stringContaining('last active administrator'),
    });
    await run('user', 'create', 'bo@example.com', 'admin', 'user');
    expect(await run('user', 'role', 'ana@example.com', 'user')).toMatchObject({ code: 0 });
    expect((await run('user', '2fa-reset', 'ana@example.com')).text).toMatch(/not on/);
    expect(await run('user', 'deactivate', 'ana@example.com')).toMatchObject({ code: 0 });
    expect(await run('user', 'activate', 'ana@example.com')).toMatchObject({ code: 0 });
    await expect(run('user', 'reset', 'nobody@example.com')).rejects.toThrow(/no user nobody@example.com/);
    await expect(run('user', 'promote', 'bo@example.com')).rejects.toThrow(/Say what to do/);
    await expect(run('user', 'role', 'bo@example.com', 'root')).rejects.toThrow(/no role "root"/);
    expect((await actions()).slice(2)).toEqual([
      ...['createUser', 'createResetLink', 'createUser', 'setRoles', 'deactivateUser', 'activateUser'],
    ]);
    expect(await verifyAuditLog(ctx)).toMatchObject({ isIntact: true });
  });

  it('write, list and verify a backup, and replace the database only when somebody says yes', async () => {
    expect((await run('backups')).text).toMatch(/no backup/);
    expect(await run('backup')).toMatchObject({ code: 0 });
    const [name = ''] = (await run('backups')).text.split('  ');
    expect(await run('verify-backup', name)).toMatchObject({ code: 0, text: expect.stringContaining('sound') });
    await expect(run('restore', name)).rejects.toThrow(/--yes/);
    await expect(run('verify-backup')).rejects.toThrow(/Name the backup/);
    await expect(run('verify-backup', 'mvcashnode-20200101T000000Z.jsonl.gz')).rejects.toThrow(/no such file/);
  });

  it('verify the ledger and the audit log, with exit code 1 for a tampered row', async () => {
    const { id: userId } = await makeUser(t.db);
    const { id: vaultId } = await makeVault(t.db, { user_id: userId });
    expect(await run('verify-ledger')).toMatchObject({ code: 0 });
    await t.db.query('UPDATE vault_balances SET balance = balance + 1 WHERE vault_id = ?', [vaultId]);
    expect(await run('verify-ledger')).toMatchObject({ code: 1, text: expect.stringContaining(`VAULT ${vaultId}`) });
    await t.db.query('UPDATE vault_balances SET balance = balance - 1 WHERE vault_id = ?', [vaultId]);
    expect(await run('verify-audit')).toMatchObject({ code: 0 });
    await t.db.query("UPDATE audit_logs SET action = 'nothing' ORDER BY id LIMIT 1");
    expect(await run('verify-audit')).toMatchObject({ code: 1 });
  });
});

describe('The doctor', () => {
  it('makes at least twenty checks, and says what to do about each that does not pass', async () => {
    expect(Object.keys(CHECKS).length).toBeGreaterThanOrEqual(20);
    const { text } = await run('doctor');
    for (const name of Object.keys(CHECKS)) expect(text).toContain(name);
    const lines = text.split('\n');
    const bad = lines.flatMap((line, index) => (/^(WARN|FAIL)/.test(line) ? [lines[index + 1] ?? ''] : []));
    expect(bad.length).toBeGreaterThan(0);
    for (const advice of bad) expect(advice).toMatch(/→ \S/);
  });

  it('finds secrets that no key opens, and a migration of a newer version', async () => {
    const { id } = await makeSource(t.db, { owner_user_id: (await makeUser(t.db)).id });
    await t.db.query("UPDATE webhook_sources SET signing_secret_enc = 'v1:other:AAAA' WHERE id = ?", [id]);
    await t.db.query(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29991231_later', UTC_TIMESTAMP(3))",
    );
    const { code, text } = await run('doctor');
    expect(code).toBe(1);
    expect(text).toMatch(/FAIL {2}secrets .*1 of/);
    expect(text).toMatch(/FAIL {2}migrations .*newer version/);
    await t.db.query("DELETE FROM _prisma_migrations WHERE id = 'x'");
    await t.db.query('UPDATE webhook_sources SET signing_secret_enc = NULL WHERE id = ?', [id]);
  });
});

describe('A support bundle', () => {
  it('has no word of any text, number of money or secret of the database or the settings', async () => {
    const canary = 'canary7f3a';
    const { id: userId } = await makeUser(t.db, { email: `${canary}@example.com` });
    await makeAccount(t.db, { user_id: userId, label: canary });
    const { id: vaultId } = await makeVault(t.db, { user_id: userId, name: canary });
    await makeSource(t.db, { owner_user_id: userId, label: canary, webhook_code: canary });
    await t.db.query('UPDATE vaults SET description = ? WHERE id = ?', [canary, vaultId]);
    await t.db.query(
      `INSERT INTO system_alerts (alert_type, severity, message, service_name, metadata_json, user_id)
       VALUES ('WALLET_SHORT', 'high', ?, NULL, JSON_OBJECT('note', ?), ?)`,
      [canary, canary, userId],
    );
    const [key] = ctx.env.SECRET_KEYS;
    const file = path.join(dir, 'bundle.json.gz');
    expect(await run('support-bundle', file)).toMatchObject({ code: 0 });
    const text = gunzipSync(await readFile(file)).toString();
    expect(JSON.parse(text)).toMatchObject({ versions: { node: process.version }, isHalted: false });
    for (const secret of [
      canary,
      key?.key.toString('base64') ?? '?',
      new URL(ctx.env.DATABASE_URL).password,
      '@example.com',
    ])
      expect(text, 'a secret is in the bundle').not.toContain(secret);
  });
});
