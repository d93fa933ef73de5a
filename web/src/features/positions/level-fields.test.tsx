import { ApolloProvider } from '@apollo/client/react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { aPosition } from '../../testing/rows';
import { LevelFields } from './level-fields';

vi.setConfig({ testTimeout: 30_000 });

const position = aPosition({ entryPrice: '100', qtyRemaining: '2', costQuote: '200.4' });

function Subject({ kind, onPct }: { kind: 'stop' | 'target'; onPct: (pct: string | null) => void }) {
  const [pct, setPct] = useState<string | null>('');
  const onChange = (next: string | null) => {
    setPct(next);
    onPct(next);
  };
  return <LevelFields {...{ kind, position, pct, onChange }} fault={undefined} required={false} />;
}

const show = async (kind: 'stop' | 'target') => {
  const onPct = vi.fn();
  await renderPage(
    <ApolloProvider client={fakeServer().client}>
      <Subject kind={kind} onPct={onPct} />
    </ApolloProvider>,
  );
  const field = (name: RegExp) => screen.getByRole<HTMLInputElement>('textbox', { name });
  return { onPct, field, user: userEvent.setup() };
};

it('a stop by price is saved as a percentage that risks no more, and shows its loss', async () => {
  const { onPct, field, user } = await show('stop');
  await user.type(field(/^Price/), '97.123');
  expect(onPct).toHaveBeenLastCalledWith('2.87');
  // While it is typed it stays as typed; then it shows the price that is saved.
  expect(field(/^Price/).value).toBe('97.123');
  await user.tab();
  expect(field(/^Price/).value).toBe('97.13');
  expect(field(/^Below the entry/).value).toBe('2.87');
  expect(field(/^Loss, USDT/).value).toBe('6.14');
  expect(screen.getByTestId('stop-means').textContent).toMatch(/At risk.*97\.13.*−6\.14/);
});

it('a stop by loss has its price, and a stop above the opening price keeps a profit', async () => {
  const { onPct, field, user } = await show('stop');
  await user.type(field(/^Loss/), '5.4');
  expect(onPct).toHaveBeenLastCalledWith('2.5');
  expect(field(/^Price/).value).toBe('97.5');
  await user.clear(field(/^Price/));
  await user.type(field(/^Price/), '103');
  expect(onPct).toHaveBeenLastCalledWith('-3');
  expect(screen.getByTestId('stop-means').textContent).toMatch(/^Kept.*\+5\.60/);
});

it('a target by gain brings no less than was asked for', async () => {
  const { onPct, field, user } = await show('target');
  await user.type(field(/^Gain/), '9.5');
  // 209.9 / 2 is 104.95, which is 4.95 percent.
  expect(onPct).toHaveBeenLastCalledWith('4.95');
  await user.clear(field(/^Gain/));
  await user.type(field(/^Gain/), 'x');
  expect(onPct).toHaveBeenLastCalledWith(null);
});
