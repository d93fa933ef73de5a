import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'mvc_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters of 62 are 190 bits. */
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);
const HINT_LENGTH = 4;

/** CRC-32 of the text in six characters of base 62. It finds typing errors and lets scanners recognize real tokens. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let checksum = '';
  for (let n = 0; n < CHECKSUM_LENGTH; n++) {
    checksum = `${ALPHABET.charAt(rest % ALPHABET.length)}${checksum}`;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return checksum;
}

/** A new token: `mvc_`, 32 random characters, and a checksum of six over all before it. */
export function newApiToken(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `${PREFIX}${random}${checksumOf(`${PREFIX}${random}`)}`;
}

/** Whether a text has the form of a token and the right checksum. Only such a text is worth a query. */
export const isApiToken = (text: string): boolean =>
  FORM.test(text) && text.endsWith(checksumOf(text.slice(0, -CHECKSUM_LENGTH)));

/** What is stored in place of the token. A fast hash is enough, because the token is random and long. */
export const apiTokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The last characters, so that its owner recognizes it in a list. */
export const apiTokenHint = (token: string): string => token.slice(-HINT_LENGTH);

/** What an Authorization header asks for. */
export type BearerToken = { kind: 'none' } | { kind: 'token'; token: string } | { kind: 'invalid' };

/**
 * The token of an Authorization header (RFC 6750). Basic is ignored, because a proxy in front may ask for it. Any other
 * header that is not a well-formed token is invalid, so that a mistake never turns the caller into a stranger or into
 * the owner of a cookie.
 */
export function readBearer(header: string | undefined): BearerToken {
  if (header === undefined || /^basic(?: |$)/i.test(header)) return { kind: 'none' };
  const token = /^bearer +(\S+) *$/i.exec(header)?.[1];
  return token !== undefined && isApiToken(token) ? { kind: 'token', token } : { kind: 'invalid' };
}
