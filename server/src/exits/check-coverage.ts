import type { Context } from '../context.js';
import { coverageGaps, type CoveredGroup } from '../core/exits/coverage.js';
import { isFreshPrice } from '../core/price/price-age.js';
import { priceKeyOf, priceVenueOf } from '../core/price/price-key.js';
import { keepAlerts } from '../alerts/keep-alerts.js';
import { readOpenGroups, readWatchedVenues, type OpenGroup } from './coverage.store.js';

const PREFIX = 'UNPROTECTED_POSITION:';
/** Another process takes over a lease within seconds. */
const GRACE_SEC = 10;

/**
 * Checks the protection of every open position (job position_coverage): whether an exit limits its loss, whether a
 * process watches its prices, whether the price is fresh, and whether its account can sell. Each gap is an alert for the
 * owner for an account and symbol, and ends when the gap is closed.
 */
export async function checkCoverage(
  ctx: Pick<Context, 'db' | 'clock' | 'env' | 'prices' | 'exchanges'>,
  { upMs = process.uptime() * 1_000 }: { upMs?: number } = {},
): Promise<{ positions: number; gaps: number }> {
  const [groups, venues] = await Promise.all([readOpenGroups(ctx.db), readWatchedVenues(ctx.db, GRACE_SEC)]);
  // A process that just started has not received prices yet, and with it the whole installation may have started.
  const isSettled = upMs >= ctx.env.STALE_PRICE_MS;
  const owners = new Map(groups.map((group) => [`${group.account.id}:${group.symbol}`, group.userId]));
  const gaps = coverageGaps(groups.map((group) => coveredGroup(ctx, group, { venues, isSettled })));
  await keepAlerts(ctx, {
    type: 'UNPROTECTED_POSITION',
    prefix: PREFIX,
    found: gaps.map(({ gap, subject, ...alert }) => ({
      ...alert,
      ...{ openKey: `${PREFIX}${gap}:${subject}`, userId: owners.get(subject) ?? null, metadata: { gap } },
    })),
  });
  return { positions: groups.reduce((all, { positions }) => all + positions, 0), gaps: gaps.length };
}

function coveredGroup(
  ctx: Pick<Context, 'clock' | 'env' | 'prices' | 'exchanges'>,
  { account, isUsable, userId: _userId, ...group }: OpenGroup,
  { venues, isSettled }: { venues: ReadonlySet<string>; isSettled: boolean },
): CoveredGroup {
  const price = ctx.prices.get(priceKeyOf(account, group.symbol));
  return {
    ...group,
    ...{ accountId: account.id, isSimulation: account.isSimulation },
    canTrade: isUsable && ctx.exchanges.forAccount(account).ok,
    hasWatcher: !isSettled || venues.has(priceVenueOf(account)),
    hasFreshPrice: !isSettled || (price !== undefined && isFreshPrice(price, ctx.clock.now(), ctx.env.STALE_PRICE_MS)),
  };
}
