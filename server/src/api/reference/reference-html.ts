import type { Member, Operation, Reference, TypeEntry } from './describe-schema.js';
import { RETRY_WORDS, type CatalogueSection } from './error-catalogue.js';
import { INTRODUCTION } from './reference-markdown.js';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
/** Text with `code` in backticks. */
const prose = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const STYLE = `
:root { color-scheme: light dark; }
body { font: 15px/1.55 system-ui, sans-serif; margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 60rem); }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; box-sizing: border-box; border-right: 1px solid #8884; }
nav ul { list-style: none; padding: 0; margin: 0 0 1rem; } nav a { text-decoration: none; }
main { padding: 1rem 2rem 4rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid #8884; } h3 { margin: 2rem 0 .3rem; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { padding: .8rem; overflow: auto; background: #8882; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8883; }
.access { opacity: .75; }
@media (max-width: 800px) { body { display: block; } nav { position: static; height: auto; } }
`;

const isBuiltIn = (name: string): boolean => ['', 'Boolean', 'Float', 'ID', 'Int', 'String'].includes(name);
const typeLink = ({ type, named }: Member): string =>
  isBuiltIn(named) ? `<code>${escape(type)}</code>` : `<a href="#type-${named}"><code>${escape(type)}</code></a>`;

function table(title: string, members: readonly Member[]): string {
  if (members.length === 0) return '';
  const rows = members.map((one) => {
    const notes = [
      prose(one.description),
      one.defaultValue === undefined ? '' : `Default: <code>${escape(one.defaultValue)}</code>.`,
      one.deprecated === undefined ? '' : `<strong>Deprecated:</strong> ${prose(one.deprecated)}`,
    ];
    const cells = [`<code>${escape(one.name)}</code>`, one.type && typeLink(one), notes.filter(Boolean).join(' ')];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table><tr><th>${title}</th><th>Type</th><th>Meaning</th></tr>${rows.join('\n')}</table>`;
}

const operationHtml = (one: Operation): string =>
  [
    `<h3 id="${one.kind}-${one.name}">${one.name}</h3>`,
    `<p>${prose(one.description)}</p>`,
    `<p class="access">Answers ${typeLink(one)}. For ${escape(one.access)}.</p>`,
    one.deprecated === undefined ? '' : `<p><strong>Deprecated:</strong> ${prose(one.deprecated)}</p>`,
    table('Argument', one.args),
    `<details><summary>Example</summary><pre>${escape(one.example)}</pre></details>`,
  ].join('\n');

const typeHtml = (one: TypeEntry): string =>
  [
    `<h3 id="type-${one.name}">${one.name}</h3>`,
    `<p><em>${one.kind}</em> ${prose(one.description)}</p>`,
    table(one.kind === 'enum' ? 'Value' : 'Field', one.members),
  ].join('\n');

function errorsHtml({ title, where, entries }: CatalogueSection): string {
  const rows = entries.map(
    ({ code, cause, fix, retry }) =>
      `<tr id="error-${code}"><td><code>${code}</code></td><td>${prose(cause)}</td><td>${prose(fix)}</td><td>${RETRY_WORDS[retry]}</td></tr>`,
  );
  return `<h3>${title}</h3><p>${prose(where)}</p>
<table><tr><th>Code</th><th>Cause</th><th>Fix</th><th>Retry?</th></tr>${rows.join('\n')}</table>`;
}

const SECTIONS = [
  ['query', 'Queries'],
  ['mutation', 'Mutations'],
  ['subscription', 'Subscriptions'],
] as const;

/** The reference with the error catalogue as one HTML page. It has no script and loads nothing. */
export function referenceHtml({ operations, types }: Reference, catalogue: readonly CatalogueSection[]): string {
  const of = (kind: Operation['kind']) => operations.filter((one) => one.kind === kind);
  const links = (items: readonly (readonly [id: string, name: string])[]): string =>
    `<ul>${items.map(([id, name]) => `<li><a href="#${id}">${name}</a></li>`).join('')}</ul>`;
  const nav = [
    ...SECTIONS.map(
      ([kind, title]) => `<strong>${title}</strong>${links(of(kind).map(({ name }) => [`${kind}-${name}`, name]))}`,
    ),
    `<strong><a href="#errors">Errors</a></strong>`,
    `<strong>Types</strong>${links(types.map(({ name }) => [`type-${name}`, name]))}`,
  ];
  const body = [
    '<h1>mvcashnode: GraphQL reference</h1>',
    ...INTRODUCTION.map((paragraph) => `<p>${prose(paragraph)}</p>`),
    '<p><a href="/reference.md">As Markdown</a> · <a href="/reference/errors.md">Errors as Markdown</a> · <a href="/reference/schema.graphql">schema.graphql</a> · <a href="/openapi.json">OpenAPI of the webhooks</a> · <a href="/explorer">Explorer</a></p>',
    ...SECTIONS.flatMap(([kind, title]) => [`<h2>${title}</h2>`, ...of(kind).map(operationHtml)]),
    '<h2 id="errors">Errors</h2>',
    ...catalogue.map(errorsHtml),
    '<h2>Types</h2>',
    ...types.map(typeHtml),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>GraphQL reference · mvcashnode</title><style>${STYLE}</style></head>
<body><nav aria-label="Contents">${nav.join('\n')}</nav><main>${body.join('\n')}</main></body></html>
`;
}
