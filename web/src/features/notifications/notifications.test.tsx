import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import type { ChannelRowFragment, RuleRowFragment } from '../../gql/generated';
import { fakeServer, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { ChannelsCard } from './channels-card';
import { DeliveryLog } from './delivery-log';
import { RulesCard } from './rules-card';
import { TimesCard } from './times-card';
import { WhatsAppCard } from './whats-app-card';

vi.setConfig({ testTimeout: 30_000 });

const dialog = () => within(screen.getByRole('dialog'));
const channel = (part: Partial<ChannelRowFragment> = {}): ChannelRowFragment => ({
  ...{ __typename: 'NotificationChannel', id: '5', kind: 'TELEGRAM', label: 'My phone', addressHint: '…4321' },
  ...{ isEnabled: true, disabledReason: null, failingSince: null, lastError: null, lastSentAt: null },
  ...part,
});
const channels = (...rows: ChannelRowFragment[]): Answer => ({ data: { notificationChannels: rows } });
const rule: RuleRowFragment = {
  ...{ __typename: 'NotificationRule', type: 'STOP_LOSS_TRIGGERED', mode: 'NOW', channelIds: null },
  ignoresQuietHours: false,
};
const settings = (rules: RuleRowFragment[] = [rule]): Answer => ({
  data: {
    notificationSettings: {
      ...{ __typename: 'NotificationSettings', locale: 'EN', timeZone: 'America/Sao_Paulo', quietHours: null, rules },
      digest: { __typename: 'NotificationDigest', everyHours: 24, at: '08:00' },
      whatsApp: {
        ...{ __typename: 'WhatsAppSwitches', positionAlerts: true, positionOpened: true, positionClosed: true },
        ...{ stopLoss: true, takeProfit: true, vaultAlerts: true },
      },
    },
  },
});
const saved = {
  data: { saveNotificationSettings: { settings: { __typename: 'NotificationSettings', locale: 'EN' } } },
};

const show = async (content: ReactNode, answers: Record<string, Answer>) => {
  const server = fakeServer(answers);
  await renderPage(
    <ApolloProvider client={server.client}>
      {content}
      <Toaster />
    </ApolloProvider>,
  );
  return { server, user: userEvent.setup() };
};

it('a channel is connected with the fields of its kind, and its token is not kept', async () => {
  const { server, user } = await show(<ChannelsCard />, {
    NotificationChannels: channels(),
    ConnectNotificationChannel: { data: { connectNotificationChannel: { channel: { id: '5' } } } },
  });
  expect(await screen.findByText('No channels')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Connect a channel' }));
  await user.selectOptions(dialog().getByLabelText('Kind'), 'E-mail');
  expect(dialog().queryByLabelText(/^Token of your bot/)).toBeNull();
  await user.selectOptions(dialog().getByLabelText('Kind'), 'Telegram');
  await user.type(dialog().getByLabelText(/^Name/), ' My phone ');
  await user.click(dialog().getByRole('button', { name: 'Connect' }));
  expect((await dialog().findAllByText('Fill this in.')).length).toBe(2);
  expect(server.sent('ConnectNotificationChannel')).toEqual([]);
  await user.type(dialog().getByLabelText(/^Token of your bot/), '123456:ABCDEFG');
  await user.type(dialog().getByLabelText(/^Chat/), '-100200');
  server.answer('NotificationChannels', channels(channel()));
  await user.click(dialog().getByRole('button', { name: 'Connect' }));
  expect(await screen.findByText('My phone is connected. Test it now.')).toBeTruthy();
  expect(await screen.findByText('…4321')).toBeTruthy();
  expect(server.sent('ConnectNotificationChannel')).toEqual([
    { input: { label: 'My phone', telegram: { botToken: '123456:ABCDEFG', chatId: '-100200' } } },
  ]);
  expect(JSON.stringify(server.client.cache.extract())).not.toContain('123456:ABCDEFG');
});

it('a test says what the other side answered, and a failing channel is shown as such', async () => {
  const failing = channel({ failingSince: '2026-11-30T10:00:00Z', lastError: 'chat not found' });
  const { server, user } = await show(<ChannelsCard />, {
    NotificationChannels: channels(channel()),
    TestNotificationChannel: {
      data: {
        testNotificationChannel: {
          delivery: {
            ...{ __typename: 'NotificationDelivery', id: '1', status: 'PENDING', error: 'chat not found' },
            channel: failing,
          },
        },
      },
    },
  });
  expect(await screen.findByText('Works')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Test' }));
  expect(await screen.findByText('The test failed: chat not found')).toBeTruthy();
  expect(await screen.findByText(/^Failing since/)).toBeTruthy();
  expect(server.sent('TestNotificationChannel')).toEqual([{ input: { channelId: '5' } }]);
});

it('a channel is removed after a question', async () => {
  const { server, user } = await show(<ChannelsCard />, {
    NotificationChannels: channels(channel({ isEnabled: false, disabledReason: 'REPEATED_FAILURE' })),
    RemoveNotificationChannel: { data: { removeNotificationChannel: { id: '5' } } },
  });
  expect(await screen.findByText('Switched off: it failed for a day')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Actions of My phone' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Remove' }));
  server.answer('NotificationChannels', channels());
  await user.click(dialog().getByRole('button', { name: 'Remove' }));
  expect(await screen.findByText('No channels')).toBeTruthy();
  expect(server.sent('RemoveNotificationChannel')).toEqual([{ input: { channelId: '5' } }]);
});

it('an event is told through the chosen channels only, and never through none', async () => {
  const { server, user } = await show(<RulesCard />, {
    NotificationSettings: settings(),
    NotificationChannels: channels(channel()),
    SaveNotificationSettings: saved,
  });
  expect(await screen.findByText('Stop loss')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Change' }));
  await user.click(dialog().getByLabelText('Tell me in the quiet hours too'));
  await user.click(dialog().getByLabelText('Only through these channels'));
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await dialog().findByText('Choose at least one channel.')).toBeTruthy();
  expect(server.sent('SaveNotificationSettings')).toEqual([]);
  await user.click(dialog().getByLabelText(/My phone/));
  server.answer('NotificationSettings', settings([{ ...rule, channelIds: ['5'] }]));
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('1 channel')).toBeTruthy();
  expect(server.sent('SaveNotificationSettings')).toEqual([
    { input: { rules: [{ type: 'STOP_LOSS_TRIGGERED', mode: 'NOW', channelIds: ['5'], ignoresQuietHours: true }] } },
  ]);
});

it('quiet hours and the summary are saved together, and a box of WhatsApp at once', async () => {
  const { server, user } = await show(
    <>
      <TimesCard />
      <WhatsAppCard />
    </>,
    { NotificationSettings: settings(), SaveNotificationSettings: saved },
  );
  await user.click(await screen.findByLabelText(/^Quiet hours What can wait/));
  await user.selectOptions(screen.getByLabelText('Summary'), 'Every 12 hours');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Your settings were saved.')).toBeTruthy();
  await user.click(screen.getByLabelText('Take profits'));
  await vi.waitFor(() => expect(server.sent('SaveNotificationSettings')).toHaveLength(2));
  expect(server.sent('SaveNotificationSettings')).toEqual([
    {
      input: {
        ...{ locale: 'EN', timeZone: 'America/Sao_Paulo', quietHours: { from: '22:00', to: '07:00' } },
        digest: { everyHours: 12, at: '08:00' },
      },
    },
    { input: { whatsApp: { takeProfit: false } } },
  ]);
});

it('a text is previewed while it is typed, and what is wrong in it cannot be saved', async () => {
  const template = {
    ...{ __typename: 'NotificationTemplate', type: 'STOP_LOSS_TRIGGERED', body: 'Mine', isOwn: true },
    ...{ standardBody: 'Stop loss: {symbol}' },
    variables: [{ __typename: 'TemplateVariable', name: 'symbol', example: 'SOL/USDT' }],
  };
  const preview = (text: string, faults: string[]): Answer => ({
    data: { previewNotificationTemplate: { __typename: 'NotificationTemplatePreview', text, faults } },
  });
  const { server, user } = await show(<RulesCard />, {
    NotificationSettings: settings(),
    NotificationTemplates: {
      data: { notificationSettings: { __typename: 'NotificationSettings', templates: [template] } },
    },
    PreviewNotificationTemplate: preview('', ['There is no {nonsense}.']),
    SaveNotificationTemplate: {
      data: { saveNotificationTemplate: { template: { ...template, isOwn: false } } },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Text' }));
  expect(await dialog().findByText('There is no {nonsense}.')).toBeTruthy();
  expect(dialog().getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  server.answer('PreviewNotificationTemplate', preview('Stop loss: SOL/USDT', []));
  await user.click(dialog().getByRole('button', { name: 'Back to the standard text' }));
  expect(await dialog().findByText('Stop loss: SOL/USDT')).toBeTruthy();
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('The standard text is used again.')).toBeTruthy();
  expect(server.sent('SaveNotificationTemplate')).toEqual([{ input: { type: 'STOP_LOSS_TRIGGERED', body: null } }]);
});

it('the log shows each attempt, and a failed message is sent again', async () => {
  const delivery = {
    ...{ __typename: 'NotificationDelivery', id: '8', status: 'FAILED', createdAt: '2026-11-30T10:00:00Z' },
    ...{ dueAt: '2026-11-30T10:00:00Z', sentAt: null, attempts: 1, error: 'chat not found', text: 'Stop loss' },
    channel: { __typename: 'NotificationChannel', id: '5', label: 'My phone' },
    event: { __typename: 'NotificationEvent', id: '2', type: 'STOP_LOSS_TRIGGERED' },
    history: [
      {
        ...{ __typename: 'NotificationAttempt', attempt: 1, outcome: 'REFUSED', startedAt: '2026-11-30T10:00:00Z' },
        ...{ durationMs: 40, httpStatus: 400, answer: 'Bad Request' },
      },
    ],
  };
  const { server, user } = await show(<DeliveryLog />, {
    NotificationDeliveries: {
      data: {
        notificationDeliveries: {
          __typename: 'NotificationDeliveryConnection',
          edges: [{ __typename: 'NotificationDeliveryEdge', cursor: 'a', node: delivery }],
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: 'a' },
        },
      },
    },
    RetryNotificationDelivery: {
      data: {
        retryNotificationDelivery: {
          delivery: { __typename: 'NotificationDelivery', id: '8', status: 'PENDING', dueAt: '2026-11-30T10:01:00Z' },
        },
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Details' }));
  expect(dialog().getByText(/Attempt 1: Refused/).textContent).toContain('HTTP 400');
  expect(dialog().getByText('chat not found')).toBeTruthy();
  await user.click(dialog().getByRole('button', { name: 'Send again' }));
  expect(await screen.findByText('It is sent again.')).toBeTruthy();
  expect(server.sent('RetryNotificationDelivery')).toEqual([{ input: { deliveryId: '8' } }]);
});
