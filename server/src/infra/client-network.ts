import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const IPV6_NETWORK_PARTS = 4;

/**
 * Who an address counts as in limits: an IPv4 address itself, an IPv6 address by its /64, because one customer has that
 * many addresses. `unknown` for everything else.
 */
export function networkOf(ip: string | null): string {
  const bare = (ip ?? '').trim().replace(/%.*$/, '');
  if (isIP(bare) === 0) return 'unknown';
  const address = ipaddr.process(bare);
  if (address.kind() === 'ipv4') return address.toString();
  const parts = (address as ipaddr.IPv6).parts.slice(0, IPV6_NETWORK_PARTS);
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`;
}
