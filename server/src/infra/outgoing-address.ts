import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Addresses from users that we connect to (proxies, message servers). None may reach this machine or its private
 * network, neither by the written address nor by the address that its name resolves to at connection time.
 */
export const PROXY_SCHEMES = ['http:', 'https:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:'] as const;

export type OutgoingFault = 'INVALID_ADDRESS' | 'PRIVATE_ADDRESS';

/** Names that always mean a local machine. */
const LOCAL_NAME = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|home\.arpa|corp)$/;

/**
 * Whether an address is on the public internet: not loopback, private, link-local, shared, documentation, multicast or
 * reserved, and not an IPv6 address that contains an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) === 0) return false;
  const address = ipaddr.process(bare);
  if (address.range() !== 'unicast') return false;
  // Global unicast is 2000::/3 (RFC 4291). Addresses outside it are not routed.
  return address.kind() === 'ipv4' || address.match(ipaddr.parse('2000::') as never, 3);
}

/**
 * The host in the form that is dialed. Node's URL normalizes 0x7f.1 and 2130706433, but only for schemes that it knows.
 */
function hostOf(url: URL): string | undefined {
  const bare = url.hostname;
  const known = `http://${bare}/`;
  return URL.canParse(known) ? new URL(known).hostname.replace(/\.$/, '').toLowerCase() : undefined;
}

/**
 * Checks an address before any connection: its format, its scheme, and whether its host is a private address.
 * `publicLookup` resolves names when the connection is made.
 */
export function checkOutgoingUrl(
  text: string,
  { schemes, allowPrivate }: { schemes: readonly string[]; allowPrivate: boolean },
): { url: URL } | { fault: OutgoingFault } {
  if (!URL.canParse(text)) return { fault: 'INVALID_ADDRESS' };
  const url = new URL(text);
  const host = hostOf(url);
  if (!schemes.includes(url.protocol) || !host || url.port === '0') return { fault: 'INVALID_ADDRESS' };
  if (allowPrivate) return { url };
  const literal = host.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return isPublicAddress(literal) ? { url } : { fault: 'PRIVATE_ADDRESS' };
  return LOCAL_NAME.test(host) || !host.includes('.') ? { fault: 'PRIVATE_ADDRESS' } : { url };
}

/** The connection was refused, because the name resolves to an address that is not public. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS';
  override name = 'PrivateAddressError';

  constructor() {
    super('the address leads to a private network, which is not allowed');
  }
}

/**
 * For the `lookup` option of net.connect and similar functions. The returned address is the one that is dialed, so a
 * name that changes between check and connection (DNS rebinding) gains nothing. A name with even one private address is
 * refused. Literal addresses are not looked up: check them with `checkOutgoingUrl`.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const addresses = found as LookupAddress[] | undefined;
    if (error || !addresses?.[0]) return callback(error ?? new Error('the name has no address'), []);
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(new PrivateAddressError(), []);
    if (options.all) return callback(null, addresses);
    return callback(null, addresses[0].address, addresses[0].family);
  });
};
