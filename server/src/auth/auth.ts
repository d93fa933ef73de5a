import { Lucia } from 'lucia';
import type { Context } from '../context.js';
import type { TokenScope } from '../core/access/decide-access.js';
import { readBearer } from './tokens/api-token.js';
import { identifyToken } from './tokens/identify-token.js';
import { sessionAdapter, sessionHash } from './session.store.js';

interface ViewerFacts {
  userId: number;
  email: string;
  roles: readonly string[];
  mustChangePassword: boolean;
}

/** A person with a session. */
export interface SessionViewer extends ViewerFacts {
  kind: 'session';
  /** The session's token. Never logged, never answered. */
  token: string;
  /** The id of the session in the database. */
  sessionHash: string;
  /** When the person last proved the password or a code in this session. */
  steppedUpAt: Date | null;
}

/** A program with an API token of a user. */
export interface TokenViewer extends ViewerFacts {
  kind: 'token';
  tokenId: number;
  scopes: readonly TokenScope[];
}

/** Who makes a request. */
export type Viewer = SessionViewer | TokenViewer;

/** The headers that identify a caller, and the address the request came from. */
export interface Credentials {
  cookie: string | undefined;
  authorization: string | undefined;
  ip: string | null;
}

/**
 * The result of reading credentials. `cookie` is set when the session was prolonged. `refused`: a token was sent and is
 * not valid. Such a request must be answered with 401, and never as a request without credentials.
 */
export type Identity = { kind: 'known'; viewer: Viewer | null; cookie?: string } | { kind: 'refused' };

export interface SessionFacts {
  ip: string | null;
  userAgent: string | null;
  /** The proofs of earlier sign-ins, see device-proof.ts. */
  deviceCookie: string | null;
}

export interface Auth {
  /** Who sent these credentials. A token counts instead of a cookie, not besides it. */
  identify(credentials: Credentials): Promise<Identity>;
  /** Opens a session and returns its Set-Cookie value. */
  openSession(
    userId: number,
    facts: Pick<SessionFacts, 'ip' | 'userAgent'>,
  ): Promise<{ cookie: string; token: string }>;
  /** Ends one session and returns the Set-Cookie value that deletes its cookie. */
  endSession(token: string): Promise<{ cookie: string }>;
}

/** What is told to whoever sent a token that is not valid. */
export const BAD_TOKEN =
  'The API token is not valid: it was revoked, has expired, or may not be used from this address.';

export const SESSION_COOKIE = 'mvcash_session';
const TOKEN = /^[a-z2-7]{40}$/;

export function createLucia(app: Pick<Context, 'db' | 'env' | 'clock'>) {
  return new Lucia(sessionAdapter(app.db, app.clock), {
    sessionCookie: {
      name: SESSION_COOKIE,
      attributes: { sameSite: 'strict', secure: app.env.PUBLIC_URL.startsWith('https:') },
    },
    getUserAttributes: ({ email, roles, mustChangePassword }) => ({ email, roles, mustChangePassword }),
    getSessionAttributes: ({ steppedUpAt }) => ({ steppedUpAt: steppedUpAt ?? null }),
  });
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    UserId: number;
    DatabaseUserAttributes: { email: string; roles: string[]; mustChangePassword: boolean };
    DatabaseSessionAttributes: Pick<SessionFacts, 'ip' | 'userAgent'> & { steppedUpAt?: Date | null };
  }
}

/**
 * Sessions of the API. A session lasts 30 days and is prolonged while in use. Scripts and other sites cannot use its
 * cookie.
 */
export function createAuth(app: Pick<Context, 'db' | 'env' | 'clock'>): Auth {
  const lucia = createLucia(app);
  return {
    async identify({ cookie, authorization, ip }) {
      const bearer = readBearer(authorization);
      if (bearer.kind === 'invalid') return { kind: 'refused' };
      if (bearer.kind === 'token') {
        const viewer = await identifyToken(app, bearer.token, ip);
        return viewer ? { kind: 'known', viewer } : { kind: 'refused' };
      }
      return { kind: 'known', ...(await sessionOf(lucia, cookie)) };
    },
    async openSession(userId, facts) {
      const { ip, userAgent } = facts;
      const session = await lucia.createSession(userId, { ip, userAgent });
      return { token: session.id, cookie: lucia.createSessionCookie(session.id).serialize() };
    },
    async endSession(token) {
      await lucia.invalidateSession(token);
      return { cookie: lucia.createBlankSessionCookie().serialize() };
    },
  };
}

/** The viewer of a Cookie header; null without a valid session. */
async function sessionOf(
  lucia: ReturnType<typeof createLucia>,
  cookieHeader: string | undefined,
): Promise<{ viewer: SessionViewer | null; cookie?: string }> {
  const token = lucia.readSessionCookie(cookieHeader ?? '');
  // Only a token in our format is worth a query.
  if (!token || !TOKEN.test(token)) return { viewer: null };
  const { session, user } = await lucia.validateSession(token);
  if (!session) return { viewer: null };
  const { email, roles, mustChangePassword } = user;
  const { steppedUpAt } = session;
  const viewer: SessionViewer = {
    ...{ kind: 'session', userId: user.id, email, roles, mustChangePassword, steppedUpAt },
    ...{ token, sessionHash: sessionHash(token) },
  };
  return session.fresh ? { viewer, cookie: lucia.createSessionCookie(token).serialize() } : { viewer };
}
