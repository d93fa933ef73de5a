/** Words that make the name of a field one of a secret, wherever they stand in it. */
const ANYWHERE = ['secret', 'password', 'passwd', 'passphrase', 'passcode', 'credential', 'senha', 'mnemonic'];
/** Names that end so: `apiKey`, `access_token`. A `key` alone or a `tokenSymbol` is none. */
const AT_END = ['token', 'apikey', 'privatekey', 'accesskey', 'signingkey', 'authkey', 'licensekey', 'seedphrase'];
const WHOLE = ['pass', 'pwd', 'pw', 'pin', 'otp', 'jwt', 'auth', 'authorization', 'bearer', 'cookie'];

const isOneOf = (plain: string): boolean =>
  WHOLE.includes(plain) ||
  ANYWHERE.some((word) => plain.includes(word)) ||
  AT_END.some((word) => plain.replace(/(?:id|hash|\d+)$/, '').endsWith(word));

/**
 * Whether a field of this name holds a secret, in any spelling: `apiKey`, `API-KEY`, `api_key`. What it holds is neither
 * stored nor shown.
 */
export const isSecretName = (name: string): boolean => isOneOf(name.toLowerCase().replace(/[^a-z0-9]/g, ''));

/** The source of a pattern for such a name in a text, with at most 20 letters before the word that tells. */
export const SECRET_NAME_IN_TEXT =
  '(?:[a-z0-9_-]{0,20}(?:secret|password|passwd|passphrase|passcode|credential|senha|mnemonic|token|(?:api|private|access|signing|auth|license)[_ -]?key|seed[_ -]?phrase)[a-z0-9_-]{0,12}|pass|pwd|jwt|otp|authorization|auth|bearer)';
