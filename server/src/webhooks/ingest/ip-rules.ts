import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The sender addresses of TradingView's alerts (its support page 43000529348, "About webhooks"). */
export const TRADINGVIEW_IPS: readonly string[] = ['52.89.214.238', '34.212.75.30', '54.218.53.128', '52.32.178.7'];

type Address = ReturnType<typeof ipaddr.process>;
export type IpRange = readonly [Address, number];

/**
 * An address in its normalized form: IPv4 mapped into IPv6 becomes IPv4, zone ids are removed. Null when it is not an
 * address.
 */
export function normalizeIp(text: string): string | null {
  const bare = text.trim().replace(/%.*$/, '');
  // Node's check is strict. ipaddr.js alone would also accept '10.1' and octal octets.
  return isIP(bare) === 0 ? null : ipaddr.process(bare).toString();
}

/** An address or CIDR range; null when it is neither. `::ffff:10.0.0.0/104` is 10.0.0.0/8. */
export function parseIpRule(text: string): IpRange | null {
  const [address = '', length, ...rest] = text.trim().split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return null;
  const written = ipaddr.parse(address);
  const bits = written.kind() === 'ipv4' ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return null;
  const isMapped = written.kind() === 'ipv6' && (written as ipaddr.IPv6).isIPv4MappedAddress();
  if (!isMapped) return [written, prefix];
  return prefix >= 96 ? [ipaddr.process(address), prefix - 96] : [written, prefix];
}

const inRange = (address: Address, range: IpRange): boolean =>
  address.kind() === range[0].kind() && address.match(range as [ipaddr.IPv4, number] & [ipaddr.IPv6, number]);

/**
 * Whether an address passes a source's list (the value of `allowed_ips_json`). No list or an empty list allows every
 * address. An entry that is not an address matches nothing. A value that is not a list allows no address.
 */
export function isIpAllowed(ip: string | null, list: unknown): boolean {
  if (list === null || list === undefined) return true;
  if (!Array.isArray(list)) return false;
  if (list.length === 0) return true;
  if (ip === null || normalizeIp(ip) === null) return false;
  const address = ipaddr.process(ip);
  return list.some((entry) => {
    const range = typeof entry === 'string' ? parseIpRule(entry) : null;
    return range !== null && inRange(address, range);
  });
}

/**
 * Who sent a request. This is the peer of the socket, unless the peer is a trusted proxy. Then X-Forwarded-For is read
 * from the right, past further trusted proxies, to the first address that is not a trusted proxy. No other header
 * counts. Null when a trusted proxy forwarded something that is not an address: such a sender is on no list.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trustedProxies: readonly string[],
): string | null {
  const socket = peer === undefined ? null : normalizeIp(peer);
  if (socket === null) return null;
  const trusted = trustedProxies.flatMap((entry) => {
    const range = parseIpRule(entry);
    return range ? [range] : [];
  });
  const isTrusted = (ip: string) => trusted.some((range) => inRange(ipaddr.process(ip), range));
  const header = typeof forwardedFor === 'string' ? forwardedFor : (forwardedFor ?? []).join(',');
  const hops = header === '' ? [] : header.split(',');
  let client = socket;
  while (isTrusted(client) && hops.length > 0) {
    const hop = normalizeIp(withoutPort(hops.pop() ?? ''));
    if (hop === null) return null;
    client = hop;
  }
  return client;
}

/** Some proxies write '1.2.3.4:5678' and '[::1]:5678'. */
function withoutPort(hop: string): string {
  const text = hop.trim();
  const bracketed = /^\[([^\]]{2,45})\](?::\d{1,5})?$/.exec(text);
  return bracketed?.[1] ?? text.replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, '$1');
}
