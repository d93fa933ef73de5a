import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuse, type Refusal } from '../../core/reasons.js';

/** Header names are lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** How many seconds a Standard Webhooks timestamp may differ from our clock, in either direction. */
export const SIGNATURE_TOLERANCE_SEC = 300;
const SIGNATURES_MAX = 20;

export const headerOf = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

/** Whether a message is signed by Standard Webhooks, so that its signature covers its id and its time too. */
export const isStandardSigned = (headers: Headers): boolean => headerOf(headers, 'webhook-signature') !== undefined;

/**
 * Checks the signature of the raw bytes of a body; null when it is right. With a `webhook-signature` header it must
 * follow Standard Webhooks (standardwebhooks.com: base64 HMAC-SHA256 of `id.timestamp.body`, several signatures
 * separated by spaces). Otherwise `X-Signature` or `X-Hub-Signature-256` is checked (hex HMAC-SHA256 of the body,
 * `sha256=` optional). The first kind uses the decoded base64 after `whsec_` as its key, the second kind the secret as
 * it is written.
 */
export function verifySignature(input: {
  headers: Headers;
  rawBody: Uint8Array;
  secret: string;
  nowMs: number;
}): Refusal | null {
  const { headers, rawBody, secret, nowMs } = input;
  const standard = headerOf(headers, 'webhook-signature');
  if (standard !== undefined) return verifyStandard(headers, standard, rawBody, secret, nowMs);
  const given = ['x-signature', 'x-hub-signature-256'].flatMap((name) => headerOf(headers, name) ?? []);
  if (given.length === 0) {
    return refuse(
      'SIGNATURE_MISSING',
      'This source requires a signature: send X-Signature: sha256=<hex HMAC-SHA256 of the raw body>, or the three Standard Webhooks headers.',
    );
  }
  const expected = createHmac('sha256', secret).update(rawBody).digest();
  const matches = given.some((value) => {
    const hex = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(value.trim())?.[1];
    return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected);
  });
  return matches
    ? null
    : refuse(
        'SIGNATURE_INVALID',
        'The signature does not match: it must be the hex HMAC-SHA256 of exactly the bytes sent, with the secret of this source.',
      );
}

function verifyStandard(
  headers: Headers,
  signatures: string,
  rawBody: Uint8Array,
  secret: string,
  nowMs: number,
): Refusal | null {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  if (!id || !timestamp) {
    return refuse(
      'SIGNATURE_MISSING',
      'Standard Webhooks needs webhook-id, webhook-timestamp and webhook-signature together.',
    );
  }
  // The signed text is `id.timestamp.body`: with a dot in the id it could be read in two ways.
  if (id.includes('.')) return refuse('SIGNATURE_INVALID', 'webhook-id must not contain a dot.');
  if (!/^\d{1,12}$/.test(timestamp)) {
    return refuse('SIGNATURE_INVALID', 'webhook-timestamp must be unix seconds.');
  }
  if (Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) > SIGNATURE_TOLERANCE_SEC)
    return refuse('SIGNATURE_EXPIRED');
  const expected = signStandard({ id, timestamp, rawBody, secret });
  const matches = signatures
    .split(' ')
    .slice(0, SIGNATURES_MAX)
    .some((each) => {
      const [version, value] = each.split(',', 2);
      const given = Buffer.from(value ?? '', 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
  return matches
    ? null
    : refuse(
        'SIGNATURE_INVALID',
        'No v1 signature matches: sign "<webhook-id>.<webhook-timestamp>.<body>" with exactly the bytes sent.',
      );
}

/** The Standard Webhooks signature as bytes; the header is `v1,` and its base64. */
export function signStandard(input: { id: string; timestamp: string; rawBody: Uint8Array; secret: string }): Buffer {
  const key = Buffer.from(input.secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(`${input.id}.${input.timestamp}.`).update(input.rawBody).digest();
}
