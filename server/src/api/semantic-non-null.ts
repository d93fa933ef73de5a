import { DirectiveLocation, GraphQLDirective, isNonNullType, type GraphQLSchema } from 'graphql';

/** Says of a nullable field that it is null only beside its error. Clients that throw on errors may treat it as non-null. */
export const SEMANTIC_NON_NULL = new GraphQLDirective({
  name: 'semanticNonNull',
  description:
    'The field is null only when it failed; `errors` says why. Other fields of the same operation keep their results.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
});

const rootsOf = (schema: GraphQLSchema) => [schema.getQueryType(), schema.getMutationType()];

/**
 * Makes the fields of Query and Mutation nullable, so that one that fails does not empty the others: with a non-null field
 * the whole `data` would be null, and nobody would know whether the mutation before it was carried out.
 */
export function failAlone(schema: GraphQLSchema): GraphQLSchema {
  for (const root of rootsOf(schema)) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (!isNonNullType(field.type)) continue;
      field.type = field.type.ofType;
      field.extensions = { ...field.extensions, [SEMANTIC_NON_NULL.name]: true };
    }
  }
  return schema;
}

/** Adds the directive to the fields that have it, because `printSchema` prints no directives of fields. */
export function withSemanticNonNull(sdl: string, schema: GraphQLSchema): string {
  const marked = new Map(
    rootsOf(schema).map((root) => {
      const fields = Object.values(root?.getFields() ?? {});
      return [
        root?.name,
        fields.filter(({ extensions }) => extensions[SEMANTIC_NON_NULL.name]).map(({ name }) => name),
      ];
    }),
  );
  let [type, field, isText] = ['', '', false];
  return sdl
    .split('\n')
    .map((line) => {
      const quotes = line.split('"""').length - 1;
      if (quotes === 1) isText = !isText;
      if (isText || quotes > 0) return line;
      type = /^type (\w+)/.exec(line)?.[1] ?? (line === '}' ? '' : type);
      field = /^ {2}(\w+)[(:]/.exec(line)?.[1] ?? field;
      const endsField = /^ {2}(?:\w+(?:\(.*\))?|\)): \S+$/.test(line);
      return endsField && marked.get(type)?.includes(field) ? `${line} @${SEMANTIC_NON_NULL.name}` : line;
    })
    .join('\n');
}
