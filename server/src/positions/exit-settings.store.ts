import type { ExitSettings, FiredTargets } from '../core/exits/edit-exits.js';
import { d, sum } from '../core/money/money.js';
import { Batch, type Tx } from '../infra/database/database.js';

type Row = Record<string, unknown>;
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

export interface LockedExits {
  status: 'OPEN' | 'CLOSED';
  settings: ExitSettings;
  fired: FiredTargets;
  /** The highest ordinal that a target of the position has had. */
  lastOrdinal: number;
}

/** The exits of a position of this owner, locked until the end of the transaction. */
export async function lockExits(tx: Tx, positionId: number, ownerUserId: number): Promise<LockedExits | undefined> {
  const [positions, targets] = (await tx.run(
    new Batch()
      .add(
        // A subquery, because a join would lock the account as well.
        `SELECT * FROM trade_positions WHERE id = ?
            AND exchange_account_id IN (SELECT id FROM exchange_accounts WHERE user_id = ?) FOR UPDATE`,
        [positionId, ownerUserId],
      )
      .add('SELECT ordinal, share_pct FROM position_targets WHERE position_id = ? AND triggered_at IS NOT NULL', [
        positionId,
      ]),
  )) as [Row[], Row[]];
  const [row] = positions;
  if (!row) return undefined;
  return {
    status: String(row.status) as 'OPEN' | 'CLOSED',
    settings: {
      slEnabled: Boolean(row.sl_enabled),
      slPct: textOrNull(row.sl_pct),
      tpEnabled: Boolean(row.tp_enabled),
      tpPct: textOrNull(row.tp_pct),
      minProfitPct: textOrNull(row.min_profit_pct),
      trailingEnabled: Boolean(row.trailing_enabled),
      trailingDistancePct: textOrNull(row.trailing_distance_pct),
      trailingArmingPct: textOrNull(row.trailing_arming_pct),
      timeStopHours: row.time_stop_hours === null ? null : Number(row.time_stop_hours),
      breakEvenAfterFirst: Boolean(row.break_even_after_first),
    },
    fired: { count: targets.length, share: sum(targets.map((one) => d(String(one.share_pct)))) },
    lastOrdinal: Math.max(0, ...targets.map((one) => Number(one.ordinal))),
  };
}
