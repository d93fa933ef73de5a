import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/render-page';
import { lazyPart } from './lazy-part';

it('a part that cannot be loaded fails alone, and a retry loads it', async () => {
  let isAway = true;
  const Part = lazyPart<{ name: string }>(async () => {
    if (isAway) throw new Error('Failed to fetch dynamically imported module');
    return ({ name }) => <p>Here is {name}</p>;
  });
  await renderPage(
    <>
      <p>Around it</p>
      <Part name="the chart" />
    </>,
  );
  await screen.findByTestId('load-failed');
  screen.getByText('Around it');
  isAway = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Here is the chart')).toBeDefined();
});
