import { rotateKeys } from '../system/rotate-keys.js';
import type { Command } from './command.js';

export const rotateKeysCommand: Command = {
  usage: '',
  description: 'Encrypts every secret again with the first of SECRET_KEYS. The program may keep running.',
  async run(ctx) {
    const [first, ...older] = ctx.env.SECRET_KEYS;
    const counts = await rotateKeys(ctx);
    for (const { table, column, resealed, current, changed, unreadable } of counts)
      ctx.say(
        `${`${table}.${column}`.padEnd(40)} encrypted again ${resealed}, already current ${current}, changed meanwhile ${changed}, unreadable ${unreadable}`,
      );
    const unreadable = counts.reduce((sum, one) => sum + one.unreadable, 0);
    if (unreadable > 0) {
      ctx.say(`${unreadable} secrets cannot be decrypted with any of SECRET_KEYS: keep every key and see the log.`);
      return 1;
    }
    const next =
      older.length > 0 ? ` The others (${older.map(({ id }) => id).join(', ')}) are not needed any more.` : '';
    ctx.say(`All secrets are encrypted with the key "${first?.id}".${next}`);
    return 0;
  },
};
