/**
 * Replaces the origin of every address in ccxt's tree of addresses. Paths stay, and streams stay streams. For servers
 * that replace an exchange.
 */
export function rewriteOrigins(origin: string, addresses: unknown): unknown {
  const { protocol, host } = new URL(origin);
  const move = (each: unknown): unknown => {
    if (typeof each === 'string') {
      const scheme = /^wss?:/.test(each) ? protocol.replace('http', 'ws') : protocol;
      return `${scheme}//${host}${each.replace(/^[a-z]+:\/\/[^/]*/, '')}`;
    }
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, one]) => [name, move(one)]));
  };
  return move(addresses);
}
