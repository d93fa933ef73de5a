import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type ObjectClass = new () => object;

/**
 * Lets fields without a method be read as properties. type-graphql otherwise calls a function of its own for each of
 * them, with objects and closures for middlewares that this schema does not have. Call it before `buildSchema`.
 */
export function readPropertiesDirectly(direct: boolean): void {
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers = direct;
}

/** An object of this class is no more than its properties, so a plain object with the same ones will do. */
function isPlain(type: ObjectClass): boolean {
  const hasMembers = Object.getOwnPropertyNames(type.prototype).length > 1;
  const isExtended = Object.getPrototypeOf(type.prototype) !== Object.prototype;
  return !hasMembers && !isExtended && Object.values(new type()).every((value) => value === undefined);
}

/**
 * Calls the methods of field resolvers with their root and context alone. type-graphql sorts the parameters at each call
 * and copies a root that is not an object of its class, which for a list of positions is more work than the fields.
 * Methods with arguments, and types with methods of their own, keep its way. Call it after `buildSchema`.
 */
export function callFieldResolversDirectly(schema: GraphQLSchema): GraphQLSchema {
  const { fieldResolvers, objectTypes } = getMetadataStorage();
  const instances = new Map<unknown, Record<string, (...all: unknown[]) => unknown>>();
  for (const { kind, target, methodName, schemaName, params, middlewares, roles, getObjectType } of fieldResolvers) {
    if (kind !== 'external' || (middlewares?.length ?? 0) > 0 || roles) continue;
    const takes = params?.toSorted((a, b) => a.index - b.index) ?? [];
    const isSimple = takes.every((param) => (param.kind === 'root' || param.kind === 'context') && !param.propertyName);
    const type = getObjectType?.() as ObjectClass | undefined;
    const name = objectTypes.find((metadata) => metadata.target === type)?.name;
    const graphqlType = name === undefined ? undefined : schema.getType(name);
    if (!isSimple || !type || !isPlain(type) || !graphqlType || !('getFields' in graphqlType)) continue;
    const field = graphqlType.getFields()[schemaName];
    if (!field || !('resolve' in field)) continue;
    const instance = instances.get(target) ?? new (target as new () => never)();
    instances.set(target, instance);
    field.resolve = direct(
      instance,
      methodName,
      takes.map((param) => param.kind),
    );
  }
  return schema;
}

function direct(instance: Record<string, (...all: unknown[]) => unknown>, name: string, takes: string[]): Resolver {
  const order = takes.join(' ');
  if (order === '') return () => instance[name]?.();
  if (order === 'root') return (root) => instance[name]?.(root);
  if (order === 'context') return (_root, _args, context) => instance[name]?.(context);
  if (order === 'root context') return (root, _args, context) => instance[name]?.(root, context);
  return (root, _args, context) => instance[name]?.(...takes.map((kind) => (kind === 'root' ? root : context)));
}
