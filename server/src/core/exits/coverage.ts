/** Why the exits of open positions would not limit a loss. */
export type CoverageGap = 'ACCOUNT' | 'OFF' | 'WATCHER' | 'PRICE';

/** The open positions of one account and symbol. */
export interface CoveredGroup {
  accountId: number;
  /** The owner's name for the account. */
  label: string;
  symbol: string;
  isSimulation: boolean;
  positions: number;
  /** How many of them have no stop loss, trailing stop or time stop that counts now, and are not being sold. */
  unlimited: number;
  /** Up to ten ids of those, and their highest. */
  unlimitedIds: readonly string[];
  newestUnlimited: number;
  /** Whether an order can be sent for the account. */
  canTrade: boolean;
  /** Whether a process watches the prices of its venue. */
  hasWatcher: boolean;
  hasFreshPrice: boolean;
}

export interface UnprotectedGroup {
  gap: CoverageGap;
  /** One alert is open for each gap and subject. */
  subject: string;
  severity: 'low' | 'medium' | 'critical';
  message: string;
  /** Changes when more positions are concerned. */
  evidence: string;
}

const positionsOf = (count: number, { symbol, label }: CoveredGroup): string =>
  count === 1 ? `1 open position of ${symbol} at ${label}` : `${count} open positions of ${symbol} at ${label}`;

/**
 * The gaps in the protection of open positions. An account that cannot trade is one gap, whatever else is missing.
 * Simulated positions are less urgent: no money is at stake.
 */
export function coverageGaps(groups: readonly CoveredGroup[]): UnprotectedGroup[] {
  return groups.flatMap((group): UnprotectedGroup[] => {
    const { accountId, symbol, positions } = group;
    const subject = `${accountId}:${symbol}`;
    const who = positionsOf(positions, group);
    const urgent = { severity: group.isSimulation ? 'low' : 'critical', evidence: String(positions) } as const;
    if (!group.canTrade) {
      const message = `${who} cannot be sold: the account is switched off, has no keys, or trading with real money is off. No exit fires.`;
      return [{ gap: 'ACCOUNT', subject, message, ...urgent }];
    }
    const gaps: UnprotectedGroup[] = [];
    if (!group.hasWatcher) {
      const message = `${who}: no process watches its prices. Exits fire only by the safety sweep, if at all.`;
      gaps.push({ gap: 'WATCHER', subject, message, ...urgent });
    } else if (!group.hasFreshPrice) {
      const message = `${who}: the price is too old. No exit fires until a fresh one comes.`;
      gaps.push({ gap: 'PRICE', subject, message, ...urgent });
    }
    if (group.unlimited > 0) {
      const more = group.unlimited > group.unlimitedIds.length ? ', …' : '';
      const message = `${positionsOf(group.unlimited, group)} without a stop loss, trailing stop or time stop: ${group.unlimitedIds.map((id) => `#${id}`).join(', ')}${more}. Nothing limits a loss.`;
      const severity = group.isSimulation ? ('low' as const) : ('medium' as const);
      gaps.push({ gap: 'OFF', subject, message, severity, evidence: String(group.newestUnlimited) });
    }
    return gaps;
  });
}
