import { useTranslations } from 'use-intl';
import { NotificationDeliveriesDocument, useTestNotificationChannelMutation } from '../../gql/generated';
import { refusalOf } from '../../lib/submit';
import { toast } from '../../ui/toast';

/** Sends a test message through a channel or a webhook out and tells what became of it. */
export const useChannelTest = () => {
  const t = useTranslations('notifications.channels');
  const ui = useTranslations('ui.fault');
  const [send, { loading }] = useTestNotificationChannelMutation({ refetchQueries: [NotificationDeliveriesDocument] });
  const test = async ({ id, label }: { id: string; label: string }): Promise<void> => {
    try {
      const delivery = (await send({ variables: { input: { channelId: id } } })).data?.testNotificationChannel.delivery;
      if (delivery?.status === 'SENT') toast.success(t('tested', { label }));
      else if (delivery?.error) toast.error(t('testFailed', { error: delivery.error }));
      else toast.error(t('testWaits'));
    } catch (error) {
      const { code, message } = refusalOf(error);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    }
  };
  return { test, isTesting: loading };
};
