import { act, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { setPreferences } from '../lib/preferences';
import { renderPage } from '../testing/render-page';
import { Age, Time } from './time';

vi.setConfig({ testTimeout: 30_000 });

const AT = '2026-11-30T22:15:30Z';

afterEach(() => setPreferences({ zone: 'local' }));

it('an instant is shown in the chosen zone, and its tooltip has the local time and UTC', async () => {
  await renderPage(<Time at={AT} withDay />);
  const shown = screen.getByText(/30/);
  const [local = '', utc = ''] = shown.title.split('\n');
  expect(utc).toContain('22:15:30');
  expect(utc).toContain('UTC');
  const inThisZone = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  expect(local).toContain(inThisZone.format(new Date(AT)));
  expect(shown.textContent).toContain(inThisZone.format(new Date(AT)));
  act(() => setPreferences({ zone: 'UTC' }));
  expect(shown.textContent).toContain('22:15:30');
  expect(shown.getAttribute('datetime')).toBe('2026-11-30T22:15:30.000Z');
});

it('an age has the instant in both zones in its tooltip', async () => {
  await renderPage(<Age at={AT} ago />);
  expect(screen.getByText(/ago$/).title).toMatch(/\n.*22:15:30.*UTC/);
});
