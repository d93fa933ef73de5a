import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { isToolMissing } from '../testing/missing-tool.js';
import { connectionOptions, openDatabase } from './database/database.js';
import { openRedis } from './redis/redis.js';

const OURS = process.env.REDIS_SERVER_PATH ?? 'redis-server';
const isMissing = [
  isToolMissing(OURS, ['--version'], 'TLS to Redis is not tried'),
  isToolMissing('openssl', ['version'], 'TLS to the database and to Redis is not tried'),
].some(Boolean);
const isMariaDbMissing =
  isMissing || isToolMissing('mariadb-install-db', ['--help'], 'TLS to the database is not tried');

let folder: string;
const running: ChildProcess[] = [];
const file = (name: string) => path.join(folder, name);
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}
const listens = (port: number) =>
  eventually(async () => {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  }, 30_000);

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-tls-'));
  if (isMissing) return;
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  for (const name of ['ours', 'other'])
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.pem`),
    ]);
});
afterAll(async () => {
  for (const child of running) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('the address of the database', () => {
  const options = (query: string) => connectionOptions(`mysql://u:p@127.0.0.1:3306/mvcash${query}`);

  it('asks for no TLS, or for TLS with a checked certificate, and never for an unchecked one', () => {
    expect(options('')).not.toHaveProperty('ssl');
    expect(options('?ssl=false')).not.toHaveProperty('ssl');
    expect(options('?ssl=true').ssl).toBe(true);
    expect(options('?ssl=true').database).toBe('mvcash');
    expect(() => options('?ssl=insecure')).toThrow('must be true or false');
    expect(() => options('?sslCa=/nowhere/ca.pem')).toThrow('ENOENT');
  });

  it.skipIf(isMariaDbMissing)(
    'reaches a MariaDB over TLS with its authority, and refuses another',
    async () => {
      const port = await freePort();
      const user = os.userInfo().username;
      const dir = file('mysql');
      spawnSync('mariadb-install-db', [
        `--datadir=${dir}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        `--user=${user}`,
      ]);
      const flags = [
        `--datadir=${dir}`,
        `--socket=${file('mysql.sock')}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        '--skip-networking=0',
        `--user=${user}`,
      ];
      const tls = [`--ssl-cert=${file('ours.pem')}`, `--ssl-key=${file('ours.key')}`, '--require-secure-transport=1'];
      running.push(spawn('mariadbd', ['--no-defaults', ...flags, ...tls], { stdio: 'ignore' }));
      await listens(port);
      const cipherWith = async (query: string) => {
        const db = openDatabase(`mysql://root@127.0.0.1:${port}/mysql${query}`, { connectionLimit: 2 });
        try {
          const [row] = await db.query<{ Value: string }[]>("SHOW STATUS LIKE 'Ssl_cipher'");
          return row?.Value;
        } finally {
          await db.close();
        }
      };
      expect(await cipherWith(`?sslCa=${encodeURIComponent(file('ours.pem'))}`)).toMatch(/^TLS_|-/);
      await expect(cipherWith(`?sslCa=${encodeURIComponent(file('other.pem'))}`)).rejects.toThrow();
      await expect(cipherWith('?ssl=true')).rejects.toThrow();
    },
    90_000,
  );
});

describe('the address of Redis', () => {
  it.skipIf(isMissing)(
    'reaches a Redis over TLS with its authority, and refuses another',
    async () => {
      const port = await freePort();
      const tls = ['--tls-cert-file', file('ours.pem'), '--tls-key-file', file('ours.key'), '--tls-auth-clients', 'no'];
      running.push(
        spawn(OURS, ['--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--save', '', ...tls], {
          stdio: 'ignore',
        }),
      );
      await listens(port);
      const stateWith = async (query: string) => {
        const link = await openRedis(`rediss://127.0.0.1:${port}${query}`, 'test');
        try {
          return link.isUp() || (await link.commands.ping().catch(() => 'refused'));
        } finally {
          await link.close();
        }
      };
      expect(['PONG', true]).toContain(await stateWith(`?sslCa=${encodeURIComponent(file('ours.pem'))}`));
      expect(await stateWith(`?sslCa=${encodeURIComponent(file('other.pem'))}`)).toBe('refused');
      expect(await stateWith('')).toBe('refused');
    },
    60_000,
  );
});
