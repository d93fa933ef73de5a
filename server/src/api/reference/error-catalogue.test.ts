import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { expect, it } from 'vitest';
import { REASON_REMEDIES, RETRIES } from '../../core/reason-remedies.js';
import { REASONS } from '../../core/reasons.js';
import { ERROR_REMEDIES } from '../../graphql/error-remedies.js';
import { ERROR_CODES } from '../../graphql/errors.js';
import { HTTP_ERRORS, HTTP_REMEDIES } from '../../webhooks/ingest/webhook-answers.js';
import { buildApiSchema } from '../build-schema.js';
import { ERROR_CATALOGUE } from './error-catalogue.js';

const SOURCES = fileURLToPath(new URL('../..', import.meta.url));
const entries = ERROR_CATALOGUE.flatMap((section) => section.entries);
const codes = new Set(entries.map(({ code }) => code));

it('every code of GraphQL, of the webhook routes and of refusals has an entry', () => {
  const pairs = [
    [ERROR_CODES, ERROR_REMEDIES],
    [HTTP_ERRORS, HTTP_REMEDIES],
    [REASONS, REASON_REMEDIES],
  ] as const;
  for (const [causes, remedies] of pairs) {
    expect(Object.keys(remedies)).toEqual(Object.keys(causes));
    for (const code of Object.keys(causes)) expect(codes, code).toContain(code);
  }
  expect(codes.size, 'a code is listed twice').toBe(entries.length);
});

it('every entry says its cause and its fix in sentences, and whether a retry helps', () => {
  for (const { code, cause, fix, retry } of entries) {
    expect([code, cause], code).toEqual([code, expect.stringMatching(/^\w.{9,}\.$/s)]);
    expect([code, fix], code).toEqual([code, expect.stringMatching(/^[A-Z].{7,}\.$/s)]);
    expect(RETRIES).toContain(retry);
  }
});

it('no route answers a code that is not in the catalogue', async () => {
  const files = (await readdir(SOURCES, { recursive: true })).filter(
    (file) => /^(roles|api|reports|webhooks|graphql)\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'),
  );
  const unknown: string[] = [];
  let found = 0;
  for (const file of files) {
    const text = await readFile(path.join(SOURCES, file), 'utf8');
    const literals = text.matchAll(
      /\bcode(?:: | = )(?:\w+ >= 500 \? )?'([A-Z]\w+)'|\b(?:refuse|apiError|sendError)\((?:[\w., ]+, )?'([A-Z]\w+)'/g,
    );
    for (const [, a, b] of literals) {
      found += 1;
      if (!codes.has(a ?? b ?? '')) unknown.push(`${file}: ${a ?? b}`);
    }
  }
  expect(unknown).toEqual([]);
  expect(found).toBeGreaterThan(50);
});

it('operations and headers that a fix names exist', async () => {
  const schema = await buildApiSchema();
  const names = new Set(
    [schema.getQueryType(), schema.getMutationType()].flatMap((root) => Object.keys(root?.getFields() ?? {})),
  );
  const others = ['requestId', 'retryAfterMs', 'reason', 'fields', 'field', 'numbers', 'expected', 'query', 'first'];
  others.push(
    'acceptWithdrawPermission',
    'token',
    'secret',
    'locations',
    'after',
    'Retry-After',
    'Authorization: Bearer mvc_…',
  );
  const named = entries.flatMap(({ code, fix }) =>
    [...fix.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [code, name]),
  );
  expect(named.filter(([, name = '']) => !names.has(name) && !others.includes(name))).toEqual([]);
  // An operation is marked as one: a word that looks like one stands in backticks.
  const bare = entries.flatMap(({ code, fix }) =>
    fix
      .replaceAll(/`[^`]+`/g, '')
      .split(/[^A-Za-z]+/)
      .filter((word) => /[a-z][A-Z]/.test(word) && names.has(word))
      .map((word) => `${code}: ${word}`),
  );
  expect(bare).toEqual([]);
});
