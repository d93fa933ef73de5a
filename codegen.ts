import type { CodegenConfig } from '@graphql-codegen/cli';

const types = {
  scalars: { Decimal: 'string', DateTime: 'string', JSON: 'unknown' },
  strictScalars: true,
  useTypeImports: true,
  nonOptionalTypename: true,
  skipTypeNameForRoot: true,
  avoidOptionals: { field: true, inputValue: false },
};

/**
 * schema.graphql + operations -> typed documents: those of the page with a typed hook each (web/src/gql/generated.ts), and
 * those of the client package (client/src/generated.ts).
 */
const config: CodegenConfig = {
  // The page and the client throw on every error, so what is null only beside its error is never null there.
  schema: { 'schema.graphql': { loader: './web/codegen/strict-schema.mjs' } },
  generates: {
    'web/src/gql/generated.ts': {
      documents: 'web/src/**/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node', './web/codegen/typed-hooks.mjs'],
      config: { ...types, hooksFrom: '../lib/apollo-hooks' },
    },
    'client/src/generated.ts': {
      documents: 'client/src/operations.graphql',
      plugins: ['typescript-operations', './client/codegen/typed-texts.mjs'],
      // Only values that are asked for have `__typename`: the texts are sent as they are written.
      config: { ...types, nonOptionalTypename: false, skipTypename: true },
    },
  },
};

export default config;
