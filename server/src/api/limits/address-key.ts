import ipaddr from 'ipaddr.js';

/** One network counts as one sender: an IPv4 address, or the /64 that a single IPv6 customer has. */
export function addressKey(ip: string | null): string {
  if (ip === null || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return (address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
