import os from 'node:os';
import type { Context } from '../context.js';
import type { ClockState } from '../core/time/database-time.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';
import { readClockAlerts } from '../alerts/clock-alert.store.js';

const LOOK_MS = 1_000;
/**
 * An open alert is rewritten at this interval. If it was not rewritten for CLOCK_ALERT_GONE_MS, its process is gone.
 */
const REPEAT_MS = 15_000;
export const CLOCK_ALERT_GONE_MS = 60_000;

/** 14 -> '14.0 s' */
const inSeconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(1)} s`;

function messageOf(name: string, skewMs: number, trades: boolean): string {
  const words =
    skewMs > 0
      ? `The clock of ${name} is ${inSeconds(skewMs)} ahead of the database's.`
      : `The clock of ${name} is ${inSeconds(skewMs)} behind the database's.`;
  const what = trades
    ? 'It continues with the time of the database. Beyond 5 s it stops trading.'
    : 'It does not trade: it opens no position, leaves exits to other processes and sells only what none of them took.';
  return `${words} ${what} Set the clock of its machine right (NTP).`;
}

/**
 * Compares this process's clock with the database's until it is stopped. It raises CLOCK_SKEW beyond 1 s, and a
 * critical alert beyond 5 s, when the process stops trading. It resolves the alert when the clock is right again, and
 * also alerts of processes that were killed. `roles` are only shown in the alert.
 */
export function watchClock(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  { roles, lookMs = LOOK_MS }: { roles: readonly string[]; lookMs?: number },
): { stop(): Promise<void> } {
  const name = `process ${process.pid} (${roles.join(', ')}) on ${os.hostname()}`;
  const openKey = `CLOCK_SKEW:${os.hostname().slice(0, 100)}:${process.pid}`;
  let told: ClockState = 'OK';
  let toldAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const { skewMs = 0, state = 'OK' } = ctx.clock.standing?.() ?? {};
    if (state !== told) sayInLog(state, skewMs);
    const isDue = performance.now() - toldAt >= REPEAT_MS;
    if (state === told && !isDue) return;
    const now = ctx.clock.now();
    const trades = state !== 'TOO_FAR_OFF';
    if (state === 'OK') await closeAlert(ctx.db, { openKey, now });
    else {
      await openAlert(ctx.db, {
        ...{ type: 'CLOCK_SKEW', severity: trades ? 'high' : 'critical', openKey, userId: null },
        message: messageOf(name, skewMs, trades),
        metadata: { host: os.hostname(), pid: process.pid, roles, skewMs, trades, seenAt: now },
      });
    }
    for (const gone of await readClockAlerts(ctx.db, { notSeenSince: now - CLOCK_ALERT_GONE_MS }))
      await closeAlert(ctx.db, { openKey: gone.openKey, now });
    [told, toldAt] = [state, performance.now()];
  };
  const sayInLog = (state: ClockState, skewMs: number): void => {
    if (state === 'OK') ctx.log.info({ skewMs }, "this machine's clock agrees with the database's again");
    else if (state === 'OFF') ctx.log.warn({ skewMs }, "this machine's clock differs from the database's");
    else
      ctx.log.error(
        { skewMs },
        "this machine's clock is wrong: this process opens no position and leaves exits to others",
      );
  };
  const begin = (): void => {
    looking ??= look()
      .catch((err: unknown) => ctx.log.warn({ err }, 'the clock alert could not be written'))
      .finally(() => {
        looking = undefined;
      });
  };
  begin();
  const timer = setInterval(begin, lookMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      if (told !== 'OK') await closeAlert(ctx.db, { openKey, now: ctx.clock.now() }).catch(() => undefined);
    },
  };
}
