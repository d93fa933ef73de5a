import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import { writeAudit } from './audit.js';
import type { GraphqlContext } from './context.js';
import { apiError } from './errors.js';
import { Refused } from './refused.types.js';

/**
 * Who may call an operation:
 * anyone     no session needed
 * signed-in  a session, even while the password must be changed first
 * user       a session without a pending password change
 */
export type AccessRule = 'anyone' | 'signed-in' | 'user';

/** Every query, mutation and subscription declares its access rule; otherwise the schema cannot be built. */
export const Access = (rule: AccessRule) => Extensions({ access: rule });

/** Every mutation declares the entity of its audit log entry; `none` means that it writes its own entry. */
export const Audit = (entity: string) => Extensions({ audit: entity });

export function checkAccess(rule: AccessRule, { viewer }: Pick<GraphqlContext, 'viewer'>): void {
  if (rule === 'anyone') return;
  if (!viewer) throw apiError('UNAUTHENTICATED', 'Sign in first.');
  if (rule === 'user' && viewer.mustChangePassword) {
    throw apiError('PASSWORD_CHANGE_REQUIRED', 'Change your password first.');
  }
}

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext>;

/**
 * Puts the declared rule in front of every root field, once, when the schema is built. Fields below a root field need
 * no check: they are reachable only through it, and the stores return only the viewer's rows.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const rule = field.extensions.access as AccessRule | undefined;
      if (!rule) throw new Error(`${root?.name}.${field.name} declares no access rule`);
      const guard =
        (inner: Resolver): Resolver =>
        (source, args, context, info) => {
          checkAccess(rule, context);
          return inner(source, args, context, info);
        };
      if (root === schema.getSubscriptionType()) {
        if (!field.subscribe) throw new Error(`Subscription.${field.name} has no stream`);
        field.subscribe = guard(field.subscribe);
      } else {
        const resolve = field.resolve ?? defaultFieldResolver;
        field.resolve = guard(
          root === schema.getMutationType() ? audited(field.name, field.extensions.audit, resolve) : resolve,
        );
      }
    }
  }
  return schema;
}

function audited(name: string, entity: unknown, inner: Resolver): Resolver {
  if (typeof entity !== 'string') throw new Error(`Mutation.${name} declares no audit entity`);
  if (entity === 'none') return inner;
  return async (source, args, context, info) => {
    const payload: unknown = await inner(source, args, context, info);
    if (payload instanceof Refused) return payload;
    await writeAudit(context, { action: name, entity, entityId: idOf(payload), changes: args });
    return payload;
  };
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
