import type { Context } from '../../context.js';
import { isDead } from '../../core/notifications/retry-plan.js';
import { closeAlert, openAlert } from '../../alerts/alert-writes.store.js';
import { readTroubledChannels, writeAlerted } from './channel-health.store.js';

/**
 * Raises an alert for each channel that delivers nothing, which goes out through the other channels of its owner, and
 * ends it after the next message that arrives. A process that dies in between does it again: the alert has one key.
 */
export async function tellDeadChannels({ db, clock, live }: Pick<Context, 'db' | 'clock' | 'live'>): Promise<void> {
  for (const channel of await readTroubledChannels(db)) {
    const { id, userId, label, kind, lastError, isAlerted, disabledReason } = channel;
    const openKey = `NOTIFICATION_CHANNEL_DOWN:${id}`;
    const isOff = disabledReason === 'REPEATED_FAILURE';
    if (!isAlerted && (isOff || isDead(channel, clock.now()))) {
      const what = isOff
        ? `The channel "${label}" (${kind}) was switched off, because it failed for a day. Its events are kept and go out when you switch it on again.`
        : `The channel "${label}" (${kind}) delivers nothing. Messages wait and are tried again.`;
      const why = lastError === null ? '' : ` Last reason: ${lastError}`;
      await openAlert(db, {
        ...{ type: 'NOTIFICATION_CHANNEL_DOWN', severity: 'high', openKey, userId },
        message: `${what}${why}`,
        metadata: { channelId: id },
      });
      await writeAlerted(db, id, true);
      live.notify(userId);
    } else if (isAlerted && !isOff && channel.failingSince === null) {
      await closeAlert(db, { openKey, now: clock.now() });
      await writeAlerted(db, id, false);
      live.notify(userId);
    }
  }
}
