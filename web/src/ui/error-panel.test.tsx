import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { renderPage } from '../testing/render-page';
import { ErrorPanel } from './error-panel';

vi.setConfig({ testTimeout: 30_000 });

it('a panel that could not be read says so in plain words and is read again on request', async () => {
  const retry = vi.fn();
  await renderPage(<ErrorPanel error={new TypeError('Failed to fetch')} onRetry={retry} />);
  expect(screen.getByRole('alert').textContent).toContain('The server could not be reached.');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledOnce();
});
