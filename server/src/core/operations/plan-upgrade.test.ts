import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesForBackup, databaseVersion, planUpgrade, redisVersion } from './plan-upgrade.js';

const done = (...names: string[]) => names.map((name) => ({ name, isFinished: true }));

describe('The plan of an upgrade', () => {
  it('lists the migrations that are missing, in their order', () => {
    expect(planUpgrade(done('1_a'), ['3_c', '1_a', '2_b'])).toEqual({ kind: 'READY', toApply: ['2_b', '3_c'] });
    expect(planUpgrade(done('1_a'), ['1_a'])).toEqual({ kind: 'READY', toApply: [] });
  });

  it('refuses a database of a newer version, and one with an interrupted migration', () => {
    expect(planUpgrade(done('1_a', '9_z', '8_y'), ['1_a', '2_b'])).toEqual({
      ...{ kind: 'NEWER_DATABASE', unknown: ['8_y', '9_z'] },
    });
    const broken = [...done('1_a'), { name: '2_b', isFinished: false }];
    expect(planUpgrade(broken, ['1_a', '2_b', '3_c'])).toEqual({ kind: 'UNFINISHED', name: '2_b' });
  });

  it('is never ready when something is unknown, and otherwise applies exactly what is missing', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, (applied, known) => {
        const plan = planUpgrade(done(...applied), known);
        const isNewer = applied.some((name) => !known.includes(name));
        expect(plan.kind).toBe(isNewer ? 'NEWER_DATABASE' : 'READY');
        if (plan.kind === 'READY') expect([...applied, ...plan.toApply].sort()).toEqual([...known].sort());
      }),
    );
  });
});

it.each([
  ['10.11.6-MariaDB-0+deb12u1', 'MariaDB 10.11.6', true],
  ['10.6.0-MariaDB', 'MariaDB 10.6.0', true],
  ['10.5.27-MariaDB', 'MariaDB 10.5.27', false],
  ['11.4.2-MariaDB-ubu2404', 'MariaDB 11.4.2', true],
  ['8.0.36', 'MySQL 8.0.36', true],
  ['9.7.0', 'MySQL 9.7.0', true],
  ['5.7.44-log', 'MySQL 5.7.44', false],
])('%s is %s (supported: %s)', (text, name, isSupported) => {
  expect(databaseVersion(text)).toEqual({ name, isSupported });
});

it.each([
  ['# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n', 'Redis 7.0.15', true],
  ['# Server\r\nredis_version:6.0.16\r\n', 'Redis 6.0.16', false],
  ['# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n', 'Valkey 8.1.0', true],
  ['', 'Redis 0', false],
])('%j is %s (supported: %s)', (info, name, isSupported) => {
  expect(redisVersion(info)).toEqual({ name, isSupported });
});

it('a backup needs as much room as the database has, and at least 256 MB', () => {
  expect(bytesForBackup(0)).toBe(268_435_456);
  expect(bytesForBackup(5e9)).toBe(5e9);
});
