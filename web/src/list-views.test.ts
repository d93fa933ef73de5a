import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = import.meta.dirname;

/** Every list whose columns a user can choose: the name on the server, and the files that show it. */
const LISTS: Record<string, string[]> = {
  'positions.${view.tab}': ['positions/positions.page.tsx'],
  fills: ['positions/position.page.tsx', 'positions/symbol-chart.page.tsx'],
  jobs: ['jobs/jobs.page.tsx'],
  orders: ['orders/orders.page.tsx'],
  'external-orders': ['orders/external-orders.tsx'],
  receipts: ['webhooks/receipt-table.tsx'],
  sources: ['webhooks/webhook-sources.page.tsx'],
  parameters: ['parameters/parameters.page.tsx'],
  'vault-transactions': ['vaults/vault-transactions.tsx'],
  'reports.comparison': ['reports/comparison-card.tsx'],
  'reports.results': ['reports/report-tables.tsx'],
  deliveries: ['notifications/delivery-log.tsx'],
  endpoints: ['notifications/endpoints.page.tsx'],
  'notification-log': ['notifications/notification-log.tsx'],
  logins: ['profile/login-history-card.tsx'],
  audit: ['admin/audit.page.tsx'],
  users: ['admin/users.page.tsx'],
  schedule: ['admin/schedule.page.tsx'],
  'schedule.runs': ['admin/job-runs-dialog.tsx'],
  queues: ['admin/queues-card.tsx'],
  processes: ['admin/processes-card.tsx'],
};

/** Small tables whose columns are fixed, and why. */
const FIXED: Record<string, string> = {
  'accounts/balance-table.tsx': 'one small table in the card of each account',
  'admin/backups-card.tsx': 'three columns; the server keeps only the newest files',
  'admin/settings-card.tsx': 'a name and a value',
  'dashboard/open-now.tsx': 'an excerpt; the whole list is the page of positions',
  'notifications/channels-card.tsx': 'the few channels of a person',
  'notifications/rules-card.tsx': 'one row for each kind of message',
  'profile/sessions-card.tsx': 'the few browsers of a person',
  'profile/tokens-card.tsx': 'the few tokens of a person',
};

const sources = new Map(
  readdirSync(path.join(ROOT, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx'))
    .map((file) => [file, readFileSync(path.join(ROOT, 'features', file), 'utf8')]),
);
const namesIn = (text: string): string[] =>
  [...text.matchAll(/useListView\(\s*['`]([^'`]+)['`]/g)].map(([, name = '']) => name);
const filesThat = (has: (text: string) => boolean): string[] =>
  [...sources].filter(([, text]) => has(text)).map(([file]) => file);

it('every table of the page has columns that can be chosen, or is named here as one whose columns are fixed', () => {
  const tables = filesThat((text) => text.includes('<DataTable'));
  expect(tables.toSorted()).toEqual([...Object.values(LISTS).flat(), ...Object.keys(FIXED)].toSorted());
  for (const file of Object.keys(FIXED)) expect([file, namesIn(sources.get(file) ?? '')]).toEqual([file, []]);
});

it('every list keeps its columns under a name of its own', () => {
  const found: Record<string, string[]> = {};
  for (const [file, text] of sources) for (const name of namesIn(text)) (found[name] ??= []).push(file);
  for (const files of Object.values(found)) files.sort();
  expect(found).toEqual(LISTS);
});

it('every list shows the columns that were chosen, and the button beside it', () => {
  // The receipts are shown by two pages, each with the button where it has room.
  const receipts = ['webhooks/webhook-events.page.tsx', 'webhooks/webhook-source.page.tsx'];
  for (const file of Object.values(LISTS).flat()) {
    const text = sources.get(file) ?? '';
    expect([file, /\{\.\.\.(view|list)\.table\}/.test(text)]).toEqual([file, true]);
    const places = file === 'webhooks/receipt-table.tsx' ? receipts : [file];
    for (const place of places)
      expect([place, /\{(view|list)\.(columnsButton|headButton|tools)\}/.test(sources.get(place) ?? '')]).toEqual([
        place,
        true,
      ]);
  }
  expect(filesThat((text) => text.includes('<ReceiptTable')).toSorted()).toEqual(receipts);
});

it('the server keeps every name, and has room for all of them', () => {
  // Rule and number of server/src/core/views/view-settings.ts and server/src/users/within-quota.ts.
  const rule = readFileSync(path.join(ROOT, '../../server/src/core/views/view-settings.ts'), 'utf8');
  const quota = readFileSync(path.join(ROOT, '../../server/src/users/within-quota.ts'), 'utf8');
  const pattern = new RegExp(/VIEW_NAME = \/(.+)\/;/.exec(rule)?.[1] ?? 'unreadable');
  const most = Number(/views: (\d+)/.exec(quota)?.[1]);
  const names = [...Object.keys(LISTS).filter((name) => !name.includes('$')), 'positions.open', 'positions.closed'];
  // Balances and the filters of the reports are kept too, without columns.
  names.push('balances', 'reports');
  expect(names.filter((name) => !pattern.test(name) || name.length > 64)).toEqual([]);
  expect(names.length * 1.5).toBeLessThan(most);
});
