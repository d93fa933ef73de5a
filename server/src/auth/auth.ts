import { Lucia } from 'lucia';
import type { Context } from '../context.js';
import { sessionAdapter, sessionHash } from './session.store.js';

/** The signed-in user. */
export interface Viewer {
  userId: number;
  email: string;
  roles: readonly string[];
  mustChangePassword: boolean;
  /** The session's token. Never logged, never answered. */
  token: string;
  /** The id of the session in the database. */
  sessionHash: string;
}

export interface SessionFacts {
  ip: string | null;
  userAgent: string | null;
  /** The proofs of earlier sign-ins, see device-proof.ts. */
  deviceCookie: string | null;
}

export interface Auth {
  /** The viewer of a Cookie header; null without a valid session. `cookie` is set when the session was prolonged. */
  viewerOf(cookieHeader: string | undefined): Promise<{ viewer: Viewer | null; cookie?: string }>;
  /** Opens a session and returns its Set-Cookie value. */
  openSession(
    userId: number,
    facts: Pick<SessionFacts, 'ip' | 'userAgent'>,
  ): Promise<{ cookie: string; token: string }>;
  /** Ends one session and returns the Set-Cookie value that deletes its cookie. */
  endSession(token: string): Promise<{ cookie: string }>;
  endAllSessions(userId: number): Promise<void>;
}

export const SESSION_COOKIE = 'mvcash_session';
const TOKEN = /^[a-z2-7]{40}$/;

export function createLucia(app: Pick<Context, 'db' | 'env' | 'clock'>) {
  return new Lucia(sessionAdapter(app.db, app.clock), {
    sessionCookie: {
      name: SESSION_COOKIE,
      attributes: { sameSite: 'strict', secure: app.env.PUBLIC_URL.startsWith('https:') },
    },
    getUserAttributes: ({ email, roles, mustChangePassword }) => ({ email, roles, mustChangePassword }),
  });
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    UserId: number;
    DatabaseUserAttributes: { email: string; roles: string[]; mustChangePassword: boolean };
    DatabaseSessionAttributes: Pick<SessionFacts, 'ip' | 'userAgent'>;
  }
}

/**
 * Sessions of the API. A session lasts 30 days and is prolonged while in use. Scripts and other sites cannot use its
 * cookie.
 */
export function createAuth(app: Pick<Context, 'db' | 'env' | 'clock'>): Auth {
  const lucia = createLucia(app);
  return {
    async viewerOf(cookieHeader) {
      const token = lucia.readSessionCookie(cookieHeader ?? '');
      // Only a token in our format is worth a query.
      if (!token || !TOKEN.test(token)) return { viewer: null };
      const { session, user } = await lucia.validateSession(token);
      if (!session) return { viewer: null };
      const { email, roles, mustChangePassword } = user;
      const viewer = { userId: user.id, email, roles, mustChangePassword, token, sessionHash: sessionHash(token) };
      return session.fresh ? { viewer, cookie: lucia.createSessionCookie(token).serialize() } : { viewer };
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
    endAllSessions: (userId) => lucia.invalidateUserSessions(userId),
  };
}
