import { useApolloClient } from '@apollo/client/react';
import { BellRing, MonitorSmartphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { NotificationChannelsDocument, useNotificationChannelsQuery } from '../../gql/generated';
import {
  channelOfDevice,
  NoPushKeyError,
  PushDeniedError,
  pushSupport,
  turnOffDevice,
  turnOnDevice,
} from '../../lib/push-device';
import { refusalOf } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Notice } from '../../ui/notice';
import { toast } from '../../ui/toast';
import { useChannelTest } from './use-channel-test';

/** Makes this browser a channel: it is told also while the page is closed. */
export function DeviceCard() {
  const t = useTranslations('notifications.device');
  const device = useDevice();
  const { test, isTesting } = useChannelTest();
  const { channel } = device;
  return (
    <Card title={t('title')}>
      {channel ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="flex min-w-60 flex-1 items-center gap-2.5 text-sm" role="status">
            <BellRing className="size-4 shrink-0 text-ok" aria-hidden />
            {t(channel.isEnabled ? 'on' : 'paused', { label: channel.label })}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" busy={isTesting} onClick={() => void test(channel)}>
              {t('test')}
            </Button>
            <Button size="sm" busy={device.busy} onClick={device.turnOff}>
              {t('turnOff')}
            </Button>
          </div>
        </div>
      ) : device.support === 'possible' ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="min-w-60 flex-1 text-sm text-muted">{t('body')}</p>
          <Button tone="primary" busy={device.busy} onClick={device.turnOn}>
            <MonitorSmartphone className="size-4" aria-hidden />
            {t('turnOn')}
          </Button>
        </div>
      ) : (
        <Notice title={t(`cannot.${device.support}`)}>{t(`todo.${device.support}`)}</Notice>
      )}
    </Card>
  );
}

function useDevice() {
  const t = useTranslations('notifications.device');
  const ui = useTranslations('ui.fault');
  const client = useApolloClient();
  const channels = useNotificationChannelsQuery({ fetchPolicy: 'cache-first' }).data?.notificationChannels;
  const [support, setSupport] = useState(pushSupport);
  const [channelId, setChannelId] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let isGone = false;
    void channelOfDevice().then(
      (id) => !isGone && setChannelId(id),
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, []);
  const run = async (work: () => Promise<string | undefined>, done: string) => {
    setBusy(true);
    try {
      setChannelId(await work());
      await client.refetchQueries({ include: [NotificationChannelsDocument] });
      toast.success(done);
    } catch (error) {
      const { code, message } = refusalOf(error);
      const isPushFault = error instanceof DOMException;
      if (error instanceof PushDeniedError) toast.error(t('denied'));
      else if (error instanceof NoPushKeyError) toast.error(t('noKey'));
      else toast.error(isPushFault ? t('noService') : code === 'NETWORK' ? ui('NETWORK') : message);
    } finally {
      setSupport(pushSupport());
      setBusy(false);
    }
  };
  return {
    ...{ support, busy },
    channel: channels?.find(({ id }) => id === channelId),
    turnOn: () => void run(() => turnOnDevice(client), t('done')),
    turnOff: () => void run(() => turnOffDevice(client).then(() => undefined), t('stopped')),
  };
}
