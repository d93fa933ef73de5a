import { readFileSync } from 'node:fs';
import { getOperationAST, OperationTypeNode, parse, type DocumentNode } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLSchema } from 'graphql';
import { checkOperation } from '../../graphql/limits.js';
import { buildApiSchema } from '../build-schema.js';

const DOCUMENT = /export const (\w+)Document = (\{"kind":"Document".*\}) as unknown as DocumentNode<.*>;/g;
const page = readFileSync(new URL('../../../../web/src/gql/generated.ts', import.meta.url), 'utf8');
const operations = new Map(
  [...page.matchAll(DOCUMENT)].map(([, name = '', json = '']): [string, DocumentNode] => [
    name,
    JSON.parse(json) as DocumentNode,
  ]),
);

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildApiSchema();
});

/** The points of an operation; a refusal is more than any. */
function costOf(document: DocumentNode, variables: Record<string, unknown> = {}): number {
  const operation = getOperationAST(document);
  if (!operation) throw new Error('the document has no operation');
  const cost = checkOperation(schema, document, operation, variables);
  if (typeof cost !== 'number') throw new Error(cost.message);
  return cost;
}
const costOfText = (text: string): number => costOf(parse(text));

describe('what an operation costs', () => {
  it('the page reads all its 500 open positions for two thirds of what one operation may cost', () => {
    const document = operations.get('OpenPositions');
    expect(document).toBeDefined();
    const cost = costOf(document as DocumentNode, { tradeMode: 'SIMULATION' });
    expect(cost).toBeLessThanOrEqual(20_000);
    // Five hundred rows are not cheap either.
    expect(cost).toBeGreaterThan(10_000);
  });

  it('every list of the page has room for more fields', () => {
    const variables = { tradeMode: 'SIMULATION', mode: 'SIMULATION', first: 100, id: '1', symbol: 'BTC/USDT' };
    let measured = 0;
    for (const [name, document] of operations) {
      const operation = getOperationAST(document);
      const required = operation?.variableDefinitions?.filter(({ type }) => type.kind === 'NonNullType') ?? [];
      if (operation?.operation !== OperationTypeNode.QUERY) continue;
      if (required.some(({ variable }) => !(variable.name.value in variables))) continue;
      measured += 1;
      expect(costOf(document, variables), name).toBeLessThanOrEqual(24_000);
    }
    expect(measured).toBeGreaterThan(20);
  });

  it('a field with a resolver costs twice what one that is read from its row does', () => {
    const base = costOfText('{ positions(first: 100) { edges { node { id } } } }');
    expect(costOfText('{ positions(first: 100) { edges { node { id symbol qtyTotal } } } }') - base).toBe(100);
    expect(costOfText('{ positions(first: 100) { edges { node { id priceKey unrealizedPnl } } } }') - base).toBe(200);
  });
});
