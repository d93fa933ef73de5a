import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import {
  NotificationChannelsDocument,
  useRemoveNotificationChannelMutation,
  useUpdateNotificationChannelMutation,
  type ChannelRowFragment,
} from '../../gql/generated';
import { refusalOf, useSubmit } from '../../lib/submit';
import { Button, IconButton } from '../../ui/button';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { DropdownMenu, MenuItem } from '../../ui/dropdown-menu';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { toast } from '../../ui/toast';
import { useChannelTest } from './use-channel-test';
import { useLabelRule } from './use-label-rule';

/** What can be done with one channel. */
export function ChannelActions({ channel }: { channel: ChannelRowFragment }) {
  const t = useTranslations('notifications.channels');
  const ui = useTranslations('ui.fault');
  const { id, label, isEnabled } = channel;
  const { test, isTesting } = useChannelTest();
  const [asks, setAsks] = useState<'rename' | 'off' | 'remove'>();
  const [update] = useUpdateNotificationChannelMutation();
  const [remove] = useRemoveNotificationChannelMutation({
    ...{ refetchQueries: [NotificationChannelsDocument], awaitRefetchQueries: true },
  });
  const close = () => setAsks(undefined);
  const set = async (next: boolean) => {
    await update({ variables: { input: { channelId: id, isEnabled: next } } });
    toast.success(t(next ? 'turnedOn' : 'turnedOff', { label }));
  };
  const turnOn = () =>
    void set(true).catch((error: unknown) => {
      const { code, message } = refusalOf(error);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    });
  return (
    <span className="inline-flex items-center gap-1.5">
      <Button size="sm" busy={isTesting} onClick={() => void test(channel)}>
        {t('test')}
      </Button>
      <DropdownMenu
        trigger={
          <IconButton size="sm" label={t('more', { label })}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setAsks('rename')}>{t('rename')}</MenuItem>
        <MenuItem onSelect={() => (isEnabled ? setAsks('off') : turnOn())}>
          {t(isEnabled ? 'turnOff' : 'turnOn')}
        </MenuItem>
        <MenuItem danger onSelect={() => setAsks('remove')}>
          {t('remove')}
        </MenuItem>
      </DropdownMenu>
      {asks === 'rename' && <RenameDialog channel={channel} onClose={close} />}
      {asks === 'off' && (
        <ConfirmDialog
          {...{ open: true, danger: true, repeatable: true, onClose: close, onConfirm: () => set(false) }}
          title={t('turnOffTitle', { label })}
          description={t('turnOffBody')}
          confirmLabel={t('turnOff')}
        />
      )}
      {asks === 'remove' && (
        <ConfirmDialog
          {...{ open: true, danger: true, onClose: close }}
          title={t('removeTitle', { label })}
          description={t('removeBody')}
          confirmLabel={t('remove')}
          onConfirm={async () => {
            await remove({ variables: { input: { channelId: id } } });
            toast.success(t('removed', { label }));
          }}
        />
      )}
    </span>
  );
}

function RenameDialog({ channel, onClose }: { channel: ChannelRowFragment; onClose: () => void }) {
  const t = useTranslations('notifications.channels');
  const connect = useTranslations('notifications.connect');
  const validate = useLabelRule();
  const submit = useSubmit();
  const [update] = useUpdateNotificationChannelMutation();
  const form = useForm({ defaultValues: { label: channel.label } });
  const save = form.handleSubmit(async ({ label }) => {
    const input = { channelId: channel.id, label: label.trim() };
    if (!(await submit.run(() => update({ variables: { input } })))) return;
    toast.success(t('renamed'));
    onClose();
  });
  return (
    <FormDialog
      open
      repeatable
      onClose={onClose}
      title={t('renameTitle', { label: channel.label })}
      submitLabel={t('rename')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={connect('label')} error={form.formState.errors.label?.message} required>
        <Input autoComplete="off" {...form.register('label', { validate })} />
      </Field>
    </FormDialog>
  );
}
