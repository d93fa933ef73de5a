import { isSecretName } from '../core/secret-names.js';
import { withHiddenEscaped, withHiddenShown } from '../core/visible-text.js';
import { count } from './metrics/metrics.js';
import { requestScope } from './request-scope.js';
import { pino, stdSerializers, type DestinationStream, type Level, type Logger } from 'pino';

export interface LogOptions {
  level: Level | 'silent';
  /** Readable lines instead of JSON. */
  pretty: boolean;
  /** The destination of the lines; default standard output. */
  destination?: DestinationStream;
}

/** Field names whose values never reach a log, in any object and in any spelling. */
const SECRET_NAMES = `
  authorization cookie set_cookie x_signature x_hub_signature_256 webhook_signature x_mbx_apikey
  password password_hash new_password current_password secret secret_keys signing_secret signing_secret_enc
  twofa_secret token body_token access_token session_token session_id
  api_key api_key_enc api_secret api_secret_enc passphrase api_passphrase api_passphrase_enc database_url redis_url proxy_url raw_body raw_text
`
  .trim()
  .split(/\s+/);
const plainName = (name: string) => name.toLowerCase().replace(/[-_]/g, '');
const SECRET_PLAIN_NAMES = new Set(SECRET_NAMES.map(plainName));
const isHiddenName = (name: string) => SECRET_PLAIN_NAMES.has(plainName(name)) || isSecretName(name);
const SPELLINGS = SECRET_NAMES.flatMap((name) => [
  name,
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
  name.replace(/_/g, '-'),
]);
const { warn: WARN, error: ERROR, fatal: FATAL } = pino.levels.values as Record<'warn' | 'error' | 'fatal', number>;
const HIDDEN = '[hidden]';
const DEPTH_MAX = 6;
const hide = (value: unknown) => (value === undefined || value === null ? value : HIDDEN);

/**
 * The process's logger. Secrets are hidden by the name of their field at any depth (pino's own `redact` needs each full
 * path). A secret inside a sentence is not found, so never put values into messages.
 */
export function createLogger({ level, pretty, destination }: LogOptions): Logger {
  const target = destination ?? pino.destination({ fd: 1, sync: false });
  return pino(
    {
      level,
      base: null,
      mixin(_fields, level) {
        if (level >= WARN)
          count('log_lines_total', { level: level >= FATAL ? 'fatal' : level >= ERROR ? 'error' : 'warn' });
        return requestScope.getStore() ?? {};
      },
      hooks: { streamWrite: (line) => `${withHiddenEscaped(line.trimEnd())}\n` },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => hideSecrets(fields) as Record<string, unknown>,
      },
      serializers: {
        // pino passes the fields of a child logger only to serializers, never to `formatters.log`.
        ...Object.fromEntries(SPELLINGS.map((name) => [name, hide])),
        err: (error: unknown) => hideSecrets(stdSerializers.err(error as Error)),
      },
    },
    pretty ? { write: (line: string) => target.write(forPeople(line)) } : target,
  );
}

/**
 * The value with secrets replaced. Plain objects and arrays that contain one are copied, everything else is unchanged.
 */
function hideSecrets(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  // Errors, dates, requests and similar objects have serializers or toJSON. The result of the error serializer is an
  // object with its own prototype, recognized by its `type` and `stack`.
  if (prototype !== Object.prototype && prototype !== null && !('stack' in value && 'type' in value)) return value;
  const shown: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    shown[name] = isHiddenName(name) ? hide(item) : hideSecrets(item, depth + 1);
  }
  return shown;
}

/** Values come from strangers: a line feed in one of them must not begin a line that looks like ours. */
function forPeople(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & { err?: { stack?: string } };
  const fields = Object.entries(rest).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${String(msg ?? '')}${fields.join('')}`;
  const stack = err?.stack ? `\n${stackForPeople(err.stack)}` : '';
  return `${withHiddenShown(head)}${stack}\n`;
}

/** The message of an error may have lines of its own. They are marked, so that none of them passes for a line of the log. */
const stackForPeople = (stack: string): string =>
  stack
    .split('\n')
    .map((line, index) => (index === 0 || /^ {4}at /.test(line) ? '' : '    | ') + withHiddenShown(line))
    .join('\n');
