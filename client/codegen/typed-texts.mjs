// A local codegen plugin: every operation as its text, with the types of its answer and its variables.
import { Kind, print, visit } from 'graphql';

const pascal = (name) => name[0].toUpperCase() + name.slice(1);

/** Emits `export const PlaceOrder: Operation<PlaceOrderMutation, PlaceOrderMutationVariables> = { … }`. */
export const plugin = (_schema, documents) => {
  const lines = [];
  for (const { document } of documents) {
    visit(document, {
      [Kind.OPERATION_DEFINITION](node) {
        const name = pascal(node.name.value);
        const type = `${name}${pascal(node.operation)}`;
        const text = JSON.stringify(print(node).replaceAll(/\s+/g, ' '));
        lines.push(`export const ${name}: Operation<${type}, ${type}Variables> = { name: '${name}', text: ${text} };`);
      },
    });
  }
  return { prepend: ["import type { Operation } from './operation.js';"], content: lines.join('\n') };
};
