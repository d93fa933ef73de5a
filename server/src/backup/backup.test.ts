import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackupFileError } from '../core/operations/backup-format.js';
import { migrate, migrationNames } from '../infra/database/migrate.js';
import { openDatabase } from '../infra/database/database.js';
import { startAuditChain, appendToAuditLog } from '../graphql/audit.js';
import { deposit } from '../vaults/deposit.js';
import { makeUser, makeVault } from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { readTradingHalt } from '../system/trading-halt.store.js';
import { insertHeartbeat } from '../system/heartbeat.store.js';
import { dropSchema, openServer } from './backup.store.js';
import { readBackupFile } from './backup-file.js';
import { withLoadedBackup } from './load-backup.js';
import { restoreBackup } from './restore-backup.js';
import { listBackups, writeBackup } from './write-backup.js';

let t: TestDatabase;
let dir: string;
let ctx: ReturnType<typeof createTestContext>;
const schemas: string[] = [];
const quiet = { info: () => undefined, warn: () => undefined };
const NOW = new Date('2026-11-30T12:00:00.000Z');

beforeEach(async () => {
  [t, dir] = await Promise.all([createTestDatabase(), mkdtemp(path.join(os.tmpdir(), 'mvcash-backup-'))]);
  ctx = createTestContext(t.db);
});
afterEach(async () => {
  const server = await openServer(t.url);
  for (const name of schemas.splice(0)) await dropSchema(server, name);
  await server.end();
  await t.drop();
  await rm(dir, { recursive: true });
});

const place = (extra: { recipient?: string } = {}) => ({ databaseUrl: t.url, dir, product: '0.1.0', ...extra });
const loading = (file: string, extra: { identity?: string } = {}) => ({
  ...{ file, databaseUrl: t.url, secrets: ctx.secrets, log: quiet, ...extra },
});

const TEXT = 'a "note"\n\\ € 🙂';
async function give(userId: number, vaultId: number, amount: string): Promise<void> {
  const input = { vaultId, asset: 'USDT', amount, idempotencyKey: randomUUID() };
  expect(await deposit(ctx, userId, input)).toMatchObject({ ok: true });
}

/** A user, a vault with a history, a chained audit log, and text that is easily broken on its way. */
async function fill(): Promise<{ userId: number; vaultId: number }> {
  const { id: userId } = await makeUser(t.db);
  const { id: vaultId } = await makeVault(t.db, { user_id: userId });
  await give(userId, vaultId, '1234567890.123456789012345678');
  await t.db.query('UPDATE vaults SET description = ? WHERE id = ?', [TEXT, vaultId]);
  await startAuditChain(ctx);
  await appendToAuditLog(ctx, {
    ...{ userId, entity: 'vault', entityId: vaultId, action: 'deposit', changes: { amount: '1' }, createdAtMs: 1 },
    ...{ ip: null, userAgent: 'test', requestId: 'r-1' },
  });
  return { userId, vaultId };
}
const balances = () =>
  t.db.query<Record<string, unknown>[]>('SELECT vault_id, asset, CAST(balance AS CHAR) AS balance FROM vault_balances');

describe('A backup', () => {
  it('is verified by loading it: rows, decimals to the last digit, texts, ledger and audit log', async () => {
    await fill();
    const written = await writeBackup(place(), { now: NOW, keep: 14 });
    const loaded = await withLoadedBackup(loading(written.file), async (one, { url }) => {
      const db = openDatabase(url, { connectionLimit: 1 });
      const rows = await db.query<{ amount: string; description: string }[]>(
        `SELECT CAST(m.amount AS CHAR) AS amount, v.description FROM vault_transactions m JOIN vaults v ON v.id = m.vault_id`,
      );
      await db.close();
      return { ...one, transactions: rows };
    });
    expect(loaded.faults).toEqual([]);
    expect(loaded.rows).toBe(written.rows);
    expect(loaded.transactions).toMatchObject([
      { amount: '5000.000000000000000000' },
      { amount: '1234567890.123456789012345678', description: TEXT },
    ]);
    expect(await listBackups(dir)).toMatchObject([{ name: 'mvcashnode-20261130T120000Z.jsonl.gz' }]);
  });

  it('shows one moment, although others write meanwhile', async () => {
    const { userId, vaultId } = await fill();
    let isDone = false;
    const writing = (async () => {
      while (!isDone) await give(userId, vaultId, '1');
    })();
    for (let turn = 0; turn < 3; turn++) {
      const { file } = await writeBackup(place(), { now: new Date(NOW.getTime() + turn * 1_000) });
      const { faults } = await withLoadedBackup(loading(file), async (one) => one);
      expect(faults).toEqual([]);
    }
    isDone = true;
    await writing;
  });

  it('says what is wrong in it: a changed balance, a deleted row, a broken audit log', async () => {
    await fill();
    await t.db.query("UPDATE vault_balances SET balance = balance + 1 WHERE asset = 'USDT'");
    await t.db.query("UPDATE audit_logs SET action = 'nothing'");
    const { file } = await writeBackup(place(), { now: NOW });
    const { faults } = await withLoadedBackup(loading(file), async (one) => one);
    expect(faults.join('\n')).toMatch(/USDT balance/);
    expect(faults.join('\n')).toMatch(/audit log is broken/);
  });

  it('is refused when it is empty, cut anywhere, changed, or something else', async () => {
    await fill();
    const { file } = await writeBackup(place(), { now: NOW });
    const whole = await readFile(file);
    const readAll = async (bytes: Uint8Array): Promise<void> => {
      const name = path.join(dir, 'broken.jsonl.gz');
      await writeFile(name, bytes);
      for await (const _ of readBackupFile(name));
    };
    await expect(readAll(new Uint8Array())).rejects.toThrow(BackupFileError);
    for (const share of [0.01, 0.2, 0.5, 0.9, 0.999])
      await expect(readAll(whole.subarray(0, Math.floor(whole.length * share)))).rejects.toThrow(BackupFileError);
    for (const at of [30, Math.floor(whole.length / 2), whole.length - 6]) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      await expect(readAll(changed), `byte ${at}`).rejects.toThrow(BackupFileError);
    }
    await expect(readAll(Buffer.from('INSERT INTO users'))).rejects.toThrow(BackupFileError);
    await expect(readAll(whole)).resolves.toBeUndefined();
  });

  it('leaves no partial file behind when it fails', async () => {
    const stop = AbortSignal.abort(new Error('stopped'));
    await fill();
    await expect(writeBackup(place(), { now: NOW, signal: stop })).rejects.toThrow('stopped');
    expect(await readdir(dir)).toEqual([]);
  });

  it('is encrypted for a recipient, and only its identity opens it', async () => {
    await fill();
    const identity = await generateIdentity();
    const recipient = await identityToRecipient(identity);
    const { file } = await writeBackup(place({ recipient }), { now: NOW });
    expect((await readFile(file)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    const { faults } = await withLoadedBackup(loading(file, { identity }), async (one) => one);
    expect(faults).toEqual([]);
    const other = await generateIdentity();
    await expect(withLoadedBackup(loading(file, { identity: other }), async (one) => one)).rejects.toThrow(
      /does not open/,
    );
    await expect(withLoadedBackup(loading(file), async (one) => one)).rejects.toThrow(/BACKUP_AGE_IDENTITY/);
  });

  it('keeps the newest daily ones, and every restore point', async () => {
    await writeBackup(place(), { now: NOW, isRestorePoint: true });
    for (let day = 0; day < 4; day++)
      await writeBackup(place(), { now: new Date(NOW.getTime() + day * 86_400_000), keep: 2 });
    expect((await listBackups(dir)).map(({ name }) => name)).toEqual([
      'mvcashnode-20261203T120000Z.jsonl.gz',
      'mvcashnode-20261202T120000Z.jsonl.gz',
      'mvcashnode-20261130T120000Z-restore-point.jsonl.gz',
    ]);
  });
});

describe('A restore', () => {
  const restore = async (file: string) => {
    const outcome = await restoreBackup({ ...loading(file), place: place(), now: new Date(NOW.getTime() + 60_000) });
    if (outcome.ok) schemas.push(outcome.previousSchema);
    return outcome;
  };

  it('puts the backup in the place of the database, keeps what was there, halts, and ends all sessions', async () => {
    const { userId, vaultId } = await fill();
    await t.db.query(
      `INSERT INTO sessions (id, user_id, expires_at) VALUES ('s1', ?, UTC_TIMESTAMP(3) + INTERVAL 1 DAY)`,
      [userId],
    );
    const before = await balances();
    const { file } = await writeBackup(place(), { now: NOW });
    await give(userId, vaultId, '77');
    const later = await balances();
    const outcome = await restore(file);
    if (!outcome.ok) throw new Error(outcome.why);
    expect(await balances()).toEqual(before);
    expect(await t.db.query('SELECT id FROM sessions')).toEqual([]);
    expect(await readTradingHalt(t.db)).toMatchObject({ userId: null });
    // Ids that an exchange may know are never given again.
    const [next] = await t.db.query<{ n: number }[]>(
      `SELECT AUTO_INCREMENT AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'trade_jobs'`,
    );
    expect(Number(next?.n)).toBeGreaterThan(1_000_000);
    // And back again.
    const back = await restore(outcome.restorePoint);
    expect(back).toMatchObject({ ok: true });
    expect(await balances()).toEqual(later);
  });

  it('of a backup that is not sound changes nothing', async () => {
    await fill();
    await t.db.query('UPDATE vault_balances SET balance = balance + 1');
    const { file } = await writeBackup(place(), { now: NOW });
    await t.db.query('UPDATE vault_balances SET balance = balance - 1');
    const before = await balances();
    expect(await restore(file)).toMatchObject({ ok: false, faults: [expect.stringContaining('USDT balance')] });
    expect(await balances()).toEqual(before);
    expect(await readTradingHalt(t.db)).toBeUndefined();
  });

  it('is refused while the program runs', async () => {
    const { file } = await writeBackup(place(), { now: NOW });
    await insertHeartbeat(t.db, {
      ...{
        at: new Date(),
        service: 'EXECUTOR',
        processId: 7,
        status: 'running',
        cpuPct: 1,
        memoryPct: 1,
        metrics: { host: 'one' },
      },
    });
    expect(await restore(file)).toMatchObject({
      ok: false,
      why: expect.stringContaining('EXECUTOR (process 7 on one)'),
    });
  });

  it('brings a backup of an older version up to date', async () => {
    const old = await createEmptyDatabase();
    try {
      const names = await migrationNames();
      await migrate({ databaseUrl: old.url, log: quiet, only: new Set(names.slice(0, -1)) });
      const { file } = await writeBackup({ ...place(), databaseUrl: old.url }, { now: NOW });
      expect(await restore(file)).toMatchObject({ ok: true });
      expect(await readTradingHalt(t.db)).toMatchObject({ userId: null });
    } finally {
      await old.drop();
    }
  });
});
