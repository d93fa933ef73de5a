// The CPU that processes of a benchmark have used.
import { readFile } from 'node:fs/promises';
import type { Child, ProcessCost } from './child.js';
import type { Ours } from './ours-run.js';

/** Linux counts the CPU of a process in hundredths of a second. */
const TICK_MS = 10;

async function cpuOfPid(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may have spaces, so counting begins behind it.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}

export const cpuOfChild = async (child: Child<unknown>): Promise<number> =>
  (await child.ask<ProcessCost>('cost')).cpuMs;

/** Of both processes of the API. */
export const cpuOfOurs = async (ours: Ours): Promise<number> =>
  (await cpuOfChild(ours)) + (await cpuOfPid(await ours.ask<number>('graphqlPid')));
