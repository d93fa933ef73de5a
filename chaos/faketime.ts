import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Other clocks for single processes, by libfaketime (Debian: `apt install faketime`). The monotonic clock stays correct. */
export interface Faketime {
  /** The environment of a process whose clock is this far ahead (negative = behind) from its start. */
  skewed(aheadMs: number): Record<string, string>;
  /** The environment of a process whose clock can be set while it runs, and how to do that. */
  settable(file: string): { env: Record<string, string>; set(aheadMs: number): void };
}

const FOLDERS = ['/usr/lib', '/usr/local/lib'];

/** undefined where the library is not installed. */
export function findFaketime(): Faketime | undefined {
  const folders = FOLDERS.filter(existsSync).flatMap((folder) => [
    path.join(folder, 'faketime'),
    ...readdirSync(folder).map((name) => path.join(folder, name, 'faketime')),
  ]);
  const library = folders.map((folder) => path.join(folder, 'libfaketimeMT.so.1')).find(existsSync);
  if (!library) return undefined;
  const usual = { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' };
  const words = (aheadMs: number) => `${aheadMs < 0 ? '-' : '+'}${Math.abs(aheadMs) / 1_000}s`;
  return {
    skewed: (aheadMs) => ({ ...usual, FAKETIME: words(aheadMs) }),
    settable(file) {
      const set = (aheadMs: number) => writeFileSync(file, `${words(aheadMs)}\n`);
      set(0);
      return { env: { ...usual, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_CACHE_DURATION: '1' }, set };
    },
  };
}
