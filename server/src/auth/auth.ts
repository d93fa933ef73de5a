import { Lucia } from 'lucia';
import type { Context } from '../context.js';
import { sessionAdapter, sessionHash } from './session.store.js';

/** Who is asking. */
export interface Viewer {
  userId: number;
  email: string;
  roles: readonly string[];
  mustChangePassword: boolean;
  /** The session's token. Never logged, never answered. */
  token: string;
  /** What the session is known by in the database. */
  sessionHash: string;
}

export interface SessionFacts {
  ip: string | null;
  userAgent: string | null;
}

export interface Auth {
  /** The viewer of a Cookie header, null without a live session. `cookie` is set when the session was prolonged. */
  viewerOf(cookieHeader: string | undefined): Promise<{ viewer: Viewer | null; cookie?: string }>;
  /** Opens a session and answers the Set-Cookie value that carries it. */
  openSession(userId: number, facts: SessionFacts): Promise<{ cookie: string; token: string }>;
  /** Ends one session and answers the Set-Cookie value that forgets it. */
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
    DatabaseSessionAttributes: SessionFacts;
  }
}

/** Sessions of the API: 30 days, prolonged while in use, carried by a cookie that scripts and other sites cannot use. */
export function createAuth(app: Pick<Context, 'db' | 'env' | 'clock'>): Auth {
  const lucia = createLucia(app);
  return {
    async viewerOf(cookieHeader) {
      const token = lucia.readSessionCookie(cookieHeader ?? '');
      // Anything else than a token of ours is not worth a query.
      if (!token || !TOKEN.test(token)) return { viewer: null };
      const { session, user } = await lucia.validateSession(token);
      if (!session) return { viewer: null };
      const { email, roles, mustChangePassword } = user;
      const viewer = { userId: user.id, email, roles, mustChangePassword, token, sessionHash: sessionHash(token) };
      return session.fresh ? { viewer, cookie: lucia.createSessionCookie(token).serialize() } : { viewer };
    },
    async openSession(userId, facts) {
      const session = await lucia.createSession(userId, facts);
      return { token: session.id, cookie: lucia.createSessionCookie(session.id).serialize() };
    },
    async endSession(token) {
      await lucia.invalidateSession(token);
      return { cookie: lucia.createBlankSessionCookie().serialize() };
    },
    endAllSessions: (userId) => lucia.invalidateUserSessions(userId),
  };
}
