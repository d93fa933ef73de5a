import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decideAccess,
  TOKEN_SCOPES,
  type AccessRule,
  type Caller,
  type OperationScope,
  type TokenScope,
} from './decide-access.js';

const scopeNames = Object.keys(TOKEN_SCOPES) as TokenScope[];
const rules = fc.constantFrom<AccessRule>('anyone', 'signed-in', 'user', 'admin');
const operationScopes = fc.constantFrom<OperationScope | undefined>(...scopeNames, 'session', undefined);
const scopeSets = fc.subarray(scopeNames, { minLength: 1 });
const callers = fc.record<Caller>({
  roles: fc.constantFrom(['user'], ['admin'], ['admin', 'user'], []),
  mustChangePassword: fc.boolean(),
  scopes: fc.option(scopeSets, { nil: null }),
});

it('a token never reaches an operation for sessions only, whatever its scopes and the roles of its owner', () => {
  fc.assert(
    fc.property(rules, callers, scopeSets, (rule, caller, scopes) => {
      for (const scope of ['session', undefined] as const)
        expect(decideAccess({ rule, scope }, { ...caller, scopes }).kind).toBe('session-only');
    }),
  );
});

it('a token is never allowed more than a session of the same user', () => {
  fc.assert(
    fc.property(rules, operationScopes, callers, (rule, scope, caller) => {
      if (decideAccess({ rule, scope }, caller).kind !== 'allowed') return;
      expect(decideAccess({ rule, scope }, { ...caller, scopes: null }).kind).toBe('allowed');
    }),
  );
});

it('every scope includes read, and no scope includes another', () => {
  for (const own of scopeNames)
    for (const scope of scopeNames) {
      const caller = { roles: ['admin'], mustChangePassword: false, scopes: [own] };
      const isAllowed = decideAccess({ rule: 'user', scope }, caller).kind === 'allowed';
      expect([own, scope, isAllowed]).toEqual([own, scope, scope === own || scope === 'read']);
    }
});

it('a stranger reaches only what is open to anyone', () => {
  fc.assert(
    fc.property(rules, operationScopes, (rule, scope) => {
      expect(decideAccess({ rule, scope }, null).kind).toBe(rule === 'anyone' ? 'allowed' : 'sign-in');
    }),
  );
});

it('operations for administrators refuse everybody else, and a pending change of password refuses them too', () => {
  const caller = (roles: string[], mustChangePassword = false) => ({ roles, mustChangePassword, scopes: null });
  const decide = (of: Caller) => decideAccess({ rule: 'admin', scope: 'admin' }, of).kind;
  expect(decide(caller(['user']))).toBe('not-admin');
  expect(decide(caller(['admin']))).toBe('allowed');
  expect(decide(caller(['admin'], true))).toBe('password-change');
});
