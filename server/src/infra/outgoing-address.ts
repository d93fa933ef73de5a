import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Addresses that users give us to talk to (proxies, servers of messages). None may reach what only this machine or its
 * network can: neither as it is written, nor by the name it resolves to when the connection is made.
 */
export const PROXY_SCHEMES = ['http:', 'https:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:'] as const;

export type OutgoingFault = 'INVALID_ADDRESS' | 'PRIVATE_ADDRESS';

/** Names that never mean a machine outside. */
const LOCAL_NAME = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|home\.arpa|corp)$/;

/**
 * Whether an address is one of the public internet: not loopback, private, link-local, shared, documentation,
 * multicast, reserved, nor IPv6 that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(bare) === 0) return false;
  const address = ipaddr.process(bare);
  if (address.range() !== 'unicast') return false;
  // Global unicast is 2000::/3 (RFC 4291); what lies outside it is not routed, whatever it may become.
  return address.kind() === 'ipv4' || address.match(ipaddr.parse('2000::') as never, 3);
}

/** The host as it will be dialled: Node's URL writes 0x7f.1 and 2130706433 out, but only for schemes it knows. */
function hostOf(url: URL): string | undefined {
  const bare = url.hostname;
  const known = `http://${bare}/`;
  return URL.canParse(known) ? new URL(known).hostname.replace(/\.$/, '').toLowerCase() : undefined;
}

/**
 * Checks what can be seen of an address before anything is dialled: its form, its scheme, and a host that is private
 * as it stands. Names are resolved by `publicLookup`, when the connection is made.
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

/** Dialling was refused: the name leads to an address that is not public. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS';
  override name = 'PrivateAddressError';

  constructor() {
    super('the address leads to a private network, which is not allowed');
  }
}

/**
 * For the `lookup` option of net.connect and its kin: what it answers is what is dialled, so a name that changes its
 * mind between a check and the connection (DNS rebinding) gains nothing. A name with even one private address is
 * refused. Literal addresses never come here: check them with `checkOutgoingUrl`.
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
