import { ApolloProvider } from '@apollo/client/react';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import schema from '../../../../schema.graphql?raw';
import { AlertBell } from '../../app/shell/alert-bell';
import { useOpenAlertCount } from '../../app/shell/open-alert-count';
import type { AlertRowFragment } from '../../gql/generated';
import { emitLive } from '../../lib/live/events';
import type { Locale } from '../../lib/preferences';
import { loadMessages } from '../../messages/load-messages';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { AlertsPage } from './alerts.page';

vi.setConfig({ testTimeout: 30_000 });

const alert = (part: Partial<AlertRowFragment> = {}): AlertRowFragment => ({
  ...{ __typename: 'Alert', id: '4', type: 'POSITION_UNSELLABLE', severity: 'CRITICAL' },
  ...{ message: 'Position 7 could not sell since 2026-11-30T10:00:00Z.', isOperators: false },
  ...{ createdAt: '2026-11-30T10:00:00Z', acknowledgedAt: null, escalatedAt: null, escalationLevel: 0 },
  ...{ resolvedAt: null, resolvedByHand: false },
  ...part,
});
const alerts = (...rows: AlertRowFragment[]): Answer => ({
  data: {
    alerts: {
      __typename: 'AlertConnection',
      edges: rows.map((node) => ({ __typename: 'AlertEdge', cursor: node.id, node })),
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
    },
  },
});

const show = async (content: ReactNode, answers: Record<string, Answer>, locale: Locale = 'en') => {
  const server = fakeServer(answers);
  await renderPage(<ApolloProvider client={server.client}>{content}</ApolloProvider>, locale);
  return { server, user: userEvent.setup() };
};

const CountedBell = () => <AlertBell {...useOpenAlertCount({ skip: false })} />;

it('an alert is acknowledged, then resolved, and leaves the open ones', async () => {
  const noted = alert({ acknowledgedAt: '2026-11-30T11:00:00Z' });
  const { server, user } = await show(<AlertsPage />, {
    Alerts: alerts(alert()),
    AcknowledgeAlert: { data: { acknowledgeAlert: { alert: noted } } },
    CloseAlert: {
      data: { resolveAlert: { alert: { ...noted, resolvedAt: '2026-11-30T12:00:00Z', resolvedByHand: true } } },
    },
  });
  expect(await screen.findByText('Critical', { selector: 'span' })).toBeTruthy();
  expect(server.sent('Alerts')[0]).toMatchObject({ filter: { openOnly: true } });
  await user.click(screen.getByRole('button', { name: 'Acknowledge: An exit could not sell.' }));
  expect(await screen.findByText(/Acknowledged/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Acknowledge/ })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Resolve: An exit could not sell.' }));
  expect(await screen.findByText('No open alerts')).toBeTruthy();
  expect(server.sent('AcknowledgeAlert')).toEqual([{ input: { alertId: '4' } }]);
  expect(server.sent('CloseAlert')).toEqual([{ input: { alertId: '4' } }]);
});

it('a refused action is told beside its alert', async () => {
  const { user } = await show(<AlertsPage />, {
    Alerts: alerts(alert()),
    CloseAlert: refused('NOT_FOUND', 'There is no such alert.'),
  });
  await user.click(await screen.findByRole('button', { name: /^Resolve/ }));
  expect(await screen.findByRole('alert')).toBeTruthy();
  expect(screen.getByText('Critical', { selector: 'span' })).toBeTruthy();
});

it('all alerts are shown with what became of them, in Portuguese too', async () => {
  const ended = alert({ resolvedAt: '2026-11-30T12:00:00Z', escalatedAt: '2026-11-30T11:00:00Z', escalationLevel: 2 });
  const { server, user } = await show(<AlertsPage />, { Alerts: alerts(ended) }, 'pt-BR');
  await user.click(screen.getByRole('button', { name: 'Todos' }));
  expect(await screen.findByText(/repetido 2 vezes.*Terminou sozinho/)).toBeTruthy();
  await user.selectOptions(screen.getByLabelText('Gravidade'), 'Alto');
  await vi.waitFor(() =>
    expect(server.sent('Alerts').at(-1)).toMatchObject({ filter: { openOnly: false, severity: ['HIGH'] } }),
  );
});

it('the bell tells how many are open, and says a critical one at once', async () => {
  await show(<CountedBell />, { OpenAlertCount: alerts(alert(), alert({ id: '5', severity: 'LOW' })) });
  const bell = await screen.findByRole('link', { name: '2 open alerts' });
  expect(bell.getAttribute('href')).toBe('/alerts');
  expect(bell.textContent).toBe('2');
  expect(screen.getByRole('alert').textContent).toBe('');
  const { type, message, createdAt } = alert();
  const event = { __typename: 'Alert', id: '9', type, message, createdAt, resolvedAt: null } as const;
  act(() => emitLive('alert', { ...event, severity: 'LOW' }));
  expect(screen.getByRole('alert').textContent).toBe('');
  act(() => emitLive('alert', { ...event, severity: 'CRITICAL' }));
  expect(screen.getByRole('alert').textContent).toBe('An exit could not sell.');
});

it.each(['en', 'pt-BR'] as const)('every type of alert has a text in %s', async (locale) => {
  const body = /enum AlertType \{([^}]*)\}/.exec(schema)?.[1] ?? '';
  const types = [...body.matchAll(/^ {2}([A-Z_]+)$/gm)].map(([, type = '']) => type);
  expect(types.length).toBeGreaterThan(20);
  const { words } = (await loadMessages(locale, [])) as { words: { alert: Record<string, string> } };
  expect(types.filter((type) => !words.alert[type])).toEqual([]);
});
