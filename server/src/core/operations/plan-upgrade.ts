/** A migration of the database's own bookkeeping. */
export interface AppliedMigration {
  name: string;
  isFinished: boolean;
}

export type UpgradePlan =
  | { kind: 'READY'; toApply: string[] }
  /** The database has migrations that this version does not know: a newer version wrote them. */
  | { kind: 'NEWER_DATABASE'; unknown: string[] }
  /** A migration was interrupted; what it did is not known. */
  | { kind: 'UNFINISHED'; name: string };

/** What brings a database to this version: the migrations that are missing, in their order, or why it cannot be done. */
export function planUpgrade(applied: readonly AppliedMigration[], known: readonly string[]): UpgradePlan {
  const unfinished = applied.find(({ isFinished }) => !isFinished);
  if (unfinished) return { kind: 'UNFINISHED', name: unfinished.name };
  const names = new Set(applied.map(({ name }) => name));
  const unknown = [...names].filter((name) => !known.includes(name)).sort();
  if (unknown.length > 0) return { kind: 'NEWER_DATABASE', unknown };
  const toApply = known.filter((name) => !names.has(name)).sort();
  return { kind: 'READY', toApply };
}

interface ServerVersion {
  /** 'MariaDB 10.11.6', 'MySQL 8.0.36', 'Redis 7.0.15' */
  name: string;
  isSupported: boolean;
}

/** Whether the answer of `SELECT VERSION()` is of a database that this program runs on. */
export function databaseVersion(text: string): ServerVersion {
  const [major, minor, patch] = numbersOf(text);
  const isMariaDb = /mariadb/i.test(text);
  const isSupported = isMariaDb ? isAtLeast([major, minor], [10, 6]) : isAtLeast([major, minor], [8, 0]);
  return { name: `${isMariaDb ? 'MariaDB' : 'MySQL'} ${[major, minor, patch].join('.')}`, isSupported };
}

/** Whether the answer of `INFO server` is of a Redis or Valkey that this program runs on. */
export function redisVersion(info: string): ServerVersion {
  const of = (field: string): string | undefined => new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1];
  // Valkey also names the version of Redis that it is compatible with.
  const [redis = '0', valkey] = [of('redis_version'), of('valkey_version')];
  const [major, minor] = numbersOf(redis);
  return { name: valkey ? `Valkey ${valkey}` : `Redis ${redis}`, isSupported: isAtLeast([major, minor], [6, 2]) };
}

const numbersOf = (text: string): [number, number, number] => {
  const [major = 0, minor = 0, patch = 0] = text.split(/[.-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
};
const isAtLeast = ([major, minor]: [number, number], [leastMajor, leastMinor]: [number, number]): boolean =>
  major > leastMajor || (major === leastMajor && minor >= leastMinor);

/**
 * The free bytes that a backup needs. Its file is compressed, and the database counts bytes of indexes too, so the size of the
 * database is always enough; a small one still needs some room.
 */
export const bytesForBackup = (databaseBytes: number): number => Math.max(databaseBytes, 256 * 1_048_576);
