import { ApolloProvider } from '@apollo/client/react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { BackupsCard } from './backups-card';
import { newestReports, stateOf, type Report } from './newest-reports';
import { ProcessesCard } from './processes-card';
import { QueuesCard } from './queues-card';
import { SettingsCard } from './settings-card';

vi.setConfig({ testTimeout: 30_000 });

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
const report = (part: Partial<Report> = {}): Report => ({
  ...{ __typename: 'MonitoringLog', id: '1', at: new Date().toISOString(), service: 'EXECUTOR', status: 'RUNNING' },
  ...{ processId: 12, cpuPct: '3.25', memoryPct: '40', metrics: { host: 'box' } },
  ...part,
});

it('backups are listed with their kind, and one is made on request', async () => {
  const backup = { __typename: 'Backup', name: 'mvcash-20261130.sql.age', bytes: 2_500_000, isEncrypted: true };
  const { server, user } = await show(<BackupsCard />, {
    Backups: { data: { backups: [{ ...backup, isRestorePoint: true }] } },
    RunScheduledJob: refused('CONFLICT', 'The job is running.'),
  });
  expect(await screen.findByText('mvcash-20261130.sql.age')).toBeTruthy();
  expect(screen.getByText('2.5 MB')).toBeTruthy();
  expect(screen.getByText('Before a restore')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Back up now' }));
  expect(await screen.findByText('The job is running.')).toBeTruthy();
  const job = {
    ...{ __typename: 'ScheduledJob', id: '9', name: 'database_backup', description: 'x', status: 'ACTIVE' },
    ...{ isRunning: true, isSafety: false, intervalMs: 1, intervalMinMs: 1, intervalMaxMs: 1 },
    ...{ lastStartedAt: null, nextRunAt: null },
  };
  server.answer('RunScheduledJob', { data: { runScheduledJob: { scheduledJob: job } } });
  await user.click(screen.getByRole('button', { name: 'Back up now' }));
  expect(await screen.findByText(/The backup was started/)).toBeTruthy();
  expect(server.sent('RunScheduledJob').at(-1)).toEqual({ input: { name: 'database_backup' } });
});

it('each process is shown by its newest report, and one that does not report is silent', async () => {
  const old = new Date(Date.now() - 120_000).toISOString();
  const rows = [
    report(),
    report({ id: '0', at: old, cpuPct: '99' }),
    report({ id: '2', service: 'MONITORS', at: old }),
  ];
  await show(<ProcessesCard />, {
    ProcessReports: {
      data: {
        monitoringLogs: {
          __typename: 'MonitoringLogConnection',
          edges: rows.map((node) => ({ __typename: 'MonitoringLogEdge', node })),
        },
      },
    },
  });
  expect(await screen.findByText('Works')).toBeTruthy();
  expect(screen.getByText('Silent')).toBeTruthy();
  expect(screen.queryByText('99%')).toBeNull();
});

it('processes of the same number on two machines are two', () => {
  const rows = [report(), report({ id: '2', metrics: { host: 'other' } }), report({ id: '3' })];
  expect(newestReports(rows).map(({ id }) => id)).toEqual(['1', '2']);
});

it('only a process that should report can be silent', () => {
  const at = '2026-11-30T10:00:00Z';
  const now = Date.parse(at);
  expect(stateOf({ status: 'RUNNING', at }, now + 90_000)).toBe('RUNNING');
  expect(stateOf({ status: 'RUNNING', at }, now + 90_001)).toBe('SILENT');
  expect(stateOf({ status: 'STOPPED', at }, now + 900_000)).toBe('STOPPED');
});

it('queues are shown with their counts, and without them when Redis is away', async () => {
  const queue = { __typename: 'QueueState', name: 'execute-trade', isReachable: true, waiting: 1_234, active: 2 };
  const away = { ...queue, name: 'scheduled-jobs', isReachable: false, waiting: null, active: null };
  await show(<QueuesCard />, {
    Queues: {
      data: {
        queues: [
          { ...queue, delayed: 0, failed: 3, completed: 40 },
          { ...away, delayed: null, failed: null, completed: null },
        ],
      },
    },
  });
  expect(await screen.findByText('1,234')).toBeTruthy();
  expect(screen.getByText('Redis does not answer')).toBeTruthy();
  expect(screen.getAllByText('—')).toHaveLength(5);
});

it('settings are found by name, and a secret says only that it is set', async () => {
  const setting = { __typename: 'Setting', isSet: true, isConfidential: false };
  const { user } = await show(<SettingsCard />, {
    Settings: {
      data: {
        settings: [
          { ...setting, name: 'PORT', value: '4000' },
          { ...setting, name: 'SECRET_KEYS', value: null, isConfidential: true },
          { ...setting, name: 'BACKUP_DIR', value: null, isSet: false },
        ],
      },
    },
  });
  expect(await screen.findByText('4000')).toBeTruthy();
  expect(screen.getByText('Set, hidden')).toBeTruthy();
  await user.type(screen.getByLabelText('Filter by name'), 'backup');
  expect(screen.queryByText('PORT')).toBeNull();
  expect(screen.getByText('Not set')).toBeTruthy();
});
