import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface Change {
  level: string;
  message: string;
}
interface Accepted {
  message: string;
  reason: string;
}
type Releases = { version: string; sdl: string }[];
/** scripts/lib/api-changes.mjs, which `npm run check` uses too. */
interface ApiGate {
  apiChanges(before: string, after: string): Promise<Change[]>;
  gate(changes: readonly Change[], accepted: readonly Accepted[]): { refused: Change[]; unused: Accepted[] };
  releasesOf(root: string): Releases;
  acceptedOf(root: string): Accepted[];
  apiChangelog(current: string, releases: Releases, accepted: readonly Accepted[]): Promise<string>;
}

const GATE = new URL('../../../../scripts/lib/api-changes.mjs', import.meta.url).href;
const { acceptedOf, apiChangelog, apiChanges, gate, releasesOf } = (await import(GATE)) as ApiGate;
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const current = await readFile(new URL('../../../../schema.graphql', import.meta.url), 'utf8');
const releases = releasesOf(ROOT);
const released = releases.at(-1)?.sdl ?? '';

/** The current schema with a change; fails when the text is not there. */
const planted = (from: string, to: string): string => {
  expect(current).toContain(from);
  return current.replace(from, to);
};
const refusedBy = async (sdl: string) => gate(await apiChanges(released, sdl), acceptedOf(ROOT)).refused;

it('the schema breaks no client of the last release, and every accepted break exists', async () => {
  const changes = await apiChanges(released, current);
  expect(gate(changes, acceptedOf(ROOT))).toEqual({ refused: [], unused: [] });
});

it.each([
  ['a field of another name', '  liveCursor: String @semanticNonNull', '  newestCursor: String @semanticNonNull'],
  ['a field of another type', '  liveCursor: String @semanticNonNull', '  liveCursor: Int @semanticNonNull'],
  ['a field that may be null now', '  liveCursor: String @semanticNonNull', '  liveCursor: String'],
  ['an enum value of another name', '  SUBSCRIPTION_OVERFLOW\n', '  SUBSCRIPTION_SPILL\n'],
  ['an argument that must be given now', 'accountHoldings(', 'accountHoldings(mode: TradeMode! '],
  ['an input field that must be given now', 'input ClosePositionInput {', 'input ClosePositionInput { why: String!'],
  ['a union member that is gone', ' | Refused', ''],
])('a planted break fails the gate: %s', async (_what, from, to) => {
  expect(await refusedBy(planted(from, to))).not.toEqual([]);
});

it('a planted break fails the gate: an operation that is gone', async () => {
  expect(await refusedBy(withoutMutation())).toEqual([expect.objectContaining({ level: 'breaking' })]);
});

/** The schema without its last mutation. */
const withoutMutation = (): string => {
  const field = /\n {2}"""[^"]*"""\n {2}withdrawFromVault\([^]*?\n {2}\): \S+( @\w+)?\n/.exec(current)?.[0];
  expect(field).toBeDefined();
  return current.replace(field ?? '', '\n');
};

it('what breaks nobody passes: a new field, a new optional argument, other words', async () => {
  const more = [
    planted('  liveCursor: String', '  newField: String\n  liveCursor: String'),
    planted('accountHoldings(', 'accountHoldings(mode: TradeMode '),
    planted('type Refused {', '"""Other words."""\ntype Refused {').replace(/"""[^"]*"""\n("""Other)/, '$1'),
  ];
  for (const sdl of more) expect(await refusedBy(sdl)).toEqual([]);
});

it('an accepted break passes with its reason in the changelog, and one that does not happen is told', async () => {
  const sdl = planted('  liveCursor: String @semanticNonNull', '  liveCursor: Int @semanticNonNull');
  const changes = await apiChanges(released, sdl);
  const [message = ''] = gate(changes, []).refused.map((change) => change.message);
  const accepted = [
    { message, reason: 'nobody used it' },
    { message: 'Nothing', reason: 'none' },
  ];
  expect(gate(changes, accepted)).toEqual({ refused: [], unused: [accepted[1]] });
  const changelog = await apiChangelog(sdl, releases, accepted);
  expect(changelog).toContain(`### Breaking\n\n- ${message} (nobody used it)\n`);
});

it('the changelog of the API is current', async () => {
  const stored = await readFile(new URL('../../../../docs/api/changelog.md', import.meta.url), 'utf8');
  expect(await apiChangelog(current, releases, acceptedOf(ROOT))).toBe(stored);
});
