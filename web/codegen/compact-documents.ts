import type { DocumentNode } from 'graphql';
import type { Plugin } from 'vite';
import { operationOf } from './manifest';

// A Vite plugin: writes the documents of generated.ts in a short form. As codegen makes them they are 360 kB of syntax
// tree, most of it the same fragments again and again; the page builds the same trees from a tenth of that.

/** A node of a syntax tree as codegen prints it. */
interface Node {
  kind: string;
  name?: { value: string };
  arguments?: Node[];
  selectionSet?: { selections: Node[] };
}

/** What the short form is made of; it becomes part of the module. */
const HELPERS = `
const n$ = (value) => ({ kind: 'Name', value });
const f$ = (name, selections, args) => ({
  kind: 'Field', name: n$(name),
  ...(args && { arguments: args }),
  ...(selections && { selectionSet: { kind: 'SelectionSet', selections } }),
});
const s$ = (names) => names.split(' ').map((name) => f$(name));
const a$ = (name, value) => ({ kind: 'Argument', name: n$(name), value });
const k$ = (kind, name) => ({ kind, name: n$(name) });
const v$ = (name) => k$('Variable', name);
const p$ = (name) => k$('FragmentSpread', name);
const t$ = (name) => k$('NamedType', name);
const m$ = (type) => ({ kind: 'NonNullType', type });
const x$ = (name, type) => ({ kind: 'VariableDefinition', variable: v$(name), type });
const w$ = (selections) => ({ kind: 'SelectionSet', selections });
const i$ = (name, selections) => ({ kind: 'InlineFragment', typeCondition: t$(name), selectionSet: w$(selections) });
const g$ = (name, on, selections) => ({
  kind: 'FragmentDefinition', name: n$(name), typeCondition: t$(on), selectionSet: w$(selections),
});
const d$ = (id, ...definitions) => ({ kind: 'Document', definitions, ...(id && { id }) });
`;

const DOCUMENT = /(export const \w+ = )(\{"kind":"Document".*\})( as unknown as DocumentNode<.*>;)/g;
const PLAIN_FIELD = ['kind', 'name'];

interface ShortNode extends Node {
  type: Node;
  variable: Node;
  typeCondition: Node;
  selectionSet: { selections: Node[] };
}

/** Other nodes with a short form, if they have exactly these keys. */
const SHORT: Readonly<Record<string, { keys: string; text: (node: ShortNode) => string }>> = {
  NonNullType: { keys: 'kind,type', text: ({ type }) => `m$(${text(type)})` },
  VariableDefinition: {
    keys: 'kind,variable,type',
    text: ({ variable, type }) => `x$('${nameOf(variable)}',${text(type)})`,
  },
  InlineFragment: {
    keys: 'kind,typeCondition,selectionSet',
    text: ({ typeCondition, selectionSet }) =>
      `i$('${nameOf(typeCondition)}',${selectionsText(selectionSet.selections)})`,
  },
  FragmentDefinition: {
    keys: 'kind,name,typeCondition,selectionSet',
    text: (node) =>
      `g$('${nameOf(node)}','${nameOf(node.typeCondition)}',${selectionsText(node.selectionSet.selections)})`,
  },
};

/** Nodes that are only a name. */
const NAMED: Readonly<Record<string, string>> = { Variable: 'v$', FragmentSpread: 'p$', NamedType: 't$' };

const isPlainField = (node: Node): boolean =>
  node.kind === 'Field' && Object.keys(node).every((key) => PLAIN_FIELD.includes(key));
const isShortField = (node: Node): boolean =>
  node.kind === 'Field' &&
  Object.keys(node).every((key) => [...PLAIN_FIELD, 'arguments', 'selectionSet'].includes(key));

/** Fields that are only named, one after the other, become one string. */
function selectionsText(selections: readonly Node[]): string {
  const parts: (string | string[])[] = [];
  for (const node of selections) {
    const last = parts.at(-1);
    if (!isPlainField(node)) parts.push(text(node));
    else if (Array.isArray(last)) last.push(nameOf(node));
    else parts.push([nameOf(node)]);
  }
  return `[${parts.map((part) => (Array.isArray(part) ? `...s$('${part.join(' ')}')` : part)).join(',')}]`;
}

const nameOf = (node: Node): string => node.name?.value ?? '';
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function text(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(text).join(',')}]`;
  if (!isNode(node)) return JSON.stringify(node);
  if (node.kind === 'Name') return `n$(${JSON.stringify((node as { value?: string }).value)})`;
  const named = NAMED[node.kind];
  if (named && Object.keys(node).every((key) => PLAIN_FIELD.includes(key))) return `${named}('${nameOf(node)}')`;
  if (node.kind === 'Argument') return `a$('${nameOf(node)}',${text((node as { value?: unknown }).value)})`;
  const short = SHORT[node.kind];
  if (short && Object.keys(node).join() === short.keys) return short.text(node as ShortNode);
  if (isShortField(node)) {
    const selections = node.selectionSet ? selectionsText(node.selectionSet.selections) : '0';
    return `f$('${nameOf(node)}',${selections}${node.arguments ? `,${text(node.arguments)}` : ''})`;
  }
  const entries = Object.entries(node).map(([key, value]) =>
    key === 'selections' ? `${key}:${selectionsText(value as Node[])}` : `${key}:${text(value)}`,
  );
  return `{${entries.join(',')}}`;
}

/** The same module with short documents; a fragment that several of them have is written once. */
export function compactDocuments(source: string): string {
  const definitions = new Map<string, { name: string; text: string }>();
  const constOf = (definition: Node): string => {
    const key = JSON.stringify(definition);
    const known = definitions.get(key) ?? { name: `${nameOf(definition)}$${definitions.size}`, text: text(definition) };
    definitions.set(key, known);
    return known.name;
  };
  const short = source.replace(DOCUMENT, (_whole, start: string, json: string, end: string) => {
    const document = JSON.parse(json) as { definitions: Node[] };
    const id = operationOf(document as unknown as DocumentNode)?.id;
    const names = document.definitions.map(constOf);
    return `${start}/*#__PURE__*/ d$(${[id ? `'${id}'` : '0', ...names].join(',')})${end}`;
  });
  const consts = [...definitions.values()].map(({ name, text: value }) => `const ${name} = ${value};`);
  const first = short.search(/^export const \w+(?:Document|FragmentDoc) = /m);
  return `${short.slice(0, first)}${HELPERS}${consts.join('\n')}\n${short.slice(first)}`;
}

/** For vite.config.ts. */
export const compactDocumentsPlugin = (): Plugin => ({
  name: 'compact-documents',
  enforce: 'pre',
  transform: (source, id) => (id.endsWith('/gql/generated.ts') ? { code: compactDocuments(source), map: null } : null),
});
