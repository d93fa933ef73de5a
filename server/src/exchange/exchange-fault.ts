/** Why a request to an exchange failed: a closed list that people may see. */
export const EXCHANGE_FAULTS = {
  KEYS_MISSING: 'The account has no API key.',
  KEY_REFUSED: 'The exchange does not know this key, or the secret or passphrase is wrong.',
  ADDRESS_NOT_ALLOWED: "The key may not be used from this server's address.",
  KEY_OR_ADDRESS_REFUSED:
    "The exchange refused the key. It does not say which it is: a wrong key, a missing permission, or this server's address is not in the key's list.",
  PERMISSION_MISSING: 'The key does not have the permission for this.',
  CLOCK_OFF: "The exchange refused the request because this server's clock and its own differ.",
  RATE_LIMITED: 'Too many requests: the exchange asks this server to wait.',
  PROXY_UNREACHABLE: 'The proxy of this account could not be used.',
  PROXY_NOT_ALLOWED: 'The proxy of this account leads to a private address, which the operator does not allow.',
  UNREACHABLE: 'The exchange did not answer.',
  OTHER: 'The exchange answered with an error.',
} as const;
export type ExchangeFaultCode = keyof typeof EXCHANGE_FAULTS;

/**
 * A failed request to an exchange. The message is ours: the exchange's text may repeat the key (Bybit's sign errors
 * do), so it goes neither into an answer nor into a log. `exchangeCode` is the exchange's own code, letters and digits
 * only.
 */
export class ExchangeFault extends Error {
  override name = 'ExchangeFault';
  readonly code: ExchangeFaultCode;
  readonly exchangeCode: string | null;

  constructor(code: ExchangeFaultCode, exchangeCode: string | null = null) {
    super(EXCHANGE_FAULTS[code]);
    this.code = code;
    this.exchangeCode = exchangeCode;
  }
}

/** The exchanges' own codes for each fault, from their documentation. */
const BY_EXCHANGE_CODE: Record<string, ExchangeFaultCode> = {
  // Binance, MEXC (spot follows Binance's codes)
  '-2014': 'KEY_REFUSED',
  '-2015': 'KEY_OR_ADDRESS_REFUSED',
  '-1022': 'KEY_REFUSED',
  '-2008': 'KEY_REFUSED',
  '-1021': 'CLOCK_OFF',
  '-1003': 'RATE_LIMITED',
  '-1002': 'PERMISSION_MISSING',
  '10072': 'KEY_REFUSED',
  '700002': 'KEY_REFUSED',
  '700003': 'CLOCK_OFF',
  '700006': 'ADDRESS_NOT_ALLOWED',
  '700007': 'PERMISSION_MISSING',
  // Bybit
  '10002': 'CLOCK_OFF',
  '10003': 'KEY_REFUSED',
  '33004': 'KEY_REFUSED',
  '10004': 'KEY_REFUSED',
  '10005': 'PERMISSION_MISSING',
  '10006': 'RATE_LIMITED',
  '10010': 'ADDRESS_NOT_ALLOWED',
  // OKX
  '50102': 'CLOCK_OFF',
  '50105': 'KEY_REFUSED',
  '50110': 'ADDRESS_NOT_ALLOWED',
  '50111': 'KEY_REFUSED',
  '50113': 'KEY_REFUSED',
  '50119': 'KEY_REFUSED',
  '50120': 'PERMISSION_MISSING',
  '50011': 'RATE_LIMITED',
  // KuCoin
  '400002': 'CLOCK_OFF',
  '400003': 'KEY_REFUSED',
  '400004': 'KEY_REFUSED',
  '400005': 'KEY_REFUSED',
  '400006': 'ADDRESS_NOT_ALLOWED',
  '400007': 'PERMISSION_MISSING',
  // Bitget
  '40006': 'KEY_REFUSED',
  '40008': 'CLOCK_OFF',
  '40009': 'KEY_REFUSED',
  '40012': 'KEY_REFUSED',
  '40014': 'PERMISSION_MISSING',
  '40018': 'ADDRESS_NOT_ALLOWED',
  '40037': 'KEY_REFUSED',
  // Gate
  INVALID_KEY: 'KEY_REFUSED',
  INVALID_SIGNATURE: 'KEY_REFUSED',
  IP_FORBIDDEN: 'ADDRESS_NOT_ALLOWED',
  READ_ONLY: 'PERMISSION_MISSING',
  FORBIDDEN: 'PERMISSION_MISSING',
  REQUEST_EXPIRED: 'CLOCK_OFF',
  TOO_MANY_REQUESTS: 'RATE_LIMITED',
  // Kraken
  'EAPI:Invalid key': 'KEY_REFUSED',
  'EAPI:Invalid signature': 'KEY_REFUSED',
  'EAPI:Invalid nonce': 'CLOCK_OFF',
  'EGeneral:Permission denied': 'PERMISSION_MISSING',
  'EAPI:Rate limit exceeded': 'RATE_LIMITED',
  // HTX
  'api-signature-not-valid': 'KEY_REFUSED',
  'login-required': 'KEY_REFUSED',
  'invalid-ip': 'ADDRESS_NOT_ALLOWED',
};

/** ccxt's classes by name, so that this file does not import ccxt; the most specific first. */
const BY_CLASS: readonly (readonly [RegExp, ExchangeFaultCode])[] = [
  [/^(InvalidNonce)$/, 'CLOCK_OFF'],
  [/^(PermissionDenied|AccountNotEnabled|AccountSuspended)$/, 'PERMISSION_MISSING'],
  [/^(AuthenticationError)$/, 'KEY_REFUSED'],
  [/^(RateLimitExceeded|DDoSProtection)$/, 'RATE_LIMITED'],
  [/^(InvalidProxySettings)$/, 'PROXY_UNREACHABLE'],
  [/^(PrivateAddressError)$/, 'PROXY_NOT_ALLOWED'],
  [
    /^(RequestTimeout|NetworkError|ExchangeNotAvailable|OnMaintenance|TimeoutError|AbortError|FetchError)$/,
    'UNREACHABLE',
  ],
];

const CODE_IN_TEXT = /"(?:code|retCode|label|err-code)"\s*:\s*"?(-?[\w-]{1,40})"?/;
const KRAKEN_CODE = /"?(E(?:API|General):[A-Za-z ]{3,40})"?/;

const CAUSES_MAX = 4;

/** The error and what caused it, outermost first. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && chain.length < CAUSES_MAX; one = one.cause) chain.push(one);
  return chain;
}

const exchangeCodeIn = ({ message }: Error): string[] =>
  (KRAKEN_CODE.exec(message) ?? CODE_IN_TEXT.exec(message))?.slice(1, 2) ?? [];

const isOfTheWire = (error: Error): boolean => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(E[A-Z]{4,}|UND_ERR_\w+)$/.test(code);
};

/** Converts any error of an exchange. Of its text only a code of letters and digits is kept. */
export function toExchangeFault(error: unknown): ExchangeFault {
  if (error instanceof ExchangeFault) return error;
  const chain = chainOf(error);
  const exchangeCode = chain.flatMap(exchangeCodeIn)[0] ?? null;
  const known = exchangeCode === null ? undefined : BY_EXCHANGE_CODE[exchangeCode];
  if (known) return new ExchangeFault(known, exchangeCode);
  const names = chain.flatMap((one) => [one.name, one.constructor.name]);
  const byClass = BY_CLASS.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (byClass) return new ExchangeFault(byClass[1], exchangeCode);
  return new ExchangeFault(chain.some(isOfTheWire) ? 'UNREACHABLE' : 'OTHER', exchangeCode);
}
