import type { FastifyReply, FastifyRequest } from 'fastify';
import { BAD_TOKEN, type Identity, type Viewer } from '../auth/auth.js';
import { decideAccess, type OperationScope } from '../core/access/decide-access.js';
import { callerOf } from '../graphql/access.js';
import type { ApiServices } from '../graphql/context.js';
import type { Budgets } from './limits/budgets.js';
import { credentialOf, requestFacts } from './request-facts.js';

interface Fault {
  status: number;
  code: string;
  message: string;
}

/** Why somebody may not see a page of the API; undefined = may. */
function faultOf(identity: Identity, scope: OperationScope): Fault | undefined {
  if (identity.kind === 'refused') return { status: 401, code: 'UNAUTHENTICATED', message: BAD_TOKEN };
  const { viewer } = identity;
  const { kind } = decideAccess({ rule: 'user', scope }, viewer && callerOf(viewer));
  if (kind === 'allowed') return undefined;
  if (kind === 'sign-in') return { status: 401, code: 'UNAUTHENTICATED', message: 'Sign in first.' };
  return kind === 'password-change'
    ? { status: 403, code: 'PASSWORD_CHANGE_REQUIRED', message: 'Change your password first.' }
    : { status: 403, code: 'FORBIDDEN', message: 'This page is for people who signed in, not for API tokens.' };
}

/**
 * A hook that lets only signed-in people read a route and, with the scope `read`, API tokens. A browser is sent to the
 * sign-in page, which leads back. Requests count towards the budget of GraphQL.
 */
export function readersOnly(
  services: ApiServices,
  budgets: Budgets,
  { scope, admitted }: { scope: OperationScope; admitted?: (request: FastifyRequest, viewer: Viewer) => unknown },
) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    void reply.header('cache-control', 'private, no-cache');
    const refuse = ({ status, code, message }: Fault) =>
      reply.code(status).send({ error: { code, message, requestId: request.id } });
    const { ip } = requestFacts(services, request.id, request.raw);
    const credential = credentialOf(request.headers);
    const admission = budgets.admit(budgets.keyOf(credential, ip));
    if (!admission.ok) {
      const seconds = Math.ceil(admission.retryAfterMs / 1_000);
      void reply.header('retry-after', String(seconds));
      return refuse({ status: 429, code: 'RATE_LIMITED', message: `Too many requests. Try again in ${seconds} s.` });
    }
    const { cookie, authorization } = request.headers;
    const identity = await services.auth.identify({ cookie, authorization, ip });
    if (identity.kind === 'known' && credential !== undefined)
      budgets.learn(credential, identity.viewer?.userId ?? null);
    if (identity.kind === 'known' && identity.cookie) void reply.header('set-cookie', identity.cookie);
    const fault = faultOf(identity, scope);
    if (!fault) {
      if (identity.kind === 'known' && identity.viewer) admitted?.(request, identity.viewer);
      return undefined;
    }
    const isBrowser = fault.status === 401 && /\btext\/html\b/.test(request.headers.accept ?? '') && !authorization;
    if (isBrowser) return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`);
    return refuse(fault);
  };
}
