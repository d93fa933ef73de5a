// Starts a private Redis or Valkey.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { firstBytes } from './mysql.mjs';
import { findRedisServer } from './tools.mjs';

const dataDir = (home) => path.join(home, 'redis');

export const redis = {
  key: 'redis',
  title: 'Redis',
  logFile: (home) => path.join(home, 'redis.log'),
  url: ({ port, password }) => `redis://:${password}@127.0.0.1:${port}`,

  part: /** @type {const} */ ('redis'),
  find: findRedisServer,

  async prepare({ server, home, state }) {
    mkdirSync(dataDir(home), { recursive: true, mode: 0o700 });
    // The password goes into a file: every user of the machine could read it on a command line.
    const file = path.join(home, 'redis.conf');
    writeFileSync(file, configuration(home, state), { mode: 0o600 });
    return { file: server.file, argv0: server.argv0, args: [file] };
  },

  /** Answers -LOADING until it has read its data. */
  probe: ({ port, password }) =>
    firstBytes(port, `AUTH ${password}\r\nPING\r\n`, (data) => data.toString().includes('+PONG')),

  /** Redis only carries wake-ups, so unreadable data is moved away instead of stopping the start. */
  repair({ home, output, log }) {
    const from = ['appendonlydir', 'appendonly.aof'].map((name) => path.join(dataDir(home), name)).find(existsSync);
    if (!from || !/append.?only|AOF|loading the DB|RDB/i.test(output)) return false;
    const aside = `${from}.broken-${Date.now()}`;
    renameSync(from, aside);
    log(`Redis could not read its data; it was moved to ${aside} and Redis starts empty (nothing is lost by that)`);
    return true;
  },
};

function configuration(home, { port, password }) {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dataDir(home))}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ].join('\n');
}
