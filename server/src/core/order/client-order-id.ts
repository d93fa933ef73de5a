/** A cryptographic hash of a text, at least 16 bytes. Passed in, because core does no I/O and imports nothing. */
export type Hash = (text: string) => Uint8Array;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(ALPHABET.length);
/**
 * Kraken accepts 18 characters, the shortest limit of all. 17 digits after the first hold 101 bits, so no two orders
 * share an id.
 */
const DIGITS = 17;
const HASH_BYTES = 16;

/**
 * Our id of an order: 18 characters [0-9A-Za-z] that begin with `x` (some exchanges reserve `t`). The same job and
 * attempt always give the same id. `salt` separates two databases that use the same job numbers.
 */
export function clientOrderId(
  hash: Hash,
  { salt, jobId, attempt }: { salt: string; jobId: number; attempt: number },
): string {
  const bytes = hash(`${salt}/${jobId}/${attempt}`).subarray(0, HASH_BYTES);
  if (bytes.length < HASH_BYTES) throw new RangeError('a client order id needs a hash of at least 16 bytes');
  let number = bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
  let id = '';
  for (let digit = 0; digit < DIGITS; digit++) {
    id = ALPHABET.charAt(Number(number % BASE)) + id;
    number /= BASE;
  }
  return `x${id}`;
}
