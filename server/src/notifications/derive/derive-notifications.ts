import type { Context } from '../../context.js';
import {
  happeningsOfAlert,
  happeningsOfFill,
  happeningsOfJob,
  happeningsOfPosition,
  isNews,
  type AlertFacts,
  type Happening,
} from '../../core/notifications/happenings.js';
import { planDeliveries, type ChannelFacts } from '../../core/notifications/plan-deliveries.js';
import { Batch, type Tx } from '../../infra/database/database.js';
import type { LiveTopic } from '../../infra/database/live-events.js';
import { readPersonSettings } from '../settings/notification-settings.store.js';
import {
  readAlertFacts,
  readFillFacts,
  readJobFacts,
  readJobsOfExecutions,
  readPositionFacts,
} from './live-facts.store.js';
import {
  addCursor,
  addTold,
  lockCursor,
  readKnownKeys,
  readUsersWithNews,
  type LiveRow,
  type Told,
} from './notification-event.store.js';

type DeriveContext = Pick<Context, 'db' | 'clock'>;

const USERS_AT_ONCE = 100;
const EVENTS_AT_ONCE = 500;

/**
 * Turns new live events into notifications: exactly once for each event, person and channel, because the cursor of the
 * person moves in the same transaction. Trading writes nothing for it and never waits. Returns how many live events
 * were looked at, and the users who have something to be told.
 */
export async function deriveNotifications(ctx: DeriveContext): Promise<{ looked: number; told: number }> {
  const counts = { looked: 0, told: 0 };
  for (const { userId } of await readUsersWithNews(ctx.db, USERS_AT_ONCE)) {
    for (let isMore = true; isMore;) {
      const done = await deriveForUser(ctx, userId);
      counts.looked += done.looked;
      counts.told += done.told;
      isMore = done.looked === EVENTS_AT_ONCE;
    }
  }
  return counts;
}

async function deriveForUser(ctx: DeriveContext, userId: number): Promise<{ looked: number; told: number }> {
  const { preferences } = await readPersonSettings(ctx.db, userId);
  return ctx.db.transaction(async (tx) => {
    const { seq, newest, channels, events } = await lockCursor(tx, userId, EVENTS_AT_ONCE);
    const isLast = events.length < EVENTS_AT_ONCE;
    const next = isLast ? Math.max(newest, seq, events.at(-1)?.seq ?? 0) : (events.at(-1)?.seq ?? newest);
    const happened = hasListeners(channels) ? await findHappenings(tx, userId, events) : [];
    const now = ctx.clock.now();
    const planned = happened.flatMap((happening): Told[] => {
      const deliveries = planDeliveries(happening, { preferences, channels, now });
      return deliveries.length === 0 ? [] : [{ happening, deliveries }];
    });
    const known = await readKnownKeys(
      tx,
      userId,
      planned.map(({ happening }) => happening.key),
    );
    const told = planned.filter(({ happening }) => !known.has(happening.key));
    const batch = new Batch();
    addTold(batch, userId, told);
    await tx.commit(addCursor(batch, userId, next));
    return { looked: events.length, told: told.length };
  });
}

/** Without a channel nothing is read: an installation that tells nobody does no work for it. */
const hasListeners = (channels: readonly ChannelFacts[]): boolean =>
  channels.some(({ isEnabled, isGroup }) => isEnabled && !isGroup);

async function findHappenings(tx: Tx, userId: number, events: readonly LiveRow[]): Promise<Happening[]> {
  const idsOf = (topic: LiveTopic, isWanted: (event: LiveRow) => boolean = () => true): number[] => [
    ...new Set(events.filter((event) => event.topic === topic && isWanted(event)).map(({ entityId }) => entityId)),
  ];
  const fills = await readFillFacts(tx, userId, idsOf('FILL'));
  const positions = await readPositionFacts(tx, userId, idsOf('POSITION'));
  const jobs = await readJobFacts(
    tx,
    userId,
    idsOf('JOB', ({ jobStatus }) => jobStatus === 'FAILED' || jobStatus === 'SKIPPED'),
  );
  const alerts = await withJobs(tx, await readAlertFacts(tx, userId, idsOf('ALERT')));
  const byId = <T extends { id: number }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]));
  const found = { FILL: byId(fills), POSITION: byId(positions), JOB: byId(jobs), ALERT: byId(alerts) };
  const happened = new Map<string, Happening>();
  for (const { topic, entityId, jobStatus, createdAt } of events) {
    const at = createdAt.getTime();
    const [fill, position] = [found.FILL.get(entityId), found.POSITION.get(entityId)];
    const [job, alert] = [found.JOB.get(entityId), found.ALERT.get(entityId)];
    const here =
      topic === 'FILL' && fill
        ? happeningsOfFill(fill)
        : topic === 'POSITION' && position
          ? happeningsOfPosition(position, at)
          : topic === 'JOB' && job
            ? happeningsOfJob(job, { status: jobStatus, at })
            : topic === 'ALERT' && alert
              ? happeningsOfAlert(alert)
              : [];
    for (const one of here) if (!happened.has(one.key) && isNews(one, at)) happened.set(one.key, one);
  }
  return [...happened.values()];
}

async function withJobs(tx: Tx, alerts: readonly AlertFacts[]): Promise<AlertFacts[]> {
  const ids = alerts.flatMap(({ executionId }) => executionId ?? []);
  const jobs = await readJobsOfExecutions(tx, ids);
  return alerts.map((alert) => ({ ...alert, jobId: jobs.get(alert.executionId ?? 0) }));
}
