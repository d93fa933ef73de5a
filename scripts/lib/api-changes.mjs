// Compares the GraphQL schema with the last released one. `npm run check` fails when a client could break, and writes what
// changed into docs/api/changelog.md.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CriticalityLevel, diff, DiffRule } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const RELEASES = 'docs/api/releases';
const ACCEPTED = 'docs/api/accepted-breaking-changes.json';

/** @typedef {{ level: 'breaking' | 'dangerous' | 'compatible', message: string, why: string }} ApiChange */
/** @typedef {{ message: string, reason: string }} Accepted */

const LEVELS = {
  [CriticalityLevel.Breaking]: /** @type {const} */ ('breaking'),
  [CriticalityLevel.Dangerous]: /** @type {const} */ ('dangerous'),
  [CriticalityLevel.NonBreaking]: /** @type {const} */ ('compatible'),
};
const RANK = ['breaking', 'dangerous', 'compatible'];
/** Without the directive a field may be null in a good answer, which a client that relies on it does not expect. */
const losesValue = (/** @type {string} */ message) => message.startsWith("Directive 'semanticNonNull' was removed");
/** Other words for the same thing change no client. */
const isText = (/** @type {string} */ type) => /_DESCRIPTION_/.test(type);

/**
 * What changed for clients between two schemas, the worst first. Removing a field that was deprecated in the older one
 * breaks nothing: its clients were told.
 * @param {string} before SDL
 * @param {string} after SDL
 * @returns {Promise<ApiChange[]>}
 */
export async function apiChanges(before, after) {
  const changes = await diff(buildSchema(before), buildSchema(after), [
    DiffRule.suppressRemovalOfDeprecatedField,
    DiffRule.simplifyChanges,
  ]);
  return changes
    .filter(({ type }) => !isText(type))
    .map(({ criticality, message }) => ({
      level: losesValue(message) ? /** @type {const} */ ('breaking') : LEVELS[criticality.level],
      message,
      why: criticality.reason ?? '',
    }))
    .sort((a, b) => RANK.indexOf(a.level) - RANK.indexOf(b.level) || (a.message < b.message ? -1 : 1));
}

/**
 * The breaking changes that nobody accepted, and the accepted ones that do not exist.
 * @param {readonly ApiChange[]} changes
 * @param {readonly Accepted[]} accepted
 */
export function gate(changes, accepted) {
  const breaking = changes.filter(({ level }) => level === 'breaking');
  const messages = new Set(accepted.map(({ message }) => message));
  return {
    refused: breaking.filter(({ message }) => !messages.has(message)),
    unused: accepted.filter(({ message }) => !breaking.some((change) => change.message === message)),
  };
}

const byVersion = (/** @type {string} */ a, /** @type {string} */ b) =>
  a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' });

/**
 * The released schemas, the oldest first.
 * @param {string} root
 */
export const releasesOf = (root) =>
  readdirSync(path.join(root, RELEASES))
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => name.slice(0, -'.graphql'.length))
    .sort(byVersion)
    .map((version) => ({ version, sdl: readFileSync(path.join(root, RELEASES, `${version}.graphql`), 'utf8') }));

/**
 * @param {string} root
 * @returns {Accepted[]}
 */
export const acceptedOf = (root) => JSON.parse(readFileSync(path.join(root, ACCEPTED), 'utf8'));

const TITLES = { breaking: 'Breaking', dangerous: 'Could surprise a client', compatible: 'Compatible' };

/** @param {readonly ApiChange[]} changes @param {readonly Accepted[]} accepted */
function sectionLines(changes, accepted) {
  if (changes.length === 0) return ['Nothing changed for clients.', ''];
  const reasons = new Map(accepted.map(({ message, reason }) => [message, reason]));
  return /** @type {const} */ (['breaking', 'dangerous', 'compatible']).flatMap((level) => {
    const lines = changes
      .filter((change) => change.level === level)
      .map(({ message }) => `- ${message}${reasons.has(message) ? ` (${reasons.get(message)})` : ''}`);
    return lines.length === 0 ? [] : [`### ${TITLES[level]}`, '', ...lines, ''];
  });
}

/**
 * The changelog of the API: what changed since the last release, and between the releases.
 * @param {string} current SDL
 * @param {ReturnType<typeof releasesOf>} releases
 * @param {readonly Accepted[]} accepted
 */
export async function apiChangelog(current, releases, accepted) {
  const steps = [...releases, { version: 'Unreleased', sdl: current }];
  const sections = [];
  for (const [index, { version, sdl }] of steps.entries()) {
    const before = steps[index - 1];
    const body = before
      ? sectionLines(await apiChanges(before.sdl, sdl), accepted)
      : ['The first schema that clients can rely on.', ''];
    sections.unshift([`## ${version}`, '', ...body].join('\n'));
  }
  return `# Changelog of the GraphQL API

Generated from schema.graphql and docs/api/releases: \`npm run check -- --fix\` writes it. Descriptions are left out.

${sections.join('\n')}`;
}
