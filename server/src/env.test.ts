import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvError, loadEnv, settingNames } from './env.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const minimal = {
  DATABASE_URL: 'mysql://u:hunter2@127.0.0.1:3306/mvcash',
  REDIS_URL: 'redis://127.0.0.1:6379',
  SECRET_KEYS: `k1:${KEY}`,
};

function faultsOf(source: Record<string, string | undefined>): readonly string[] {
  try {
    loadEnv(source);
  } catch (error) {
    if (error instanceof EnvError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('require only the database, Redis and a key, and have defaults for the rest', () => {
    const env = loadEnv(minimal);
    expect(env).toMatchObject({
      ...{ NODE_ENV: 'development', PORT: 4000, HOST: '127.0.0.1', PUBLIC_URL: 'http://localhost:4000' },
      ...{ TRUSTED_PROXIES: [], REDIS_PREFIX: 'mvcash', PRICE_FEED: 'demo', STALE_PRICE_MS: 30_000 },
      ...{ DEMO_SEED: true, DB_POOL: 20, EXECUTOR_CONCURRENCY: 32, LOG_LEVEL: 'info', LOG_PRETTY: true },
    });
    expect(env.SECRET_KEYS).toEqual([{ id: 'k1', key: Buffer.alloc(32, 7) }]);
    expect(env.DEMO_PASSWORD).toBeUndefined();
  });

  it('let a process that stops go on for a moment in production, where a load balancer may be in front', () => {
    const drainMs = (more: Record<string, string>) => loadEnv({ ...minimal, ...more }).DRAIN_MS;
    expect(drainMs({})).toBe(0);
    expect(drainMs({ NODE_ENV: 'production' })).toBe(2_500);
    expect(drainMs({ NODE_ENV: 'production', DRAIN_MS: '0' })).toBe(0);
  });

  it('report every error at once', () => {
    const faults = faultsOf({
      ...{
        PORT: 'http',
        DB_POOL: '2.5',
        NODE_ENV: 'prod',
        DEMO_EMAIL: 'nobody',
        PRICE_FEED: 'kraken',
        LOG_PRETTY: 'maybe',
      },
      ...{ PUBLIC_URL: 'trade.example.org', TRUSTED_PROXIES: '10.0.0.0/8, 10.0.0.0/33, proxy', DEMO_MARKET_SPEED: '0' },
    });
    const named = faults.map((fault) => fault.split(' ')[0]);
    expect(named.sort()).toEqual(
      [
        ...[
          'DATABASE_URL',
          'DB_POOL',
          'DEMO_EMAIL',
          'DEMO_MARKET_SPEED',
          'LOG_PRETTY',
          'NODE_ENV',
          'PORT',
          'PRICE_FEED',
        ],
        ...['PUBLIC_URL', 'REDIS_URL', 'SECRET_KEYS', 'TRUSTED_PROXIES', 'TRUSTED_PROXIES'],
      ].sort(),
    );
    expect(faults).toContain('PORT must be a whole number from 1 to 65535, not "http"');
  });

  it('never show a secret in an error', () => {
    const secret = 'c2VjcmV0LXRoYXQtaXMtdG9vLXNob3J0';
    const faults = faultsOf({
      ...{ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1/x', REDIS_URL: 'http://:hunter2@127.0.0.1' },
      ...{ SECRET_KEYS: `k1:${secret},${secret}`, DEMO_PASSWORD: 'hunter2' },
    });
    expect(faults).toHaveLength(5);
    expect(faults.join('\n')).not.toContain('hunter2');
    expect(faults.join('\n')).not.toContain(secret);
  });

  it('count as not set when they are empty', () => {
    expect(loadEnv({ ...minimal, PORT: ' ', DEMO_PASSWORD: '' }).PORT).toBe(4000);
  });

  it('refuse an address without a database name', () => {
    expect(faultsOf({ ...minimal, DATABASE_URL: 'mysql://u:p@127.0.0.1:3306/' })).toEqual([
      'DATABASE_URL must name a database after the last slash',
    ]);
  });

  it('play a recording only when one is named', () => {
    expect(faultsOf({ ...minimal, PRICE_FEED: 'replay' })).toEqual([
      'REPLAY_FILE is missing: PRICE_FEED=replay needs the recording to play',
    ]);
    const replay = { PRICE_FEED: 'replay', REPLAY_FILE: 'day.csv', REPLAY_SPEED: '10' };
    expect(loadEnv({ ...minimal, ...replay })).toMatchObject({ ...replay, REPLAY_SPEED: 10 });
    expect(faultsOf({ ...minimal, ...replay, REPLAY_SPEED: '-1' })).toHaveLength(1);
  });

  it('in production seed no demo by default, and only with a chosen password on request', () => {
    const production = { ...minimal, NODE_ENV: 'production' };
    expect(loadEnv(production)).toMatchObject({ DEMO_SEED: false, LOG_PRETTY: false });
    expect(faultsOf({ ...production, DEMO_SEED: 'true' })).toEqual([
      'DEMO_PASSWORD is missing: a demo in production needs a password of your choice',
    ]);
    expect(faultsOf({ NODE_ENV: 'production' }).map((fault) => fault.split(' ')[0])).toContain('SECRET_KEYS');
  });

  it('trade with real money only when enabled, and in production never with a server on another machine', () => {
    expect(loadEnv(minimal)).toMatchObject({ REAL_TRADING: false, PROXY_ALLOW_PRIVATE: false, EXCHANGE_API_URLS: {} });
    const local = { BINANCE_SPOT: 'http://127.0.0.1:9000' };
    const remote = { BYBIT_SPOT: 'https://bybit.example.org' };
    const withUrls = (urls: unknown, over = {}) => ({ ...minimal, EXCHANGE_API_URLS: JSON.stringify(urls), ...over });
    expect(loadEnv(withUrls({ ...local, ...remote })).EXCHANGE_API_URLS).toEqual({ ...local, ...remote });
    const production = { NODE_ENV: 'production' };
    expect(loadEnv(withUrls(local, production)).EXCHANGE_API_URLS).toEqual(local);
    expect(faultsOf(withUrls({ ...local, ...remote }, production))).toHaveLength(1);
    for (const bad of [{ NOPE_SPOT: 'http://127.0.0.1:1' }, { BINANCE_SPOT: 'ftp://127.0.0.1' }, 'x', ['x']])
      expect(faultsOf(withUrls(bad))).toHaveLength(1);
    expect(faultsOf({ ...minimal, EXCHANGE_API_URLS: '{' })).toHaveLength(1);
  });

  it('accept several keys in order, and refuse a duplicate id', () => {
    const other = Buffer.alloc(32, 9).toString('base64');
    expect(loadEnv({ ...minimal, SECRET_KEYS: `k2:${other}, k1:${KEY}` }).SECRET_KEYS.map(({ id }) => id)).toEqual([
      'k2',
      'k1',
    ]);
    expect(faultsOf({ ...minimal, SECRET_KEYS: `k1:${other},k1:${KEY}` })).toEqual([
      'SECRET_KEYS uses the same key id twice',
    ]);
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const names = [...example.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1]);

  it('has every setting exactly once and no other', () => {
    expect([...names].sort()).toEqual([...settingNames].sort());
  });

  it('explains each group of settings in a comment right above it', () => {
    const lines = example.split('\n');
    const isSetting = (line: string | undefined) => /^(?:# ?)?[A-Z][A-Z0-9_]*=/.test(line ?? '');
    const bare = lines.filter(
      (line, index) => isSetting(line) && !isSetting(lines[index - 1]) && !/^# \S/.test(lines[index - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });
});

describe('secrets in files', () => {
  const withFiles = (files: Record<string, string>, work: (paths: Record<string, string>) => void) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-secrets-'));
    const paths = Object.fromEntries(Object.keys(files).map((name) => [name, path.join(folder, name)]));
    for (const [name, text] of Object.entries(files)) writeFileSync(paths[name] ?? '', text);
    try {
      work(paths);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const SECRETS = {
    ...minimal,
    DEMO_PASSWORD: 'a good long password',
    BACKUP_AGE_IDENTITY: 'AGE-SECRET-KEY-1QQ',
  };

  it('every secret may be a file, which may end with a line feed', () => {
    withFiles(Object.fromEntries(Object.entries(SECRETS).map(([name, value]) => [name, `${value}\n`])), (paths) => {
      const named = Object.fromEntries(Object.entries(paths).map(([name, file]) => [`${name}_FILE`, file]));
      expect(loadEnv(named)).toEqual(loadEnv(SECRETS));
    });
  });

  it('only secrets have a file', () => {
    withFiles({ PORT: '4321' }, ({ PORT }) => {
      expect(loadEnv({ ...minimal, PORT_FILE: PORT }).PORT).toBe(4000);
    });
  });

  it('a file that is missing, empty, too large, or beside the variable is an error that tells no secret', () => {
    withFiles(
      { empty: ' \n', large: 'hunter2'.repeat(20_000), twice: minimal.SECRET_KEYS },
      ({ empty, large, twice }) => {
        const faults = [
          ...faultsOf({ ...minimal, SECRET_KEYS: undefined, SECRET_KEYS_FILE: '/nowhere/secret' }),
          ...faultsOf({ ...minimal, SECRET_KEYS: undefined, SECRET_KEYS_FILE: empty }),
          ...faultsOf({ ...minimal, SECRET_KEYS: undefined, SECRET_KEYS_FILE: large }),
          ...faultsOf({ ...minimal, SECRET_KEYS_FILE: twice }),
        ];
        expect(faults).toEqual([
          'SECRET_KEYS_FILE names a file that cannot be read: /nowhere/secret (ENOENT)',
          `SECRET_KEYS_FILE names an empty file: ${empty}`,
          `SECRET_KEYS_FILE names a file that is too large: ${large}`,
          'SECRET_KEYS and SECRET_KEYS_FILE are both set: keep one of them',
        ]);
      },
    );
  });
});
