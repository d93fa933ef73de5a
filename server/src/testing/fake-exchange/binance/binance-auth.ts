import { createHmac } from 'node:crypto';
import { refuse } from './binance-wire.js';
import type { FakeAccount, WireAnswer, WireRequest, World } from '../world.js';

const DEFAULT_RECV_WINDOW_MS = 5000;
const MAX_RECV_WINDOW_MS = 60_000;
const AHEAD_MS = 1000;

/** The permission that a request needs. */
export type Need = 'read' | 'trade';

export const isAuthorized = (value: object): value is { account: FakeAccount } => 'account' in value;

const BAD_KEY = refuse(-2015, 'Invalid API-key, IP, or permissions for action.', 401);

/** The signed parameters: the query followed by the body, without the signature. */
export function signedText({ query, body }: { query: string; body: string }): string {
  const bare = (text: string) =>
    text
      .split('&')
      .filter((pair) => pair !== '' && !pair.startsWith('signature='))
      .join('&');
  return bare(query) + bare(body);
}

/** The checks of a timestamp against the exchange's own clock. */
export function checkClock(params: URLSearchParams, now: number): WireAnswer | undefined {
  const missing = (name: string) =>
    refuse(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
  const timestamp = Number(params.get('timestamp') ?? Number.NaN);
  if (!Number.isSafeInteger(timestamp)) return missing('timestamp');
  const recvWindow = Number(params.get('recvWindow') ?? DEFAULT_RECV_WINDOW_MS);
  if (!(recvWindow > 0)) return missing('recvWindow');
  if (recvWindow > MAX_RECV_WINDOW_MS) return refuse(-1131, 'recvWindow must be less than 60000.');
  if (timestamp >= now + AHEAD_MS) {
    return refuse(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (now - timestamp > recvWindow) return refuse(-1021, 'Timestamp for this request is outside of the recvWindow.');
  return undefined;
}

export const hmacHex = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');

/** Checks key, address, permission, clock and signature, in the same order as Binance. */
export function authorize(
  { accounts, now }: World,
  request: WireRequest,
  params: URLSearchParams,
  need: Need,
): { account: FakeAccount } | WireAnswer {
  const key = request.headers['x-mbx-apikey'];
  if (typeof key !== 'string' || key === '') return refuse(-2014, 'API-key format invalid.', 401);
  const account = accounts.find(({ apiKey }) => apiKey === key);
  const isAllowed = account && (account.allowedIps === null || account.allowedIps.includes(request.ip));
  if (!account || !isAllowed || !(need === 'trade' ? account.canTrade : account.canRead)) return BAD_KEY;
  const late = checkClock(params, now());
  if (late) return late;
  if (params.get('signature') !== hmacHex(account.secret, signedText(request))) {
    return refuse(-1022, 'Signature for this request is not valid.');
  }
  return { account };
}
