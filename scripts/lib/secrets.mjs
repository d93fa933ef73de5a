// Secrets that a first run needs: generated once, and readable by the owner only.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StepError } from './steps.mjs';

// Without characters that are easily confused, because it is read from a terminal and typed.
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

function readablePassword(length = 14) {
  const limit = 256 - (256 % LETTERS.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length))
      if (byte < limit && text.length < length) text += LETTERS[byte % LETTERS.length];
  }
  return text;
}

const fileOf = (dataDir) => path.join(dataDir, 'secrets.json');

function write(dataDir, secrets) {
  const file = fileOf(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * The generated settings (SECRET_KEYS, DEMO_PASSWORD), created on the first call. A file that cannot be read is an
 * error: a new key could not decrypt the existing secrets.
 */
export function generatedSecrets(dataDir) {
  const file = fileOf(dataDir);
  if (!existsSync(file)) {
    const fresh = {
      SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      DEMO_PASSWORD: readablePassword(),
      passwords: {},
    };
    write(dataDir, fresh);
    return fresh;
  }
  try {
    const secrets = JSON.parse(readFileSync(file, 'utf8'));
    const { SECRET_KEYS, DEMO_PASSWORD, passwords = {} } = secrets;
    if (typeof SECRET_KEYS === 'string' && typeof DEMO_PASSWORD === 'string')
      return { SECRET_KEYS, DEMO_PASSWORD, passwords };
  } catch (error) {
    if (error.code) throw new StepError(`${file} cannot be read: ${error.message}`);
  }
  throw new StepError(
    `${file} is damaged. Restore it from a backup, or remove it: secrets stored so far are lost then.`,
  );
}

/**
 * The server prints a generated password only when it creates the user. It is stored, so that later starts can print it.
 * @param {string} dataDir
 * @param {string} database identifies the installation
 * @param {Record<string, string | undefined>} said password of each e-mail, if the server has just printed it
 * @returns {Record<string, string | undefined>} password of each of these e-mails, if it was ever printed
 */
export function rememberPasswords(dataDir, database, said) {
  const secrets = generatedSecrets(dataDir);
  const keyOf = (email) => `${database} ${email}`;
  const fresh = Object.entries(said).filter(
    ([email, password]) => password && secrets.passwords[keyOf(email)] !== password,
  );
  for (const [email, password] of fresh) secrets.passwords[keyOf(email)] = password;
  if (fresh.length > 0) write(dataDir, secrets);
  return Object.fromEntries(Object.keys(said).map((email) => [email, secrets.passwords[keyOf(email)]]));
}
