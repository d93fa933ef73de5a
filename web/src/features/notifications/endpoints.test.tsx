import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { EndpointRowFragment } from '../../gql/generated';
import { fakeServer, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { EndpointsPage } from './endpoints.page';

vi.setConfig({ testTimeout: 30_000 });

const dialog = () => within(screen.getByRole('dialog'));
const endpoint = (part: Partial<EndpointRowFragment['channel']> = {}): EndpointRowFragment => ({
  ...{ __typename: 'WebhookEndpoint', id: '6', events: ['ORDER_FILLED'], isOwnSelection: false },
  selection: '{ id type }',
  channel: {
    ...{ __typename: 'NotificationChannel', id: '6', kind: 'WEBHOOK', label: 'Sheet', addressHint: 'example.com' },
    ...{ isEnabled: true, disabledReason: null, failingSince: null, lastError: null, lastSentAt: null },
    ...part,
  },
});
const endpoints = (...rows: EndpointRowFragment[]): Answer => ({ data: { webhookEndpoints: rows } });
const log: Answer = {
  data: {
    notificationDeliveries: {
      ...{ __typename: 'NotificationDeliveryConnection', edges: [] },
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
    },
  },
};

const show = async (answers: Record<string, Answer>) => {
  const server = fakeServer({ NotificationDeliveries: log, ...answers });
  await renderPage(
    <ApolloProvider client={server.client}>
      <EndpointsPage />
      <Toaster />
    </ApolloProvider>,
  );
  return { server, user: userEvent.setup() };
};
const choose = async (user: ReturnType<typeof userEvent.setup>, name: string) => {
  await user.click(await screen.findByRole('button', { name: 'Actions of Sheet' }));
  await user.click(await screen.findByRole('menuitem', { name }));
};

it('a selection is tried before a webhook is created, and its secret is shown once', async () => {
  const { server, user } = await show({
    WebhookEndpoints: endpoints(),
    DryRunWebhook: { data: { dryRunWebhook: { faults: ['There is no field nonsense.'], payload: null } } },
    CreateWebhookEndpoint: { data: { createWebhookEndpoint: { secret: 'whsec_abc', endpoint: { id: '6' } } } },
  });
  expect(await screen.findByText('No webhooks out')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'New webhook' }));
  await user.type(dialog().getByLabelText(/^Name/), 'Sheet');
  await user.type(dialog().getByLabelText(/^Address/), 'example.com');
  await user.click(dialog().getByRole('button', { name: 'Create' }));
  expect(await dialog().findByText('Write an address such as https://example.com/hook.')).toBeTruthy();
  expect(dialog().getByText('Choose at least one event.')).toBeTruthy();
  await user.clear(dialog().getByLabelText(/^Address/));
  await user.type(dialog().getByLabelText(/^Address/), 'https://example.com/hook');
  await user.click(dialog().getByLabelText('Order filled'));
  await user.click(dialog().getByLabelText('Stop loss'));
  await user.type(dialog().getByLabelText(/^What is sent/), '{{ nonsense }');
  await user.click(dialog().getByRole('button', { name: 'Try it' }));
  expect(await dialog().findByText('There is no field nonsense.')).toBeTruthy();
  server.answer('DryRunWebhook', { data: { dryRunWebhook: { faults: [], payload: { type: 'ORDER_FILLED' } } } });
  await user.clear(dialog().getByLabelText(/^What is sent/));
  expect(dialog().queryByText('There is no field nonsense.')).toBeNull();
  await user.type(dialog().getByLabelText(/^What is sent/), '{{ type }');
  await user.click(dialog().getByRole('button', { name: 'Try it' }));
  expect(await dialog().findByText(/"ORDER_FILLED"/)).toBeTruthy();
  server.answer('WebhookEndpoints', endpoints(endpoint()));
  await user.click(dialog().getByRole('button', { name: 'Create' }));
  expect(await screen.findByText('whsec_abc')).toBeTruthy();
  expect(server.sent('CreateWebhookEndpoint')).toEqual([
    {
      input: {
        ...{ label: 'Sheet', url: 'https://example.com/hook', selection: '{ type }' },
        events: ['STOP_LOSS_TRIGGERED', 'ORDER_FILLED'],
      },
    },
  ]);
  expect(JSON.stringify(server.client.cache.extract())).not.toContain('whsec_abc');
});

it('changing a webhook keeps its address when none is given', async () => {
  const { server, user } = await show({
    WebhookEndpoints: endpoints(endpoint()),
    UpdateWebhookEndpoint: { data: { updateWebhookEndpoint: { endpoint: endpoint({ label: 'Bot' }) } } },
  });
  await choose(user, 'Change');
  expect(dialog().getByText('Now example.com. Leave it empty to keep it.')).toBeTruthy();
  await user.clear(dialog().getByLabelText(/^Name/));
  await user.type(dialog().getByLabelText(/^Name/), 'Bot');
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Bot was saved.')).toBeTruthy();
  expect(server.sent('UpdateWebhookEndpoint')).toEqual([
    { input: { channelId: '6', label: 'Bot', events: ['ORDER_FILLED'], selection: null } },
  ]);
});

it('a new secret is shown once, and for how long the old one signs is checked', async () => {
  const { server, user } = await show({
    WebhookEndpoints: endpoints(endpoint()),
    RotateWebhookEndpointSecret: {
      data: { rotateWebhookEndpointSecret: { secret: 'whsec_new', oldValidUntil: null } },
    },
  });
  await choose(user, 'New secret');
  const field = dialog().getByLabelText(/^The old secret signs/);
  await user.clear(field);
  await user.type(field, '200');
  await user.click(dialog().getByRole('button', { name: 'New secret' }));
  expect(dialog().getByText('Between 0 and 168.')).toBeTruthy();
  await user.clear(field);
  await user.type(field, '0');
  await user.click(dialog().getByRole('button', { name: 'New secret' }));
  expect(await screen.findByText('whsec_new')).toBeTruthy();
  expect(dialog().getByText(/The old one does not sign any more/)).toBeTruthy();
  expect(server.sent('RotateWebhookEndpointSecret')).toEqual([{ input: { channelId: '6', keepOldHours: 0 } }]);
});

it('a webhook that was switched off by itself says why, and is switched on again', async () => {
  const off = { isEnabled: false, disabledReason: 'REPEATED_FAILURE', lastError: 'HTTP 500' } as const;
  const { server, user } = await show({
    WebhookEndpoints: endpoints(endpoint(off)),
    UpdateWebhookEndpoint: { data: { updateWebhookEndpoint: { endpoint: endpoint() } } },
  });
  expect((await screen.findByRole('alert')).textContent).toContain('it failed for a day');
  expect(screen.getByText('HTTP 500')).toBeTruthy();
  expect(screen.getByText('Delivery log: Sheet')).toBeTruthy();
  expect(server.sent('NotificationDeliveries')[0]).toMatchObject({ filter: { channelId: '6' } });
  await choose(user, 'Switch on');
  await user.click(dialog().getByRole('button', { name: 'Switch on' }));
  expect(await screen.findByText('Works')).toBeTruthy();
  expect(server.sent('UpdateWebhookEndpoint')).toEqual([{ input: { channelId: '6', isEnabled: true } }]);
});
