import { BlockList, isIP } from 'node:net';

const isIpv6 = (address: string): boolean => isIP(address) === 6;
const familyOf = (address: string) => (isIpv6(address) ? 'ipv6' : 'ipv4');

/** The address and prefix length of `10.0.0.1` or `10.0.0.0/8`; null when it is neither. */
function parseRange(text: string): [address: string, prefix: number] | null {
  const [address = '', length, ...rest] = text.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return null;
  const bits = isIpv6(address) ? 128 : 32;
  if (length === undefined) return [address, bits];
  return /^\d{1,3}$/.test(length) && Number(length) <= bits ? [address, Number(length)] : null;
}

/** Whether a text is an address or a CIDR range. */
export const isAddressRange = (text: string): boolean => parseRange(text) !== null;

/** Whether an address is in one of the ranges. An unknown address is in none; an entry that is not valid has none. */
export function isInAddressList(ip: string | null, ranges: readonly string[]): boolean {
  if (ip === null || isIP(ip) === 0) return false;
  const list = new BlockList();
  for (const range of ranges.map(parseRange)) if (range) list.addSubnet(range[0], range[1], familyOf(range[0]));
  return list.check(ip, familyOf(ip));
}
