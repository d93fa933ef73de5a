// Finds the programs that the project needs besides Node (a database server, a Redis server, Chromium) and installs the
// missing ones with the system's package manager, so that no system service starts.
import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture, run, step, StepError } from './steps.mjs';

// Debian keeps servers out of the PATH of ordinary users; brew keeps unlinked formulas under opt/.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const BREW_FOLDERS = ['/opt/homebrew', '/usr/local'].flatMap((root) => [
  `${root}/bin`,
  ...['mariadb', 'mysql', 'redis', 'valkey'].map((name) => `${root}/opt/${name}/bin`),
]);
const MAC_CHROMES = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

const folders = () => [
  ...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean),
  ...SYSTEM_FOLDERS,
  ...(process.platform === 'darwin' ? BREW_FOLDERS : []),
];

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The full path of the first name that is found in any folder. */
function findProgram(...names) {
  for (const name of names) {
    for (const folder of folders()) if (isProgram(path.join(folder, name))) return path.join(folder, name);
  }
  return undefined;
}

const MINIMUM = { mariadb: [10, 6], mysql: [8, 0] };

/**
 * A MariaDB or MySQL server that is new enough. `flavour` asks for one of the two: their data folders differ.
 * @param {'mariadb' | 'mysql' | undefined} [flavour]
 */
export async function findDatabaseServer(flavour) {
  const tooOld = [];
  for (const name of ['mariadbd', 'mysqld']) {
    const file = findProgram(name);
    if (!file) continue;
    const { output } = await capture(file, ['--no-defaults', '--version']);
    const found = /mariadb/i.test(output) ? 'mariadb' : 'mysql';
    const [, major, minor] = /Ver (\d+)\.(\d+)/.exec(output) ?? [];
    const [wantedMajor, wantedMinor] = MINIMUM[found];
    if (flavour && flavour !== found) continue;
    if (Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor)) {
      tooOld.push(`${file} is ${found === 'mariadb' ? 'MariaDB' : 'MySQL'} ${major}.${minor}`);
      continue;
    }
    const bin = path.dirname(realpathSync(file));
    const near = ['mariadb-install-db', 'mysql_install_db'].flatMap((tool) =>
      [bin, path.join(bin, '../bin'), path.join(bin, '../scripts')].map((folder) => path.join(folder, tool)),
    );
    const installer =
      found === 'mariadb' ? (near.find(isProgram) ?? findProgram('mariadb-install-db', 'mysql_install_db')) : undefined;
    if (found === 'mariadb' && !installer) continue;
    return { file, flavour: /** @type {'mariadb' | 'mysql'} */ (found), installer };
  }
  if (tooOld.length > 0) {
    throw new StepError(`${tooOld.join(', ')}: MariaDB 10.6 or MySQL 8.0 is needed. Install one, or set DATABASE_URL.`);
  }
  return undefined;
}

/**
 * A Redis or Valkey server. Debian's redis-tools (which starts no service, unlike redis-server) holds the very same
 * program under the name redis-check-rdb: it decides by its own name what it is.
 */
export async function findRedisServer() {
  for (const [name, argv0] of [
    ['redis-server', 'redis-server'],
    ['valkey-server', 'valkey-server'],
    ['redis-check-rdb', 'redis-server'],
    ['valkey-check-rdb', 'valkey-server'],
  ]) {
    const file = findProgram(name);
    if (!file) continue;
    const { output } = await capture(file, ['--version'], { argv0 });
    if (/server v=/.test(output)) return { file, argv0 };
  }
  return undefined;
}

/** Chromium or Chrome: CHROMIUM_PATH, else the first one installed. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (isProgram(given)) return given;
    throw new StepError(`CHROMIUM_PATH names ${given}, which is not a program`);
  }
  const found = findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome');
  return found ?? MAC_CHROMES.find(isProgram);
}

/** The package names of each package manager. Of an inner list, the first existing one is used. */
const APT = {
  database: [
    ['mariadb-server-core', 'mariadb-server-core-[0-9.]+$'],
    ['mariadb-client-core', 'mariadb-client-core-[0-9.]+$'],
  ],
  redis: [['redis-tools', 'valkey-tools']],
  chromium: [['chromium']],
};
const BREW = { database: ['mariadb'], redis: ['redis'], chromium: ['--cask', 'google-chrome'] };
const OTHERS = [
  {
    program: 'dnf',
    install: 'sudo dnf install -y',
    names: { database: 'mariadb-server', redis: 'valkey', chromium: 'chromium' },
  },
  {
    program: 'pacman',
    install: 'sudo pacman -S --needed',
    names: { database: 'mariadb', redis: 'valkey', chromium: 'chromium' },
  },
  {
    program: 'apk',
    install: 'sudo apk add',
    names: { database: 'mariadb mariadb-client', redis: 'valkey', chromium: 'chromium' },
  },
  {
    program: 'zypper',
    install: 'sudo zypper install',
    names: { database: 'mariadb', redis: 'redis', chromium: 'chromium' },
  },
];
const TITLES = {
  database: 'a MariaDB or MySQL server',
  redis: 'a Redis or Valkey server',
  chromium: 'Chromium or Chrome',
};
const INSTEAD = { database: 'set DATABASE_URL', redis: 'set REDIS_URL', chromium: 'set CHROMIUM_PATH' };

/**
 * Installs the parts, or throws a StepError with the missing parts and the exact commands.
 * @param {('database' | 'redis' | 'chromium')[]} parts
 */
export async function installTools(parts, log) {
  const titles = parts.map((part) => TITLES[part]).join(' and ');
  if (process.platform === 'darwin' && findProgram('brew')) {
    for (const part of parts) {
      const args = ['install', ...BREW[part]];
      await step(log, `Installing ${TITLES[part]}: brew ${args.join(' ')}`, () => run('brew', args));
    }
  } else if (findProgram('apt-get')) {
    await aptInstall(parts, log);
  } else {
    throw new StepError(missing(titles, parts, otherCommand(parts)));
  }
}

const missing = (titles, parts, command) =>
  [
    `${titles[0].toUpperCase()}${titles.slice(1)} ${parts.length > 1 ? 'are' : 'is'} missing. Install with:`,
    `  ${command}`,
    `or ${parts.map((part) => INSTEAD[part]).join(' and ')}.`,
  ].join('\n');

function otherCommand(parts) {
  if (process.platform === 'darwin') return parts.map((part) => `brew install ${BREW[part].join(' ')}`).join(' && ');
  const manager = OTHERS.find(({ program }) => findProgram(program));
  if (!manager) return `the packages of your system for ${parts.join(', ')}`;
  return `${manager.install} ${parts.map((part) => manager.names[part]).join(' ')}`;
}

async function aptInstall(parts, log) {
  const quiet = ['DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1'];
  const isRoot = process.getuid?.() === 0;
  const simple = parts.flatMap((part) => APT[part].map(([name]) => name)).join(' ');
  const command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${simple}`;
  const titles = parts.map((part) => TITLES[part]).join(' and ');
  if (!isRoot) {
    const maySudo = findProgram('sudo') && (await capture('sudo', ['-n', 'true'])).code === 0;
    if (!maySudo) throw new StepError(missing(titles, parts, command));
  }
  const apt = (args) => {
    const words = [...quiet, 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
    return isRoot ? run('env', words) : run('sudo', ['-n', 'env', ...words]);
  };
  await step(log, 'Reading package lists: apt-get update', () => aptUpdate(apt, log));
  const names = [];
  for (const choices of parts.flatMap((part) => APT[part])) names.push(await aptName(choices, titles, parts, command));
  await step(log, `Installing ${titles}: apt-get install ${names.join(' ')}`, () =>
    apt(['install', '-y', '--no-install-recommends', ...names]).catch((error) => {
      throw new StepError(`${error.message}\n\n${missing(titles, parts, command)}`);
    }),
  );
}

/** A failed mirror must not stop an installation that may still work. If another apt is running, we wait for it. */
async function aptUpdate(apt, log) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await apt(['update']);
    } catch (error) {
      const isLocked = /Could not get lock|Unable to lock/.test(error.message);
      if (isLocked && attempt < 60) await sleep(2_000);
      else return log(error.message.split('\n').slice(-2).join(' '));
    }
  }
}

/** The first of the choices that this release has; Ubuntu 22.04 has the version in the name. */
async function aptName(choices, titles, parts, command) {
  for (const choice of choices) {
    const exact = /^[a-z0-9.+-]+$/.test(choice);
    const { output } = await capture('apt-cache', [
      'search',
      '--names-only',
      exact ? `^${choice.replaceAll('+', '\\+')}$` : `^${choice}`,
    ]);
    const found = output.split('\n').flatMap((line) => line.split(' - ')[0]?.trim() || []);
    if (found.length > 0) return found.sort().at(-1);
  }
  throw new StepError(`apt knows none of ${choices.join(', ')}.\n${missing(titles, parts, command)}`);
}
