import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { normalizeEmail } from '../core/email.js';
import { d } from '../core/money/money.js';
import type { PriceOf } from '../core/position/valuation.js';
import { priceKey, type PriceVenue } from '../core/price/price-key.js';
import { readSharedPrices } from '../prices/shared-prices.store.js';
import { EXPORT_FILTERS, EXPORT_NAMES, exportOf, readExportQuery } from '../reports/export/export-request.js';
import { reportScope } from '../reports/report-scope.js';
import { readSignInUser } from '../users/user.store.js';
import { writeCommandAudit } from './audit-entry.js';
import { type Command, type CommandContext, UsageError } from './command.js';

const OPTIONS = Object.fromEntries(
  ['user', 'list', 'out', ...EXPORT_FILTERS].map((name) => [name, { type: 'string' }]),
);

function readArgs(args: readonly string[]): Record<string, string | undefined> {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS as Record<string, { type: 'string' }> });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The prices that the price feeds wrote lately, for open exposure. */
async function pricesNow({ db, env }: CommandContext): Promise<(venue: PriceVenue) => PriceOf> {
  const found = await readSharedPrices(db, env.STALE_PRICE_MS);
  const last = new Map(found.map(({ price }) => [price.key, d(price.last)]));
  return (venue) => (symbol) => last.get(priceKey(venue, symbol));
}

/** Writes into a file that has its name only when it is whole, and replaces none. */
async function writeWhole(texts: AsyncIterable<string>, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(texts), createWriteStream(partial, { mode: 0o600 }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The same code as `GET /export/<list>` of the API, for one user, without a session. */
export const exportCommand: Command = {
  usage: `--user <email> --list <name> [--format csv|jsonl] [--tradeMode REAL|SIMULATION] [--out <file>|-] [${EXPORT_FILTERS.filter(
    (name) => !['format', 'tradeMode'].includes(name),
  )
    .map((name) => `--${name} …`)
    .join('] [')}]`,
  description: `Writes a whole list or report of a user as CSV or JSONL. Lists: ${EXPORT_NAMES.join(', ')}.`,
  async run(ctx, args) {
    const { user, list, out, ...given } = readArgs(args);
    if (user === undefined || list === undefined) throw new UsageError('Name the user and the list.');
    const source = exportOf(list);
    if (!source) throw new UsageError(`There is no list "${list}"; the lists are ${EXPORT_NAMES.join(', ')}.`);
    const query = { tradeMode: 'REAL', ...given };
    const asked = readExportQuery(query);
    if ('code' in asked) throw new UsageError(asked.message);
    const found = await readSignInUser(ctx.db, normalizeEmail(user));
    if (!found) throw new UsageError(`There is no user ${user}.`);
    const scope = await reportScope(ctx, found.id, asked.filter);
    if (!scope.ok) throw new UsageError(scope.message);
    await writeCommandAudit(ctx, 'export', { email: user, list, ...query }, found.id);
    const texts = source(ctx.db, { ...asked, scope: scope.scope, pricesOf: await pricesNow(ctx) });
    if (out === '-') {
      for await (const text of texts) ctx.write(text);
      return 0;
    }
    const file = path.resolve(out ?? `${list}-${query.tradeMode.toLowerCase()}.${asked.format}`);
    await writeWhole(texts, file);
    ctx.say(`Written: ${file}`);
    return 0;
  },
};
