import { defaultFieldResolver, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import type { Viewer } from '../auth/auth.js';
import { decideAccess, type AccessRule, type Caller } from '../core/access/decide-access.js';
import { writeAudit } from './audit.js';
import { readSnapshot } from './audit-snapshot.store.js';
import type { GraphqlContext } from './context.js';
import { apiError } from './errors.js';
import { rowId } from './pages.js';
import { Refused } from './refused.types.js';
import { OPERATION_SCOPES } from './scopes.js';

/** Every query, mutation and subscription declares its access rule; otherwise the schema cannot be built. */
export const Access = (rule: AccessRule) => Extensions({ access: rule });

/**
 * Every mutation declares the entity of its audit log entry. `self` is the caller's own user; `none` means that it
 * writes its own entry.
 */
export const Audit = (entity: string) => Extensions({ audit: entity });

/** A field that no API token may read, because what it shows would still work after the token was revoked. */
export const NotForTokens = () => Extensions({ notForTokens: true });

/**
 * Throws unless the caller may call the operation `name`: UNAUTHENTICATED, PASSWORD_CHANGE_REQUIRED, or FORBIDDEN with
 * what is missing.
 */
export function checkAccess(name: string, rule: AccessRule, { viewer }: Pick<GraphqlContext, 'viewer'>): void {
  const decision = decideAccess({ rule, scope: OPERATION_SCOPES.get(name) }, viewer && callerOf(viewer));
  switch (decision.kind) {
    case 'allowed':
      return;
    case 'sign-in':
      throw apiError('UNAUTHENTICATED', 'Sign in first.');
    case 'password-change':
      throw apiError('PASSWORD_CHANGE_REQUIRED', 'Change your password first.');
    case 'not-admin':
      throw apiError('FORBIDDEN', 'Only administrators may do this.');
    case 'session-only':
      throw notForTokens();
    case 'scope':
      throw apiError('FORBIDDEN', `This API token does not have the scope "${decision.missing}".`);
  }
}

export const callerOf = (viewer: Viewer): Caller => ({
  roles: viewer.roles,
  mustChangePassword: viewer.mustChangePassword,
  scopes: viewer.kind === 'token' ? viewer.scopes : null,
});

/** For fields and actions that a token must not reach even when it may call their operation. */
export const notForTokens = () => apiError('FORBIDDEN', 'An API token cannot do this. Sign in and do it yourself.');

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext>;

/**
 * Puts the declared rule in front of every root field, once, when the schema is built. Fields below a root field need
 * no check of their own, unless they are marked with NotForTokens: they are reachable only through it, and the stores
 * return only the viewer's rows.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const rule = field.extensions.access as AccessRule | undefined;
      if (!rule) throw new Error(`${root?.name}.${field.name} declares no access rule`);
      const guard =
        (inner: Resolver): Resolver =>
        (source, args, context, info) => {
          checkAccess(field.name, rule, context);
          return inner(source, args, context, info);
        };
      if (root === schema.getSubscriptionType()) {
        if (!field.subscribe) throw new Error(`Subscription.${field.name} has no stream`);
        field.subscribe = guard(field.subscribe);
        // A request without a stream would skip the guard above and start here.
        field.resolve = guard(field.resolve ?? defaultFieldResolver);
      } else {
        const resolve = field.resolve ?? defaultFieldResolver;
        field.resolve = guard(
          root === schema.getMutationType() ? audited(field.name, field.extensions.audit, resolve) : resolve,
        );
      }
    }
  }
  guardFields(schema);
  return schema;
}

/** Puts a check in front of every field that is marked with NotForTokens. */
function guardFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.extensions.notForTokens !== true) continue;
      const inner: Resolver = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: GraphqlContext, info) => {
        if (context.viewer?.kind === 'token') throw notForTokens();
        return inner(source, args, context, info);
      };
    }
  }
}

function audited(name: string, entity: unknown, inner: Resolver): Resolver {
  if (typeof entity !== 'string') throw new Error(`Mutation.${name} declares no audit entity`);
  if (entity === 'none') return inner;
  return async (source, args: Record<string, unknown>, context, info) => {
    const [kind, named] =
      entity === 'self' ? ['user', context.viewer?.userId ?? null] : [entity, namedId(entity, args.input)];
    // An id of somebody else is refused by the resolver, and nothing of this is written.
    const before = await readSnapshot(context.app.db, kind, named);
    const payload: unknown = await inner(source, args, context, info);
    if (payload instanceof Refused) return payload;
    await writeAudit(context, { action: name, entity: kind, entityId: named ?? idOf(payload), changes: args, before });
    return payload;
  };
}

/** The argument that names an entity: `vaultId` or `id` for a vault. */
const ID_ARGUMENTS: Record<string, string> = {
  alert: 'alertId',
  api_token: 'tokenId',
  exchange_account: 'accountId',
  external_order: 'externalOrderId',
  notification_channel: 'channelId',
  notification_delivery: 'deliveryId',
  position: 'positionId',
  trade_job: 'jobId',
  user: 'userId',
  vault: 'vaultId',
  webhook_source: 'sourceId',
};

/** The id of the entity in the arguments; null when the operation creates one. */
function namedId(entity: string, input: unknown): number | null {
  if (typeof input !== 'object' || input === null) return null;
  const { id, ...named } = input as Record<string, unknown>;
  const given = named[ID_ARGUMENTS[entity] ?? ''] ?? id;
  return typeof given === 'string' || typeof given === 'number' ? rowId(String(given)) : null;
}

/** The id of the entity in a payload: `{ vault: { id } }` or `{ id }`. */
function idOf(payload: unknown): number | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const own = 'id' in payload ? payload.id : undefined;
  const inner = Object.values(payload).find((value) => typeof value === 'object' && value !== null && 'id' in value) as
    { id: unknown } | undefined;
  const id = Number(own ?? inner?.id);
  return Number.isInteger(id) ? id : null;
}
