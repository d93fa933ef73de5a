import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  lexicographicSortSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { AccessRule } from '../../core/access/decide-access.js';
import { OPERATION_SCOPES } from '../../graphql/scopes.js';
import { exampleOperation } from './example-operation.js';

/** A field, an argument or a value, as the reference shows it. `type` is empty for values. */
export interface Member {
  name: string;
  type: string;
  /** The name of the type without lists and `!`, for a link. */
  named: string;
  description: string;
  defaultValue?: string;
  deprecated?: string;
}

export interface Operation extends Member {
  kind: 'query' | 'mutation' | 'subscription';
  /** Who may call it, and what an API token needs for it. */
  access: string;
  args: readonly Member[];
  example: string;
}

export interface TypeEntry {
  name: string;
  kind: 'type' | 'input' | 'enum' | 'union' | 'interface' | 'scalar';
  description: string;
  members: readonly Member[];
}

export interface Reference {
  operations: readonly Operation[];
  types: readonly TypeEntry[];
}

const ACCESS_WORDS: Readonly<Record<AccessRule, string>> = {
  anyone: 'anybody, without a session too',
  'signed-in': 'a signed-in person, also while the password must be changed',
  user: 'every user',
  admin: 'administrators',
};

const text = (description: string | null | undefined): string => (description ?? '').trim();

function memberOf(field: GraphQLArgument | GraphQLInputField): Member {
  const { name, type, description, deprecationReason, astNode } = field;
  const plain = { name, type: String(type), named: getNamedType(type).name, description: text(description) };
  const value = 'defaultValue' in field ? field.defaultValue : undefined;
  return {
    ...plain,
    ...(value !== undefined && !astNode && { defaultValue: JSON.stringify(value) }),
    ...(deprecationReason && { deprecated: deprecationReason }),
  };
}

function membersOf(type: GraphQLNamedType): Member[] {
  if (isEnumType(type)) {
    return type
      .getValues()
      .map(({ name, description }) => ({ name, type: '', named: '', description: text(description) }));
  }
  if (isUnionType(type)) {
    return type
      .getTypes()
      .map(({ name, description }) => ({ name, type: name, named: name, description: text(description) }));
  }
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(memberOf);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).map(({ name, type: fieldType, description, deprecationReason, args }) => ({
    name: args.length === 0 ? name : `${name}(${args.map((arg) => `${arg.name}: ${String(arg.type)}`).join(', ')})`,
    type: String(fieldType),
    named: getNamedType(fieldType).name,
    description: text(description),
    ...(deprecationReason && { deprecated: deprecationReason }),
  }));
}

function kindOf(type: GraphQLNamedType): TypeEntry['kind'] {
  if (isEnumType(type)) return 'enum';
  if (isInputObjectType(type)) return 'input';
  if (isUnionType(type)) return 'union';
  if (isInterfaceType(type)) return 'interface';
  return isScalarType(type) ? 'scalar' : 'type';
}

/** What the reference says: every operation with its access and an example, and every type. */
export function describeSchema(given: GraphQLSchema): Reference {
  const schema = lexicographicSortSchema(given);
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  const rootNames = new Set(roots.map(([, root]) => root?.name));
  const operations = roots.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).map((field): Operation => {
      const { name, type, description, extensions, deprecationReason } = field;
      const scope = OPERATION_SCOPES.get(name);
      const forTokens =
        scope === undefined || scope === 'session' ? 'no API token' : `a token with the scope ${scope.toUpperCase()}`;
      return {
        ...{ kind, name, type: String(type), named: getNamedType(type).name, description: text(description) },
        access: `${ACCESS_WORDS[extensions.access as AccessRule]}; ${forTokens}`,
        args: field.args.map(memberOf),
        example: exampleOperation(kind, field),
        ...(deprecationReason && { deprecated: deprecationReason }),
      };
    }),
  );
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !rootNames.has(type.name) && !isSpecifiedScalarType(type))
    .map((type) => ({
      ...{ name: type.name, kind: kindOf(type), description: text(type.description), members: membersOf(type) },
    }));
  return { operations, types };
}
