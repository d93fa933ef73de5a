// Creates and starts a private MariaDB or MySQL. The configuration of the machine is not used.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, step } from './steps.mjs';
import { findDatabaseServer } from './tools.mjs';

const asUser = () => (process.getuid?.() === 0 ? ['--user=root'] : []);
const dataDir = (home) => path.join(home, 'mysql');
const temporaryDir = (home) => path.join(home, 'mysql-tmp');

export const mysql = {
  key: 'mysql',
  title: 'MariaDB',
  logFile: (home) => path.join(home, 'mysql.log'),
  url: ({ port, password }) => `mysql://mvcash:${password}@127.0.0.1:${port}/mvcash`,

  part: /** @type {const} */ ('database'),
  /** Data folders of MariaDB and MySQL differ: an existing folder needs the same flavor. */
  find: (state) => findDatabaseServer(state.flavour),

  /** Creates the data folder; returns the program to start. */
  async prepare({ server, home, state, log }) {
    state.flavour = server.flavour;
    await initialize(server, home, log);
    mkdirSync(temporaryDir(home), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(home, 'mysql-init.sql'), initSql(server.flavour, state.password), { mode: 0o600 });
    return { file: server.file, args: serverArgs(server, home, state) };
  },

  /** The server sends its greeting only after it has recovered and has run the init file. */
  probe: ({ port }) => firstBytes(port, '', (data) => data.length > 4 && data[4] === 0x0a),
};

/** Uses a folder with another name until it is complete, so that an incomplete one is never used. */
async function initialize({ file, flavour, installer }, home, log) {
  const target = dataDir(home);
  for (const name of readdirSync(home)) {
    if (name.startsWith('mysql.new-')) rmSync(path.join(home, name), { recursive: true, force: true });
  }
  if (existsSync(path.join(target, 'mysql')) && existsSync(path.join(target, 'ibdata1'))) return;
  if (existsSync(target)) {
    const aside = `${target}.broken-${Date.now()}`;
    renameSync(target, aside);
    log(`The database folder was incomplete; it was moved to ${aside} and a new one is made`);
  }
  const fresh = path.join(home, `mysql.new-${process.pid}`);
  mkdirSync(fresh, { mode: 0o700 });
  await step(log, `Making the database folder ${path.relative(process.cwd(), target) || target}`, () =>
    flavour === 'mariadb'
      ? withPlainPath(fresh, (plain) =>
          run(installer, [
            ...['--no-defaults', `--datadir=${plain}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
            ...asUser(),
          ]),
        )
      : run(file, ['--no-defaults', '--initialize-insecure', `--datadir=${fresh}`, ...asUser()]),
  );
  renameSync(fresh, target);
}

/** MariaDB's installer is a shell script that cannot handle a space in a path, so it gets a link without one. */
async function withPlainPath(folder, work) {
  if (/^[\w./-]+$/.test(folder)) return work(folder);
  const links = mkdtempSync(path.join(tmpdir(), 'mvcash-'));
  try {
    const plain = path.join(links, 'data');
    symlinkSync(folder, plain);
    return await work(plain);
  } finally {
    rmSync(links, { recursive: true, force: true });
  }
}

function serverArgs({ flavour }, home, { port, throwaway }) {
  return [
    '--no-defaults',
    ...asUser(),
    `--datadir=${dataDir(home)}`,
    // Its own folder: a starting server deletes files there that look like leftovers of another one.
    `--tmpdir=${temporaryDir(home)}`,
    // Relative to the data folder: the full path of a socket may have at most about 100 characters.
    '--socket=mysqld.sock',
    `--pid-file=${path.join(dataDir(home), 'mysqld.pid')}`,
    `--init-file=${path.join(home, 'mysql-init.sql')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Also keeps aborted connections from blocking the host: without names there is no host cache.
    '--skip-name-resolve',
    '--skip-log-bin',
    '--max-connections=500',
    '--max-allowed-packet=64M',
    '--innodb-buffer-pool-size=256M',
    // Data that is not needed after the run does not have to be synced to disk at a commit.
    ...(throwaway
      ? ['--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=OFF']
      : ['--innodb-flush-log-at-trx-commit=1']),
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_unicode_ci',
    '--performance-schema=OFF',
    ...(flavour === 'mysql' ? ['--mysqlx=OFF'] : []),
  ];
}

/** Runs at every start before the first connection, so every statement must be repeatable. */
function initSql(flavour, password) {
  const user = "'mvcash'@'127.0.0.1'";
  return [
    ...(flavour === 'mariadb'
      ? ["DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost')", 'FLUSH PRIVILEGES']
      : []),
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}'`,
    'CREATE DATABASE IF NOT EXISTS mvcash CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
    `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${password}'`,
    `ALTER USER ${user} IDENTIFIED BY '${password}'`,
    // The names of test databases begin with this.
    `GRANT ALL PRIVILEGES ON \`mvcash%\`.* TO ${user}`,
    '',
  ].join(';\n');
}

/** Connects, sends, and returns whether `isRight` accepts the answer within a second. */
export function firstBytes(port, send, isRight) {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.on('connect', () => send && socket.write(send));
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      if (isRight(got)) finish(true);
    });
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
  });
}
