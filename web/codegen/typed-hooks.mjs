// A local codegen plugin: one typed hook per named operation, over Apollo Client 4's own hooks.
// The public plugin for this does not compile against Apollo Client 4 (docs/decisions/005-generated-hooks.md).
import { Kind, visit } from 'graphql';

const HELPERS = { query: 'queryHook', mutation: 'mutationHook', subscription: 'subscriptionHook' };
const pascal = (name) => name[0].toUpperCase() + name.slice(1);

/** Emits `usePositionsQuery`, `useSignInMutation`, ... for every operation found in the documents. */
export const plugin = (_schema, documents, config) => {
  const operations = [];
  for (const { document } of documents) {
    visit(document, {
      [Kind.OPERATION_DEFINITION](node) {
        if (!node.name) throw new Error('every operation needs a name');
        operations.push({ kind: node.operation, name: pascal(node.name.value) });
      },
    });
  }
  const used = [...new Set(operations.map(({ kind }) => HELPERS[kind]))].sort();
  const hook = ({ kind, name }) =>
    `export const use${name}${pascal(kind)} = /*#__PURE__*/ ${HELPERS[kind]}(${name}Document);`;
  return {
    prepend: [`import { ${used.join(', ')} } from '${config.hooksFrom}';`],
    content: operations.map(hook).join('\n'),
  };
};
