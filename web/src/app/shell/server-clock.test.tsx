import { ApolloProvider } from '@apollo/client/react';
import { act, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { connection } from '../../lib/live/connection';
import { setPreferences } from '../../lib/preferences';
import { clockReading } from '../../lib/server-clock';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { ServerClock, ServerClockKeeper, ServerClockLines } from './server-clock';

vi.setConfig({ testTimeout: 30_000 });

const HOUR_AHEAD = () => new Date(Date.now() + 3_600_000).toISOString();

async function show() {
  const fake = fakeServer({
    ServerTime: () => ({ data: { serverInfo: { __typename: 'ServerInfo', time: HOUR_AHEAD() } } }),
  });
  await renderPage(
    <ApolloProvider client={fake.client}>
      <ServerClockKeeper />
      <ServerClock />
      <ServerClockLines />
    </ApolloProvider>,
  );
  return fake;
}
const clock = () => screen.getByTestId('server-clock');
const timeShown = () => clock().querySelector('time')?.textContent;

beforeEach(() => {
  localStorage.clear();
  clockReading.set(undefined);
  connection.set({ state: 'live', since: Date.now(), returns: 0 });
});

it('the time of the server runs in the chosen zone; its tooltip has both zones and how far this computer is off', async () => {
  setPreferences({ zone: 'UTC', locale: 'en' });
  await show();
  // Before the first answer it has its width already.
  expect(clock().textContent).toContain('--:--:--');
  await waitFor(() => expect(timeShown()).toBeTruthy());
  const expected = new Date(Date.now() + 3_600_000).toISOString().slice(11, 16);
  expect(timeShown()?.slice(0, 5)).toBe(expected);
  expect(clock().textContent).toContain('UTC');
  const lines = clock().title.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/UTC$/);
  expect(lines[3]).toBe('The clock of this device is 3,600 s behind.');
  // On a phone, the same in words.
  for (const line of lines) expect(screen.getByTestId('server-clock-lines').textContent).toContain(line);
  const first = timeShown();
  await waitFor(() => expect(timeShown()).not.toBe(first), { timeout: 3_000 });
});

it('is no live region, and does not pretend when the connection is lost', async () => {
  setPreferences({ zone: 'UTC', locale: 'en' });
  const fake = await show();
  await waitFor(() => expect(clock().dataset.confirmed).toBe('true'));
  expect(clock().closest('[aria-live], [role=status], [role=timer]')).toBeNull();
  expect(clock().dataset.stale).toBeUndefined();

  act(() => connection.set((old) => ({ ...old, state: 'reconnecting', since: Date.now() })));
  expect(clock().dataset.confirmed).toBe('false');
  expect(clock().dataset.stale).toBe('true');
  expect(clock().title).toMatch(/Not confirmed since \d\d:\d\d:\d\d/);
  expect(screen.getByTestId('server-clock-lines').textContent).toContain('Not confirmed');

  const asked = fake.sent('ServerTime').length;
  act(() => connection.set({ state: 'live', since: Date.now(), returns: 1 }));
  await waitFor(() => expect(fake.sent('ServerTime').length).toBe(asked + 1));
  expect(clock().dataset.confirmed).toBe('true');
});
