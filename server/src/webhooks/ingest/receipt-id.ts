import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 26;

/** The public id of a receipt: 128 random bits as 26 characters of Crockford's base32. It cannot be guessed. */
export function receiptId(): string {
  let bits = BigInt(`0x${randomBytes(16).toString('hex')}`);
  let text = '';
  for (let index = 0; index < LENGTH; index++) {
    text = `${CROCKFORD[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return text;
}

/** Whether a text has the form of a receipt's id. */
export const isReceiptId = (text: string): boolean => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text);
