import { expect, it } from 'vitest';
import { parseRoles } from './roles.js';

it('without --roles all three roles run, in the order of their dependencies', () => {
  expect(parseRoles([])).toEqual(['monitors', 'executor', 'api']);
});

it('roles may be given separately or together, in any order and case', () => {
  expect(parseRoles(['--roles', 'api'])).toEqual(['api']);
  expect(parseRoles(['--roles=API, monitors'])).toEqual(['monitors', 'api']);
});

it('an unknown role and an empty list are refused by name', () => {
  expect(() => parseRoles(['--roles', 'api,worker,x'])).toThrow(/"worker", "x".*api, executor, monitors/);
  expect(() => parseRoles(['--roles'])).toThrow(/names no role/);
});
