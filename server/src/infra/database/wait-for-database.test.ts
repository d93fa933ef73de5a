import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createContext } from '../../create-context.js';
import { loadEnv } from '../../env.js';
import { eventually } from '../../testing/eventually.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { DatabaseError, waitForDatabase } from './wait-for-database.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.drop());

const log = { warn: () => undefined };
const changed = (change: (url: URL) => void): string => {
  const url = new URL(t.url);
  change(url);
  return url.href;
};
/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
const NEVER_MS = 3_600_000;

it('a database that answers is not waited for', async () => {
  await expect(waitForDatabase({ databaseUrl: t.url, log })).resolves.toBeUndefined();
});

it.each([
  [
    'a database that does not exist',
    (url: URL) => (url.pathname = '/there_is_none'),
    /no database "there_is_none" .*CREATE/,
  ],
  ['a wrong password', (url: URL) => (url.password = 'hunter2'), /refuses the user .* with this password/],
  ['TLS that the server does not offer', (url: URL) => url.searchParams.set('ssl', 'true'), /TLS|not trusted/],
])('%s is said at once, without waiting and without the password', async (_what, change, says) => {
  const fault = await waitForDatabase({ databaseUrl: changed(change), log, waitMs: NEVER_MS }).catch(
    (error: unknown) => error as Error,
  );
  expect(fault).toBeInstanceOf(DatabaseError);
  expect((fault as Error).message).toMatch(says);
  expect((fault as Error).message).not.toContain('hunter2');
});

it('a port where nothing listens and a host that does not exist are said at once, and waited for as long as asked', async () => {
  const port = await closedPort();
  const said: string[] = [];
  const listening = { warn: (text: string) => void said.push(text) } as typeof log;
  const refused = changed((url) => (url.port = String(port)));
  await expect(waitForDatabase({ databaseUrl: refused, log: listening, waitMs: 600 })).rejects.toThrow(
    /Nothing accepts connections at .*Start the database/,
  );
  expect(said, 'once').toEqual([expect.stringMatching(/Nothing accepts connections .* Trying again/)]);
  const stranger = changed((url) => (url.hostname = 'no-such-host.invalid'));
  await expect(waitForDatabase({ databaseUrl: stranger, log, waitMs: 0 })).rejects.toThrow(
    /no host "no-such-host.invalid"/,
  );
});

it('a database that comes later is waited for', async () => {
  const port = await closedPort();
  const said: string[] = [];
  const listening = { warn: (text: string) => void said.push(text) } as typeof log;
  const later = changed((url) => (url.port = String(port)));
  const waiting = waitForDatabase({ databaseUrl: later, log: listening, waitMs: NEVER_MS });
  await eventually(() => expect(said).toHaveLength(1));
  // Now something listens there and passes the bytes on to the real one.
  const { connect } = await import('node:net');
  const proxy = createServer((socket) => {
    const upstream = connect(Number(new URL(t.url).port), new URL(t.url).hostname);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  }).listen(port, '127.0.0.1');
  await expect(waiting).resolves.toBeUndefined();
  proxy.close();
});

it('a process that starts ends with that sentence', async () => {
  const env = loadEnv({
    ...{ NODE_ENV: 'test', DATABASE_URL: changed((url) => (url.pathname = '/there_is_none')), LOG_LEVEL: 'silent' },
    ...{ REDIS_URL: 'redis://127.0.0.1:1', SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` },
  });
  await expect(createContext(env)).rejects.toThrow(/no database "there_is_none"/);
});
