import { createHash, timingSafeEqual } from 'node:crypto';
import { refuse, type Refusal } from '../../core/reasons.js';
import { isSecretName, SECRET_NAME_IN_TEXT } from '../../core/secret-names.js';
import { bodyOf } from '../../core/signal/signal-body.js';

export const REDACTED = '[hidden]';
/** The form of our own tokens, so that they are found wherever they were pasted. */
export const TOKEN_PREFIX = 'tok_';
const OWN_TOKENS = /(?:tok_[A-Za-z0-9_-]{43}|whsec_[A-Za-z0-9+/]{32,96}={0,2})/g;
/** The fields that may hold the token of a source. Every field with a secret's name is hidden. */
const TOKEN_KEY = /^(?:secret|token)$/i;
/** Deeper JSON is not stored: MariaDB's JSON columns accept 32 levels. */
const DEPTH_MAX = 20;

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * Checks the token that the body contains as "secret" or "token", against the stored SHA-256 (hex); null when it is
 * right. It may be in a JSON object, a form, lines of `token: value` or pieces of `token=value`: every format that a
 * signal is read from can contain the token. Two different tokens, or one that is not text, count as unreadable. The
 * hashes are compared in constant time.
 */
export function verifyBodyToken(body: string, expectedHash: string): Refusal | null {
  const given = tokensOf(body);
  if (given === null) return refuse('TOKEN_INVALID', 'The token in the body is not text, so it could not be read.');
  if (given.length === 0) {
    return refuse(
      'TOKEN_MISSING',
      'This source requires its token in the body: send a JSON object with a "secret" or "token" field.',
    );
  }
  const expected = Buffer.from(expectedHash, 'hex');
  const matches = given.map((token) => {
    const hash = Buffer.from(hashToken(token), 'hex');
    return hash.length === expected.length && timingSafeEqual(hash, expected);
  });
  return matches.includes(true) ? null : refuse('TOKEN_INVALID');
}

/** The tokens at the top level of a structured body, as they are written; null when one of them is not text. */
function tokensOf(text: string): string[] | null {
  const body = bodyOf(text);
  const root = body.kind === 'fields' ? body.root : body.kind === 'malformed' ? body.repaired : null;
  const members = root?.type === 'object' ? root.members : [];
  const written = members.filter(([key]) => TOKEN_KEY.test(key.trim()));
  if (written.some(([, value]) => value.type !== 'string')) return null;
  // A text or JSON that is broken elsewhere may still contain the token. Then it is refused for being broken, not for
  // its token.
  if (root === null) return [...text.matchAll(LOOSE_TOKEN)].flatMap((match) => match[1] ?? match[2] ?? []);
  return written.flatMap(([, value]) => (value.type === 'string' ? [value.text] : []));
}

const LOOSE_TOKEN =
  /(?<![a-z0-9])(?:secret|token)["']?\s{0,8}[:=]\s{0,8}(?:"([^"\\\n]{1,200})"|([^\s,;"'}\]&|]{1,200}))/gi;

/** A secret as a text gives it; an unquoted one may come after the word of its scheme. */
const LOOSE_SECRET = new RegExp(
  `(?<![a-z0-9])${SECRET_NAME_IN_TEXT}["']?\\s{0,8}[:=]\\s{0,8}(?:"([^"\\\\\\n]{1,200})"|(?:(?:bearer|basic)\\s{1,4})?([^\\s,;"'}\\]&|]{1,200}))`,
  'gi',
);
const SECRETS_MAX = 20;

/** Everything in a text that is a token, also percent-encoded ones, to be hidden wherever it is quoted. */
function secretsOf(text: string): string[] {
  const found = [text, decoded(text)].flatMap((each) =>
    [...each.matchAll(LOOSE_SECRET)].flatMap((match) => match[1] ?? match[2] ?? []),
  );
  const secrets = [...new Set(found)].filter((secret) => secret.length >= 4).slice(0, SECRETS_MAX);
  return [...secrets, ...secrets.map(encodeURIComponent)].sort((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return '';
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return '';
  }
}

/** Hides the tokens of this body in the body and in every text that quotes it. */
export function hiderOf(body: string): (text: string) => string {
  const secrets = secretsOf(body);
  return (text) => secrets.reduce((kept, secret) => kept.replaceAll(secret, REDACTED), redactText(text));
}

/**
 * A JSON value in the form in which it may be stored. Values of fields with a secret's name at any depth are hidden, and
 * so is every repeat of them elsewhere. Null when the value is nested too deeply.
 */
export function redactPayload(payload: unknown): { payload: unknown; hide: (text: string) => string } | null {
  const secrets = new Set<string>();
  if (!collect(payload, secrets, 0)) return null;
  const hide = (text: string) => hideAll(redactText(text), secrets);
  return { payload: rewrite(payload, hide), hide };
}

function hideAll(text: string, secrets: ReadonlySet<string>): string {
  let hidden = text;
  const ordered = [...secrets].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  for (const secret of ordered) hidden = hidden.replaceAll(secret, REDACTED);
  return hidden;
}

/**
 * JSON text in the form in which it may be stored, with its keys, their order and their repeats as they arrived, so
 * that it can be read again. `kept` is what `redactPayload` made of its value. When the tokens cannot be hidden with
 * certainty (escapes can spell a token in many ways), it is the JSON of `kept`.
 */
export function redactJson(text: string, kept: unknown): string {
  const safe = JSON.stringify(kept);
  if (text.includes('\\')) return safe;
  const secrets = new Set<string>();
  const hidden = text.replace(
    /("([^"]{1,200})"\s*:\s*)("[^"]*"|-?[\d.eE+-]+)/g,
    (all, key: string, name: string, value: string) => {
      if (!isSecretName(name)) return all;
      secrets.add(value.replaceAll('"', ''));
      return `${key}"${REDACTED}"`;
    },
  );
  const asItCame = hideAll(hidden.replace(OWN_TOKENS, REDACTED), secrets);
  // A repeated key is parsed only once, so the whole text is searched for tokens.
  const rest = asItCame
    .replaceAll(`"${REDACTED}"`, '')
    .replace(/"([^"]{1,200})"\s*:/g, (all, name: string) => (isSecretName(name) ? '' : all));
  if (redactText(rest) !== rest) return safe;
  try {
    return JSON.stringify(JSON.parse(asItCame.replace(/^\uFEFF/, ''))) === safe ? asItCame : safe;
  } catch {
    return safe;
  }
}

/**
 * A form body in the form in which it may be stored: values of fields with a secret's name are hidden. Null when it is
 * not a form body.
 */
export function redactForm(text: string): string | null {
  if (!/^[^\s=&]{1,100}=\S*$/.test(text.trim()) || !text.includes('&')) return null;
  const secrets = new Set<string>();
  const pairs = text.split('&').map((pair) => {
    const [key = '', ...rest] = pair.split('=');
    if (!isSecretName(withoutEscapes(key))) return pair;
    for (const spelling of [rest.join('='), withoutEscapes(rest.join('='))]) secrets.add(spelling.trim());
    return `${key}=${REDACTED}`;
  });
  return hideAll(pairs.join('&').replace(OWN_TOKENS, REDACTED), secrets);
}

function withoutEscapes(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

const SECRET_IN_TEXT = new RegExp(
  `((?<![a-z0-9])${SECRET_NAME_IN_TEXT}["'\\\\]{0,4}\\s{0,8}[:=]\\s{0,8}(?:(?:bearer|basic)\\s{1,4})?)("(?:[^"\\\\]|\\\\.){0,4096}"?|'[^']{0,4096}'?|[^\\s,;}\\]]{1,4096})`,
  'gi',
);

/**
 * Plain text in the form in which it may be stored: hides what follows the name of a secret (`secret:`, `api_key=`),
 * quoted or not, and our own tokens anywhere. It is also used for bodies that are almost JSON.
 */
export const redactText = (text: string): string =>
  text.replace(OWN_TOKENS, REDACTED).replace(SECRET_IN_TEXT, `$1${REDACTED}`);

/** Replaces a half of a surrogate pair, which JSON can contain and MySQL refuses, with the replacement character. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** Everything below a field with a secret's name is a secret. */
function collect(value: unknown, secrets: Set<string>, depth: number, isSecret = false): boolean {
  if (isSecret && (typeof value === 'string' || typeof value === 'number')) secrets.add(String(value));
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= DEPTH_MAX) return false;
  return Object.entries(value).every(([key, item]) =>
    collect(item, secrets, depth + 1, isSecret || (!Array.isArray(value) && isSecretName(key))),
  );
}

function rewrite(value: unknown, hide: (text: string) => string): unknown {
  if (typeof value === 'string') return wellFormed(hide(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, hide));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      wellFormed(hide(key)),
      isSecretName(key) ? REDACTED : rewrite(item, hide),
    ]),
  );
}
