import type { ExchangeName } from '../domain.js';
import { refuse, type Refusal } from '../reasons.js';

/** The credentials that an exchange requires. */
export interface ExchangeKeyRules {
  /** The exchange issues a passphrase together with the key. */
  passphrase: boolean;
  /** The exchange has a test network for spot trading, with separate keys. */
  testnet: boolean;
}

export const EXCHANGE_KEY_RULES: Record<ExchangeName, ExchangeKeyRules> = {
  BINANCE_SPOT: { passphrase: false, testnet: true },
  BYBIT_SPOT: { passphrase: false, testnet: true },
  OKX_SPOT: { passphrase: true, testnet: true },
  KUCOIN_SPOT: { passphrase: true, testnet: false },
  GATE_SPOT: { passphrase: false, testnet: true },
  KRAKEN_SPOT: { passphrase: false, testnet: false },
  COINBASE_SPOT: { passphrase: false, testnet: false },
  BITGET_SPOT: { passphrase: true, testnet: true },
  MEXC_SPOT: { passphrase: false, testnet: false },
  HTX_SPOT: { passphrase: false, testnet: false },
};

export interface ApiKeys {
  apiKey: string;
  apiSecret: string;
  passphrase: string | null;
}

const KEY_MAX = 512;
/** Coinbase's secret is a private key in PEM. */
const SECRET_MAX = 4_096;
const PASSPHRASE_MAX = 256;
const isPrintable = (text: string) => /^[\x21-\x7e]+$/.test(text);
const isPrintableText = (text: string) => /^[\x20-\x7e\r\n]+$/.test(text);

/**
 * Cleans the keys for storage: removes whitespace from copying and restores the line breaks of a PEM that was pasted
 * with `\n`. Refuses (INVALID_CREDENTIALS) what cannot be a key of this exchange. Messages never repeat the values.
 */
export function readApiKeys(
  exchange: ExchangeName,
  given: { apiKey: string; apiSecret: string; passphrase?: string | null | undefined },
): { ok: true; keys: ApiKeys } | Refusal {
  const apiKey = given.apiKey.trim();
  const apiSecret = given.apiSecret.trim().replaceAll('\\n', '\n');
  const passphrase = given.passphrase?.trim() || null;
  const bad = (message: string) => refuse('INVALID_CREDENTIALS', message);
  if (apiKey === '' || apiKey.length > KEY_MAX || !isPrintable(apiKey))
    return bad('The API key is empty, too long, or has characters that no key has.');
  if (apiSecret === '' || apiSecret.length > SECRET_MAX || !isPrintableText(apiSecret))
    return bad('The API secret is empty, too long, or has characters that no secret has.');
  if (apiKey === apiSecret) return bad('The API key and the API secret are the same text.');
  const needs = EXCHANGE_KEY_RULES[exchange].passphrase;
  if (needs && passphrase === null)
    return bad('This exchange gives a passphrase together with the key; it is missing.');
  if (!needs && passphrase !== null) return bad('This exchange has no passphrase; leave it empty.');
  if (passphrase !== null && (passphrase.length > PASSPHRASE_MAX || !isPrintableText(passphrase)))
    return bad('The passphrase is too long or has characters that none has.');
  return { ok: true, keys: { apiKey, apiSecret, passphrase } };
}

const HINT_LENGTH = 4;

/**
 * The last four characters, so that the owner recognizes the key. Empty for a key so short that they would reveal too
 * much.
 */
export const keyHint = (apiKey: string): string => (apiKey.length >= 4 * HINT_LENGTH ? apiKey.slice(-HINT_LENGTH) : '');
