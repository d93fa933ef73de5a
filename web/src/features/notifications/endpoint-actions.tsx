import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  useRemoveNotificationChannelMutation,
  useUpdateWebhookEndpointMutation,
  WebhookEndpointsDocument,
  type EndpointRowFragment,
} from '../../gql/generated';
import { Button, IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DropdownMenu, MenuItem } from '../../ui/dropdown-menu';
import { toast } from '../../ui/toast';
import { EndpointDialog } from './endpoint-dialog';
import { EndpointSecretDialog } from './endpoint-secret-dialog';
import { useChannelTest } from './use-channel-test';

type Asks = 'edit' | 'rotate' | 'off' | 'on' | 'remove';

/** What can be done with one webhook out. */
export function EndpointActions({ endpoint, onLog }: { endpoint: EndpointRowFragment; onLog: () => void }) {
  const t = useTranslations('endpoints');
  const words = useTranslations('notifications.channels');
  const { label, isEnabled } = endpoint.channel;
  const { test, isTesting } = useChannelTest();
  const [asks, setAsks] = useState<Asks>();
  const close = () => setAsks(undefined);
  return (
    <span className="inline-flex items-center gap-1.5">
      <Button size="sm" busy={isTesting} onClick={() => void test({ id: endpoint.id, label })}>
        {words('test')}
      </Button>
      <DropdownMenu
        trigger={
          <IconButton size="sm" label={t('more', { label })}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setAsks('edit')}>{t('edit')}</MenuItem>
        <MenuItem onSelect={onLog}>{t('showLog')}</MenuItem>
        <MenuItem onSelect={() => setAsks('rotate')}>{t('rotate')}</MenuItem>
        <MenuItem onSelect={() => setAsks(isEnabled ? 'off' : 'on')}>
          {words(isEnabled ? 'turnOff' : 'turnOn')}
        </MenuItem>
        <MenuItem danger onSelect={() => setAsks('remove')}>
          {words('remove')}
        </MenuItem>
      </DropdownMenu>
      {asks === 'edit' && <EndpointDialog endpoint={endpoint} onClose={close} />}
      {asks === 'rotate' && <EndpointSecretDialog endpoint={endpoint} onClose={close} />}
      {(asks === 'on' || asks === 'off') && (
        <SwitchDialog endpoint={endpoint} turnsOn={asks === 'on'} onClose={close} />
      )}
      {asks === 'remove' && <RemoveDialog endpoint={endpoint} onClose={close} />}
    </span>
  );
}

interface DialogProps {
  endpoint: EndpointRowFragment;
  onClose: () => void;
}

function SwitchDialog({ endpoint, turnsOn, onClose }: DialogProps & { turnsOn: boolean }) {
  const t = useTranslations('endpoints');
  const words = useTranslations('notifications.channels');
  const [update] = useUpdateWebhookEndpointMutation();
  const { label } = endpoint.channel;
  const action = words(turnsOn ? 'turnOn' : 'turnOff');
  return (
    <ConfirmDialog
      {...{ open: true, repeatable: true, danger: !turnsOn, onClose }}
      title={turnsOn ? `${action}: ${label}` : words('turnOffTitle', { label })}
      description={turnsOn ? t('turnOnBody') : words('turnOffBody')}
      confirmLabel={action}
      onConfirm={async () => {
        await update({ variables: { input: { channelId: endpoint.id, isEnabled: turnsOn } } });
        toast.success(words(turnsOn ? 'turnedOn' : 'turnedOff', { label }));
      }}
    />
  );
}

function RemoveDialog({ endpoint, onClose }: DialogProps) {
  const words = useTranslations('notifications.channels');
  const [remove] = useRemoveNotificationChannelMutation({
    ...{ refetchQueries: [WebhookEndpointsDocument], awaitRefetchQueries: true },
  });
  const { label } = endpoint.channel;
  return (
    <ConfirmDialog
      {...{ open: true, danger: true, onClose }}
      title={words('removeTitle', { label })}
      description={words('removeBody')}
      confirmLabel={words('remove')}
      onConfirm={async () => {
        await remove({ variables: { input: { channelId: endpoint.id } } });
        toast.success(words('removed', { label }));
      }}
    />
  );
}
