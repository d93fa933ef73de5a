import type { EditedExits, ExitSettings, FiredTargets, TargetInput } from '../core/exits/edit-exits.js';
import { d, sum } from '../core/money/money.js';
import { Batch, type Tx } from '../infra/database/database.js';

type Row = Record<string, unknown>;
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

export interface LockedExits {
  status: 'OPEN' | 'CLOSED';
  settings: ExitSettings;
  fired: FiredTargets;
  /** The highest number a target of the position has had. */
  lastOrdinal: number;
}

/** The exits of a position of this owner, locked to the end of the transaction. */
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

/** A trailing stop that begins anew: at the opening price, or without a maximum until a profit arms it. */
const restarted = ({ trailingArmingPct }: ExitSettings): string =>
  `, trailing_version = trailing_version + 1, ${
    trailingArmingPct === null
      ? 'trailing_max_price = price_open, trailing_armed_at = UTC_TIMESTAMP(3)'
      : 'trailing_max_price = NULL, trailing_armed_at = NULL'
  }`;

/** Prices count for the new settings from now on, also those that come before a watcher has read them. */
export function addExitSettings(batch: Batch, positionId: number, { settings, restartsTrailing }: EditedExits): void {
  batch.add(
    `UPDATE trade_positions SET sl_enabled = ?, sl_pct = ?, tp_enabled = ?, tp_pct = ?, min_profit_pct = ?,
       trailing_enabled = ?, trailing_distance_pct = ?, trailing_arming_pct = ?, time_stop_hours = ?,
       break_even_after_first = ?${restartsTrailing ? restarted(settings) : ''}, exits_since = UTC_TIMESTAMP(3),
       updated_at = UTC_TIMESTAMP(3) WHERE id = ?`,
    [
      ...[settings.slEnabled, settings.slPct, settings.tpEnabled, settings.tpPct, settings.minProfitPct],
      ...[settings.trailingEnabled, settings.trailingDistancePct, settings.trailingArmingPct, settings.timeStopHours],
      ...[settings.breakEvenAfterFirst, positionId],
    ],
  );
}

/** Replaces the targets that have not fired. */
export function addTargets(
  batch: Batch,
  positionId: number,
  { targets, lastOrdinal }: { targets: readonly TargetInput[]; lastOrdinal: number },
): void {
  batch.add('DELETE FROM position_targets WHERE position_id = ? AND triggered_at IS NULL', [positionId]);
  targets.forEach(({ pct, sharePct }, index) =>
    batch.add('INSERT INTO position_targets (position_id, ordinal, pct, share_pct) VALUES (?, ?, ?, ?)', [
      ...[positionId, lastOrdinal + 1 + index, pct, sharePct],
    ]),
  );
}
