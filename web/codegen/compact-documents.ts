import type { Plugin } from 'vite';

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
const d$ = (...definitions) => ({ kind: 'Document', definitions });
`;

const DOCUMENT = /(export const \w+ = )(\{"kind":"Document".*\})( as unknown as DocumentNode<.*>;)/g;
const PLAIN_FIELD = ['kind', 'name'];

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
    const names = (JSON.parse(json) as { definitions: Node[] }).definitions.map(constOf);
    return `${start}/*#__PURE__*/ d$(${names.join(',')})${end}`;
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
