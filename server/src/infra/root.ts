import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Whether this is the built program in server/dist, not its sources. */
export const isBuilt = path.extname(here) === '.js';

/** The folder above `server`. It is searched for, because the build moves code into files elsewhere. */
export const ROOT = rootAbove(path.dirname(here));

function rootAbove(folder: string): string {
  if (existsSync(path.join(folder, 'server/package.json'))) return folder;
  const above = path.dirname(folder);
  if (above === folder) throw new Error(`${here} is not inside a folder of mvcashnode`);
  return rootAbove(above);
}
