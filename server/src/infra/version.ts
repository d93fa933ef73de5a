import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.js';

/** The version of this program. */
export const { version } = JSON.parse(readFileSync(path.join(ROOT, 'server/package.json'), 'utf8')) as {
  version: string;
};
