import { act, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setPreferences } from '../../lib/preferences';
import { renderPage } from '../../testing/render-page';
import { DocumentTitle } from './document-title';

vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  setPreferences({ tradeMode: 'SIMULATION' });
  document.head.innerHTML = '<link rel="icon" href="/favicon.svg">';
});
afterEach(() => setPreferences({ tradeMode: 'SIMULATION' }));

it('the tab says how many positions are open, and real money has its own word and icon', async () => {
  await renderPage(<DocumentTitle openCount={3} />);
  await waitFor(() => expect(document.title).toBe('(3) mvcashnode'));
  act(() => setPreferences({ tradeMode: 'REAL' }));
  await waitFor(() => expect(document.title).toBe('● REAL (3) mvcashnode'));
  expect(document.querySelector('link[rel=icon]')?.getAttribute('href')).toBe('/favicon-real.svg');
});
