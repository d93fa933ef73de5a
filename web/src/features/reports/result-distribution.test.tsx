import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../../testing/render-page';
import { ResultDistribution } from './result-distribution';

const bin = (fromPct: string | null, toPct: string | null, trades: number, net: string) => ({
  ...{ __typename: 'ResultReport' as const, quote: 'USDT', fromPct, toPct, trades, net },
});

it('each range says how many positions ended in it and what they brought, and loss and gain differ', async () => {
  const bins = [bin(null, '-10', 1, '-25'), bin('-1', '0', 4, '-3.5'), bin('0', '1', 8, '6'), bin('10', null, 2, '40')];
  await renderPage(<ResultDistribution quote="USDT" bins={bins} />);
  const table = await screen.findByRole('table', { name: 'Closed positions by their result in percent, in USDT' });
  const rows = within(table).getAllByRole('row').slice(1);
  const texts = rows.map((row) => row.textContent);
  expect(texts[0]).toMatch(/^below −10 %1▼−25\.00/);
  expect(texts[1]).toMatch(/^−1 % to 0 %4▼−3\.50/);
  expect(texts[2]).toMatch(/^0 % to \+1 %8▲\+6\.00/);
  expect(texts[3]).toMatch(/^\+10 % or more2▲\+40\.00/);
  const colors = rows.map((row) => /bg-(up|down)/.exec(row.innerHTML)?.[1]);
  expect(colors).toEqual(['down', 'down', 'up', 'up']);
});
