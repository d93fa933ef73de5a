import type { FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from '../auth/auth.js';
import { deviceCookieOf } from '../auth/device-proof.js';
import type { ApiServices, RequestFacts } from '../graphql/context.js';
import { clientAddress } from '../webhooks/ingest/ip-rules.js';

const USER_AGENT_MAX = 512;
const ADDRESS_MAX = 45;

/** The address of the client's connection, which the API process adds to each request that it passes on. */
export const PEER_HEADER = 'x-mvcash-peer';

/** An answer of GraphQL to the API process: refuse this address for so many milliseconds without asking. */
export const HOLD_HEADER = 'x-mvcash-hold';
/** An answer of GraphQL to the API process: the session of this request is valid. */
export const KNOWN_HEADER = 'x-mvcash-known';

const SESSION = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([a-z2-7]{40})(?:;|$)`);

/** The secret that says who sent a request: its API token, or the token of its session. Not checked yet. */
export const credentialOf = ({
  cookie = '',
  authorization,
}: {
  cookie?: string | undefined;
  authorization?: string | undefined;
}): string | undefined => authorization ?? SESSION.exec(cookie)?.[1];

/** The origin of a request or a websocket. Forwarding headers count only behind a trusted proxy. */
export function requestFacts(
  { app }: Pick<ApiServices, 'app'>,
  id: string,
  raw: Pick<FastifyRequest['raw'], 'socket' | 'headers'>,
): RequestFacts {
  // Only the API process can open our unix socket, whose connections have no address. Elsewhere the header is ignored.
  const { [PEER_HEADER]: named } = raw.headers;
  const peer = raw.socket.remoteAddress ?? (typeof named === 'string' ? named : undefined);
  const ip = clientAddress(peer, raw.headers['x-forwarded-for'], app.env.TRUSTED_PROXIES);
  return {
    id,
    ip: ip?.slice(0, ADDRESS_MAX) ?? null,
    userAgent: raw.headers['user-agent']?.slice(0, USER_AGENT_MAX) ?? null,
    deviceCookie: deviceCookieOf(raw.headers.cookie),
  };
}
