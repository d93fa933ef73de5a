import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encryption of stored secrets: AES-256-GCM, with the key id in the envelope, bound to the row by associated data. */
export interface Secrets {
  /** `place` names table, column and row, e.g. 'webhook_sources.signing_secret_enc:7'. */
  seal(plain: string, place: string): string;
  open(sealed: string, place: string): string;
  /** Whether it was sealed with the current key. Does not tell whether it can be opened. */
  isCurrent(sealed: string): boolean;
}

export interface SecretKey {
  /** Letters, digits, '-' and '_'. It is in every envelope, so never reuse it for another key. */
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
// NIST SP 800-38D: 96-bit nonces. Random nonces are safe far beyond the number of secrets in one installation.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The first key seals, and every key opens. Put a new key in front, and remove the old one when no envelope has its id
 * any more. The envelope is `v1.<key id>.<nonce>.<tag>.<cipher text>`, the last three in base64url. `open` throws when
 * anything was changed or moved to another place; the message names only the key and the place.
 */
export function createSecrets(keys: readonly SecretKey[]): Secrets {
  const [first] = keys;
  if (!first) throw new Error('at least one secret key is needed');
  const byId = new Map<string, Buffer>();
  for (const { id, key } of keys) {
    if (!/^[\w-]{1,32}$/.test(id)) throw new Error(`"${id}" is not a key id: use 1 to 32 letters, digits, - and _`);
    if (key.length !== KEY_BYTES)
      throw new Error(`the secret key "${id}" has ${key.length} bytes instead of ${KEY_BYTES}`);
    if (byId.has(id)) throw new Error(`the secret key "${id}" is given twice`);
    byId.set(id, key);
  }
  return {
    seal(plain, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, first.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(place));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      const parts = [nonce, cipher.getAuthTag(), text].map((part) => part.toString('base64url'));
      return [VERSION, first.id, ...parts].join('.');
    },
    isCurrent: (sealed) => sealed.startsWith(`${VERSION}.${first.id}.`),
    open(sealed, place) {
      const parts = sealed.split('.');
      const [version, keyId = '', nonce = '', tag = '', text = ''] = parts;
      if (version !== VERSION || parts.length !== 5)
        throw new Error(`the secret at ${place} is not a ${VERSION} envelope`);
      const key = byId.get(keyId);
      if (!key) throw new Error(`the secret at ${place} was sealed with the key "${keyId}", which is not configured`);
      try {
        const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64url'), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(Buffer.from(place));
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new Error(`the secret at ${place} does not open with the key "${keyId}": it was changed or moved`);
      }
    },
  };
}
