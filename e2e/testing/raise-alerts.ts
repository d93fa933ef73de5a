import { openAlert } from '../../server/src/alerts/alert-writes.store.js';
import { coverageGaps } from '../../server/src/core/exits/coverage.js';
import { monitorAlerts } from '../../server/src/core/operations/monitor-alerts.js';
import type { AlertType } from '../../server/src/core/operations/alert-types.js';
import { unsellableAlert } from '../../server/src/core/position/unsellable-alert.js';
import { priceKey } from '../../server/src/core/price/price-key.js';
import { stalePriceAlert } from '../../server/src/core/price/stale-price-alert.js';
import type { World } from './world.js';

const GROUP = {
  ...{ accountId: 1, label: 'Demo account', symbol: 'BTC/USDT', isSimulation: true, positions: 2, unlimited: 2 },
  ...{ unlimitedIds: ['1', '2'], newestUnlimited: 2, canTrade: true, hasWatcher: true, hasFreshPrice: false },
};
const PROCESS = { service: 'executor', processId: 7, status: 'running', cpuPct: [95, 95, 95], memoryPct: 93 };

/** Alerts of the demo user and of the operators, with the words of the server. No monitor knows their keys or ends them. */
export async function raiseAlerts({ db, email }: Pick<World, 'db' | 'email'>): Promise<void> {
  const { id: userId } = await db.prisma.user.findUniqueOrThrow({ where: { email } });
  const position = { positionId: 1, symbol: 'BTC/USDT', code: 'HOLDING_MISSING' } as const;
  const own: { type: AlertType; message: string }[] = [
    ...coverageGaps([GROUP]).map(({ message }) => ({ type: 'UNPROTECTED_POSITION' as const, message })),
    unsellableAlert({ ...position, message: 'The wallet has 0.5 BTC free, 1 were to be sold.' }),
    stalePriceAlert(priceKey('SIMULATION', 'BTC/USDT'), Date.now()),
  ];
  const facts = { now: 0, disks: [{ path: '/backup', usedPct: 91 }], backlog: { waiting: 3, oldestMs: 70_000 } };
  const operators = monitorAlerts({
    ...{ ...facts, processes: [{ ...PROCESS, seenAt: 0, loopDelayMs: [12_000] }] },
    pausedSafetyJobs: ['sl_tp_monitor_sim'],
  });
  for (const [index, { type, message }] of own.entries())
    await openAlert(db, { type, message, severity: 'high', openKey: `e2e:own:${index}`, userId });
  for (const [index, { type, message }] of operators.entries())
    await openAlert(db, { type, message, severity: 'high', openKey: `e2e:operators:${index}`, userId: null });
}
