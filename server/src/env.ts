import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { EXCHANGES, type ExchangeName } from './core/domain.js';
import { CONFIDENTIAL_SETTINGS, isConfidential } from './core/operations/confidential-settings.js';
import { isSentinelAddress } from './infra/redis/redis-address.js';
import type { SecretKey } from './infra/secrets.js';

const KEY_BYTES = 32;

const whole = (from: number, to: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${from} to ${to}` })
    .refine(
      (value) => Number.isInteger(value) && value >= from && value <= to,
      `must be a whole number from ${from} to ${to}`,
    );
const positive = (max: number) =>
  z.coerce
    .number({ error: `must be a number above 0, at most ${max}` })
    .refine((value) => value > 0 && value <= max, `must be a number above 0, at most ${max}`);
const yesNo = z.stringbool({ error: 'must be true or false' });
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` });
/** An address with a host and one of the given schemes; `what` describes the expected value. */
const address = (schemes: readonly string[], what: string) =>
  z.string({ error: `is missing: ${what}` }).refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && schemes.includes(url.protocol) && url.hostname !== '';
  }, `must be ${what}`);

const redisAddress = z
  .string({ error: 'is missing: an address such as redis://127.0.0.1:6379' })
  .refine(
    (text) => isSentinelAddress(text) || address(['redis:', 'rediss:'], '').safeParse(text).success,
    'must be an address such as redis://127.0.0.1:6379, or redis-sentinel://:password@host1:26379,host2:26379#mymaster',
  );

const hasDatabaseName = (text: string) => !URL.canParse(text) || /^\/[^/]+$/.test(new URL(text).pathname);

const isNetwork = (text: string): boolean => {
  const [host = '', bits, ...rest] = text.split('/');
  const version = isIP(host);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
};

const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const networks = z.string().transform((text, context) => {
  const list = listOf(text);
  for (const part of list) {
    if (!isNetwork(part))
      context.addIssue({
        code: 'custom',
        message: `"${part}" is neither an address nor a CIDR range such as 10.0.0.0/8`,
      });
  }
  return list;
});

const hostNames = z.string().transform((text, context) => {
  const list = listOf(text).map((name) => name.toLowerCase());
  for (const part of list) {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(part))
      context.addIssue({ code: 'custom', message: `"${part}" is not a host name such as trade.example.org` });
  }
  return list;
});

/** `id:base64[,id:base64…]`; the first key encrypts, all of them decrypt. Messages contain ids, never keys. */
const secretKeys = z
  .string({
    error: 'is missing: give id:base64 of 32 random bytes, such as the output of: echo "k1:$(openssl rand -base64 32)"',
  })
  .transform((text, context): SecretKey[] => {
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    const keys = listOf(text).map((part, index) => {
      const at = part.indexOf(':');
      const id = part.slice(0, Math.max(at, 0));
      const key = Buffer.from(part.slice(at + 1), 'base64');
      const name = `key number ${index + 1}`;
      if (!/^[\w-]{1,32}$/.test(id)) fault(`${name} needs an id of letters, digits, - or _ before a colon`);
      else if (key.length !== KEY_BYTES)
        fault(`${name} ("${id}") must be the base64 of ${KEY_BYTES} bytes, it has ${key.length}`);
      return { id, key };
    });
    if (keys.length === 0) fault('needs at least one key');
    if (new Set(keys.map(({ id }) => id)).size < keys.length) fault('uses the same key id twice');
    return keys;
  });

const priceFeed = z
  .string()
  .regex(
    /^(demo|auto|replay|ccxt:[a-z0-9]+)$/,
    'must be demo, auto, replay or ccxt: and an exchange id, such as ccxt:binance',
  );

/** Two checks of a load balancer that asks every second. */
const DRAIN_MS = 2_500;

/** `{"BINANCE_SPOT":"http://127.0.0.1:9000"}`: other servers that replace exchanges. */
const exchangeUrls = z.string().transform((text, context): Partial<Record<ExchangeName, string>> => {
  const urls = z.partialRecord(z.enum(EXCHANGES), z.url({ protocol: /^https?$/ })).safeParse(readJson(text));
  if (urls.success) return urls.data;
  context.addIssue({
    code: 'custom',
    message: 'must be JSON of addresses by exchange, such as {"BINANCE_SPOT":"http://127.0.0.1:9000"}',
  });
  return z.NEVER;
});
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const isLoopback = (url: string): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);

/** Every setting of the server, in the order of .env.example. Times are in milliseconds. */
const shape = {
  NODE_ENV: oneOf(['development', 'test', 'production']).default('development'),
  PORT: whole(1, 65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  /** The address of the server for browsers and senders; websockets are accepted only from its origin. */
  PUBLIC_URL: address(['http:', 'https:'], 'an address such as https://trade.example.org').optional(),
  TRUSTED_PROXIES: networks.default([]),
  /** Names, beside the one of PUBLIC_URL, under which requests are answered. */
  ALLOWED_HOSTS: hostNames.default([]),
  /** The port of this machine with the details of `/readyz`; not set = none. */
  ADMIN_PORT: whole(1, 65_535).optional(),
  /** How long a process that stops goes on taking requests while `/readyz` says 503; not set = see below. */
  DRAIN_MS: whole(0, 60_000).optional(),
  DATABASE_URL: address(
    ['mysql:', 'mariadb:'],
    'an address such as mysql://user:password@127.0.0.1:3306/mvcash',
  ).refine(hasDatabaseName, 'must name a database after the last slash'),
  REDIS_URL: redisAddress,
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits, dots, - or _')
    .default('mvcash'),
  DB_POOL: whole(2, 500).default(20),
  SECRET_KEYS: secretKeys,
  PRICE_FEED: priceFeed.default('demo'),
  /** A recording to play; a relative path is relative to the program's folder. */
  REPLAY_FILE: z.string().optional(),
  REPLAY_SPEED: positive(100_000).default(1),
  STALE_PRICE_MS: whole(1_000, 3_600_000).default(30_000),
  EXECUTOR_CONCURRENCY: whole(1, 1_000).default(32),
  /** Whether orders of real accounts are sent to their exchanges. */
  REAL_TRADING: yesNo.default(false),
  /** Whether proxies of accounts may have private addresses. */
  PROXY_ALLOW_PRIVATE: yesNo.default(false),
  /** Whether webhooks and ntfy servers of users may have private addresses. */
  NOTIFY_ALLOW_PRIVATE: yesNo.default(false),
  /** The server of Telegram's bots; a self-hosted one, or another one in tests. */
  TELEGRAM_API_URL: address(['http:', 'https:'], 'an address such as https://api.telegram.org').default(
    'https://api.telegram.org',
  ),
  /** For tests and benchmarks. */
  EXCHANGE_API_URLS: exchangeUrls.default({}),
  /** What each user may ask of GraphQL in a minute; an address without a session has a tenth of the points. */
  API_REQUESTS_PER_MIN: whole(60, 10_000_000).default(1_200),
  API_POINTS_PER_MIN: whole(60_000, 1_000_000_000).default(600_000),
  /** Websockets of a user, and live subscriptions on all of them. An address may have four times as many. */
  API_SOCKETS_PER_USER: whole(1, 100_000).default(50),
  API_SUBSCRIPTIONS_PER_USER: whole(1, 1_000_000).default(300),
  /** Whether requests without an API token may send only the operations of the page. */
  API_PERSISTED_ONLY: yesNo.default(false),
  DEMO_SEED: yesNo.optional(),
  DEMO_EMAIL: z.email({ error: 'must be an e-mail address' }).default('trader@example.com'),
  DEMO_PASSWORD: z
    .string()
    .min(8, 'must have at least 8 characters')
    .max(200, 'must have at most 200 characters')
    .optional(),
  DEMO_MARKET_SEED: whole(0, 4_294_967_295).default(1),
  DEMO_MARKET_SPEED: positive(1_000).default(1),
  DEMO_MARKET_VOLATILITY: positive(1_000).default(1),
  /** The folder of backups; not set = the scheduled job `database_backup` writes none. */
  BACKUP_DIR: z.string().optional(),
  /** How many daily backups are kept. */
  BACKUP_KEEP: whole(1, 1_000).default(14),
  /** Backups are encrypted for this age recipient. */
  BACKUP_AGE_RECIPIENT: z
    .string()
    .regex(/^age1[0-9a-z]+$/, 'must be an age recipient such as age1…')
    .optional(),
  /** The secret key of that recipient; only restoring and verifying need it. */
  BACKUP_AGE_IDENTITY: z
    .string()
    .regex(/^AGE-SECRET-KEY-[0-9A-Z-]+$/, 'must be an age identity such as AGE-SECRET-KEY-1…')
    .optional(),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_PRETTY: yesNo.optional(),
};

const schema = z
  .object(shape)
  .refine((env) => !(env.NODE_ENV === 'production' && env.DEMO_SEED && !env.DEMO_PASSWORD), {
    path: ['DEMO_PASSWORD'],
    message: 'is missing: a demo in production needs a password of your choice',
  })
  .refine((env) => env.NODE_ENV !== 'production' || Object.values(env.EXCHANGE_API_URLS).every(isLoopback), {
    path: ['EXCHANGE_API_URLS'],
    message: 'may name servers of this machine only, in production',
  })
  .refine((env) => env.PRICE_FEED !== 'replay' || env.REPLAY_FILE, {
    path: ['REPLAY_FILE'],
    message: 'is missing: PRICE_FEED=replay needs the recording to play',
  })
  .transform((env) => ({
    ...env,
    PUBLIC_URL: env.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://localhost:${env.PORT}`,
    DEMO_SEED: env.DEMO_SEED ?? env.NODE_ENV !== 'production',
    LOG_PRETTY: env.LOG_PRETTY ?? env.NODE_ENV !== 'production',
    DRAIN_MS: env.DRAIN_MS ?? (env.NODE_ENV === 'production' ? DRAIN_MS : 0),
  }));

/** The settings by name; see .env.example for their meaning. */
export type Env = z.infer<typeof schema>;

/** The names of all settings. */
export const settingNames = Object.keys(shape);

/** Invalid settings; `faults` has a line for each error, and the message contains all of them. */
export class EnvError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(['Some settings need attention (see .env.example):', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.name = 'EnvError';
    this.faults = faults;
  }
}

/** A secret is short; a larger file is not one. */
const SECRET_FILE_BYTES_MAX = 65_536;

/** The content of the file that `<name>_FILE` names, without spaces and line feeds around it. */
function readSecretFile(name: string, file: string): { value: string } | { fault: string } {
  try {
    if (statSync(file).size > SECRET_FILE_BYTES_MAX)
      return { fault: `${name}_FILE names a file that is too large: ${file}` };
    const value = readFileSync(file, 'utf8').trim();
    return value === '' ? { fault: `${name}_FILE names an empty file: ${file}` } : { value };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return { fault: `${name}_FILE names a file that cannot be read: ${file} (${String(code)})` };
  }
}

/** Adds the secrets that are given as files. */
function withSecretFiles(source: Record<string, string | undefined>): {
  given: Record<string, string | undefined>;
  faults: string[];
} {
  const given = Object.fromEntries(settingNames.map((name) => [name, source[name]?.trim() || undefined]));
  const faults: string[] = [];
  for (const name of CONFIDENTIAL_SETTINGS) {
    const file = source[`${name}_FILE`]?.trim();
    if (!file) continue;
    if (given[name] !== undefined) faults.push(`${name} and ${name}_FILE are both set: keep one of them`);
    const read = readSecretFile(name, file);
    if ('fault' in read) faults.push(read.fault);
    else given[name] = read.value;
  }
  return { given, faults };
}

/**
 * Reads and checks the settings; no other code reads the environment. An empty variable counts as not set. Throws one
 * EnvError that names every error and contains no confidential value.
 */
export function loadEnv(source: Record<string, string | undefined> = process.env): Env {
  const { given, faults } = withSecretFiles(source);
  if (faults.length > 0) throw new EnvError(faults);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new EnvError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const value = given[name];
      const shown = value === undefined || isConfidential(name) ? '' : `, not "${value}"`;
      return `${name} ${issue.message}${shown}`;
    }),
  );
}
