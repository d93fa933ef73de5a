import type { CodegenConfig } from '@graphql-codegen/cli';

/** schema.graphql + the page's operations -> typed documents and one typed hook per operation (web/src/gql/generated.ts). */
const config: CodegenConfig = {
  // The page throws on every error, so what is null only beside its error is never null there.
  schema: { 'schema.graphql': { loader: './web/codegen/strict-schema.mjs' } },
  documents: 'web/src/**/*.graphql',
  generates: {
    'web/src/gql/generated.ts': {
      plugins: ['typescript-operations', 'typed-document-node', './web/codegen/typed-hooks.mjs'],
      config: {
        scalars: { Decimal: 'string', DateTime: 'string', JSON: 'unknown' },
        strictScalars: true,
        useTypeImports: true,
        nonOptionalTypename: true,
        skipTypeNameForRoot: true,
        avoidOptionals: { field: true, inputValue: false },
        hooksFrom: '../lib/apollo-hooks',
      },
    },
  },
};

export default config;
