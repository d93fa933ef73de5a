import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/render-page';
import { Money, Pct, Price } from './money';

it('a result has a sign and an arrow besides its color, and its full number in the title', async () => {
  await renderPage(<Money value="-12.345678" asset="USDT" result />);
  const shown = screen.getByTitle('-12.345678');
  expect(shown.textContent).toBe('▼−12.35USDT');
  expect(shown.className).toContain('text-down');
});

it('zero is neither gain nor loss', async () => {
  await renderPage(<Pct value="0.000" />);
  expect(screen.getByTitle('0.000').textContent).toBe('0.00%');
  expect(screen.getByTitle('0.000').className).not.toMatch(/text-(up|down)/);
});

it('a price has the digits of its tick, and without a tick enough to read a small one', async () => {
  await renderPage(
    <>
      <Price value="97412.3" tickSize="0.01" />
      <Price value="0.0000012345" />
    </>,
  );
  expect(screen.getByText('97,412.30')).toBeTruthy();
  expect(screen.getByText('0.000001234')).toBeTruthy();
});

it('a missing value is a dash for the eye and a word for the ear', async () => {
  await renderPage(<Money value={null} />);
  expect(screen.getByText('unknown')).toBeTruthy();
});
