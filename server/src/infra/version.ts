import { readFileSync } from 'node:fs';

/** The version of this program. Its package file is two folders above, in the source and in the compiled output. */
export const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
