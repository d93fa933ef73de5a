import { isIP } from 'node:net';
import type { Env } from '../env.js';

/** The host of a Host header without its port, in lower case; null when it is not one. */
function hostNameOf(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase().replace(/\.$/, '') ?? null;
}

/**
 * Whether a request for this host is answered: the name of PUBLIC_URL, the names of ALLOWED_HOSTS, localhost, or an IP
 * address. Otherwise the owner of any name could let it point at this server (DNS rebinding), and the browser of a user
 * would take their pages for ours. An address cannot be pointed elsewhere.
 */
export function isServedHost(header: string | undefined, env: Pick<Env, 'PUBLIC_URL' | 'ALLOWED_HOSTS'>): boolean {
  const name = hostNameOf(header);
  if (name === null) return false;
  if (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  return name === new URL(env.PUBLIC_URL).hostname || env.ALLOWED_HOSTS.includes(name);
}
