/** What an API token may be allowed to do. Every scope includes `read`. */
export const TOKEN_SCOPES = {
  read: 'Reads everything of its owner. Addresses and secrets of webhooks are left out, because they could trade.',
  trade: 'Places, closes and cancels orders and pauses entries.',
  manage:
    'Changes accounts, vaults, parameters and webhook sources. It gets no secret and cannot switch on real money.',
  admin: 'Sees the users of the installation and can lock them out. Only for tokens of administrators.',
} as const;
export type TokenScope = keyof typeof TOKEN_SCOPES;

/**
 * What an operation asks of an API token. `session` = no token may call it: it needs a person who signed in, because it
 * makes or changes credentials, users or tokens, or moves real money out of control.
 */
export type OperationScope = TokenScope | 'session';

/**
 * Who may call an operation:
 * anyone     no session needed
 * signed-in  a session, even while the password must be changed first
 * user       a session or token without a pending password change
 * admin      the same, of an administrator
 */
export type AccessRule = 'anyone' | 'signed-in' | 'user' | 'admin';

/** The caller of an operation. `scopes` is null for a session, which has no scopes. */
export interface Caller {
  roles: readonly string[];
  mustChangePassword: boolean;
  scopes: readonly TokenScope[] | null;
}

export type AccessDecision =
  | { kind: 'allowed' }
  | { kind: 'sign-in' }
  | { kind: 'password-change' }
  | { kind: 'not-admin' }
  | { kind: 'session-only' }
  | { kind: 'scope'; missing: TokenScope };

const hasScope = (scopes: readonly TokenScope[], scope: TokenScope): boolean =>
  scopes.includes(scope) || (scope === 'read' && scopes.length > 0);

/** Whether a caller may call an operation. An operation without a scope is for sessions only. */
export function decideAccess(
  { rule, scope = 'session' }: { rule: AccessRule; scope?: OperationScope | undefined },
  caller: Caller | null,
): AccessDecision {
  // This comes first: a token must not reach an operation that is open to strangers, such as signIn, either.
  if (caller?.scopes) {
    if (scope === 'session') return { kind: 'session-only' };
    if (!hasScope(caller.scopes, scope)) return { kind: 'scope', missing: scope };
  }
  if (rule === 'anyone') return { kind: 'allowed' };
  if (!caller) return { kind: 'sign-in' };
  if (rule === 'signed-in') return { kind: 'allowed' };
  if (caller.mustChangePassword) return { kind: 'password-change' };
  if (rule === 'admin' && !caller.roles.includes('admin')) return { kind: 'not-admin' };
  return { kind: 'allowed' };
}
