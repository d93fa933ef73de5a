import ts from 'typescript';
import { expect, it } from 'vitest';
import { sentenceTranslator } from '../lib/reason-sentences';
import { PT_BR_SENTENCES } from './reason-sentences.pt-br';

const sources = import.meta.glob<string>(['../../../server/src/**/*.ts', '!../../../server/src/**/*.test.ts'], {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** What no person reads on the page. */
const ELSEWHERE: Readonly<Record<string, RegExp>> = {
  'the commands, the log and the documents of the operator':
    /^(operate|backup|setup|testing|infra|generated|roles)\/|^(operate|env|graphql-main)\.ts$|\/metrics-catalogue|\/explain-database-fault|\/backup-format/,
  'descriptions of the schema and of the REST API':
    /^(graphql|api)\/|\.types\.ts$|enums?\.ts$|\/alert-types|\/signal-outcome|\/decide-access|\/open-api|\/webhook-answers/,
  'general sentences of a code, which reasons.*.json translates': /^core\/reasons\.ts$|\/reason-remedies\.ts$/,
  'texts that are written in both languages': /\/notifications\/templates\.ts$/,
  SQL: /\.store\.ts$/,
  'words of senders and codes of exchanges': /\/signal-evidence\.ts$|\/dialects\//,
  'answers to programs: exports, tokens, live cursors, saved views, series':
    /^reports\/(export|report-scope|dashboard\.resolver|trigger-latency)|^live\/|^auth\/auth\.ts$|view-settings|^prices\/|scheduled-job\.resolver|webhooks\.route/,
};
const SKIPPED = Object.values(ELSEWHERE);
/** Sentences in such files that only say what is done by a program. */
const BY_PROGRAMS = new Set([
  'Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp.',
  'Give one of password, code and passkey.',
  'Give exactly one of whatsApp, telegram, email and ntfy.',
  'An alert group is changed with setSourceAlertGroup.',
  // Descriptions of enums of the schema.
  'A signal passes it now.',
  'It stops a signal now.',
  'It may stop or delay a signal, depending on its message or on what is under way.',
  'It cannot be checked before an earlier gate opens.',
  'Not decided yet.',
  'An order would have been sent.',
  'Nothing would have been traded; the reason says why.',
]);

const HOLE = '¤';

/** A text that the code writes, with holes for its values; undefined for other expressions. */
function writtenText(node: ts.Node): string | undefined {
  if (ts.isParenthesizedExpression(node)) return writtenText(node.expression);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => HOLE + literal.text).join('');
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const sides = [writtenText(node.left), writtenText(node.right)];
  return sides.every((side) => side === undefined) ? undefined : sides.map((side) => side ?? HOLE).join('');
}

const isSentence = (text: string): boolean =>
  /[a-z]{2,} [a-z]/i.test(text) &&
  /[.?]\s*¤*$/.test(text) &&
  !/\n|^\s*(SELECT|UPDATE|INSERT|DELETE|WHERE)\b/.test(text);

const isForNobody = (node: ts.Node): boolean =>
  ts.isDecorator(node) ||
  (ts.isCallExpression(node) && /\blog\.\w+$|sayInLog$/.test(node.expression.getText())) ||
  (ts.isPropertyAssignment(node) && /^(description|about)$/.test(node.name.getText())) ||
  (ts.isNewExpression(node) && /^(Type)?Error$/.test(node.expression.getText()));

function sentencesIn(path: string, source: string): string[] {
  const found = new Set<string>();
  const values = (node: ts.Node): void => {
    // Of a text in several pieces, only its values can be further sentences.
    if (ts.isTemplateExpression(node)) node.templateSpans.forEach(({ expression }) => visit(expression));
    else if (ts.isBinaryExpression(node)) [node.left, node.right].forEach(values);
    else if (ts.isParenthesizedExpression(node)) values(node.expression);
    else if (!ts.isStringLiteralLike(node)) visit(node);
  };
  const visit = (node: ts.Node): void => {
    if (isForNobody(node)) return;
    const text = writtenText(node);
    if (text === undefined) return void ts.forEachChild(node, visit);
    if (isSentence(text)) found.add(text.trim());
    values(node);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true));
  return [...found];
}

const translate = sentenceTranslator(PT_BR_SENTENCES);
const value = 'V1';
/** Values that are whole sentences stand before a capital letter, or at the end; they may be missing. */
const withValues = (text: string): string =>
  text
    .replace(/^(¤ )+(?=[A-Z])/, '')
    .replace(/(?<=[.?!])( ?¤)+$/, '')
    .replaceAll(HOLE, value);
// Some texts follow the name of a field or of a sender.
const isKnown = (text: string): boolean =>
  [text, `field ${text}`, `Sender: ${text}`].some((each) => translate(withValues(each)) !== undefined);

it('every sentence of the server that a person can read on the page has a Portuguese translation', () => {
  const files = Object.entries(sources)
    .map(([path, source]) => [path.replace('../../../server/src/', ''), source] as const)
    .filter(([path]) => !SKIPPED.some((pattern) => pattern.test(path)));
  expect(files.length).toBeGreaterThan(200);
  const all = files.flatMap(([path, source]) => sentencesIn(path, source).map((text) => [path, text] as const));
  expect(all.length).toBeGreaterThan(250);
  expect(all.filter(([, text]) => !BY_PROGRAMS.has(text) && !isKnown(text))).toEqual([]);
});
