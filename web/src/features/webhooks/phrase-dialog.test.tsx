import { MockedProvider } from '@apollo/client/testing/react';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import {
  PreviewPhraseDocument,
  TeachPhraseDocument,
  type PhraseMeaning,
  type PreviewPhraseQuery,
} from '../../gql/generated';
import { renderPage } from '../../testing/render-page';
import { UnreadParts } from './unread-parts';

// Typing and looking for roles takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const source = { id: '7', label: 'Room', tradeMode: 'REAL' } as const;
const parts = [{ kind: 'WORD', text: 'zumpalao', taughtAs: null }] as const;

type Found = PreviewPhraseQuery['previewPhrase'];
const nothing: Found = {
  ...{ __typename: 'PhrasePreview', read: 3, changed: 0, newBuys: 0, lostSells: 0, unread: 0, isComplete: true },
  ...{ changes: [], examples: [] },
};
const buys: Found = {
  ...nothing,
  ...{ changed: 2, newBuys: 2 },
  changes: [{ __typename: 'ReadingChange', from: 'UNKNOWN', to: 'BUY_SIGNAL', count: 2 }],
  examples: [
    {
      ...{ __typename: 'ChangedMessage', receipt: 'r1', receivedAt: '2026-11-30T00:00:00Z' },
      message: 'BTCUSDT zumpalao agora',
      before: { __typename: 'TradedReading', action: 'UNKNOWN', symbol: 'BTC/USDT', price: null },
      after: { __typename: 'TradedReading', action: 'BUY_SIGNAL', symbol: 'BTC/USDT', price: null },
    },
  ],
};

const previewOf = (meaning: PhraseMeaning, found: Found, phrase = 'zumpalao') => ({
  request: { query: PreviewPhraseDocument, variables: { input: { sourceId: '7', phrase, meaning } } },
  result: { data: { previewPhrase: found } },
  delay: 20,
});
const taught = vi.fn(() => ({
  data: {
    teachPhrase: {
      __typename: 'WebhookSourcePayload' as const,
      source: { __typename: 'WebhookSource' as const, id: '7', phrases: [] },
    },
  },
}));
const teachAs = (meaning: PhraseMeaning) => ({
  request: { query: TeachPhraseDocument, variables: { input: { sourceId: '7', phrase: 'zumpalao', meaning } } },
  result: taught,
});

const open = async (mocks: readonly object[], onTaught = vi.fn(), locale: 'en' | 'pt-BR' = 'en') => {
  await renderPage(
    <MockedProvider mocks={mocks as never}>
      <UnreadParts source={source} parts={parts} onTaught={onTaught} />
    </MockedProvider>,
    locale,
  );
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: /zumpalao$/ }));
  return { user, onTaught };
};
// In a browser, the page behind an open dialog is inert; jsdom still finds its buttons.
const save = () => within(screen.getByRole('dialog')).getByRole<HTMLButtonElement>('button', { name: /^Teach/ });

it('a phrase is saved only after the page has shown what it would have changed', async () => {
  const { user, onTaught } = await open([previewOf('BUY', buys), teachAs('BUY')]);
  const dialog = screen.getByRole('dialog', { name: 'Teach Room a phrase' });
  expect(within(dialog).getByRole<HTMLInputElement>('textbox').value).toBe('zumpalao');
  expect(save().disabled).toBe(true);
  await user.click(within(dialog).getByRole('button', { name: 'Buy' }));
  expect(save().disabled).toBe(true);
  expect(await within(dialog).findByText(/3 messages were read again. 2 would be read differently./)).toBeTruthy();
  expect(within(dialog).getByRole('alert').textContent).toMatch(/2 more messages would buy.*real money/);
  expect(within(dialog).getByText('BTCUSDT zumpalao agora')).toBeTruthy();
  expect(save().disabled).toBe(false);
  await user.click(save());
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect([taught.mock.calls.length, onTaught.mock.calls.length]).toEqual([1, 1]);
});

it('what was shown for another meaning or phrase enables nothing', async () => {
  const { user } = await open([previewOf('NEUTRAL', nothing)]);
  await user.click(screen.getByRole('button', { name: 'Nothing' }));
  await waitFor(() => expect(save().disabled).toBe(false));
  expect(screen.queryByRole('alert')).toBeNull();
  await user.type(screen.getByRole('textbox'), ' x');
  expect(save().disabled).toBe(true);
  expect(screen.queryByText(/were read again/)).toBeNull();
});

it('a phrase that cannot be taught says why at its field', async () => {
  const refusal = {
    message: 'phrase A phrase needs a word.',
    extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'phrase', message: 'A phrase needs a word.' }] },
  };
  const mock = { ...previewOf('SELL', nothing), result: { errors: [refusal] } };
  const { user } = await open([mock]);
  await user.click(screen.getByRole('button', { name: 'Sell' }));
  expect(await screen.findByText('A phrase needs a word.')).toBeTruthy();
  expect(save().disabled).toBe(true);
});

it('a part that was taught since says so instead of offering it again', async () => {
  await renderPage(
    <MockedProvider mocks={[]}>
      <UnreadParts source={source} parts={[{ ...parts[0], taughtAs: 'SELL' }]} onTaught={vi.fn()} />
    </MockedProvider>,
    'pt-BR',
  );
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByText('ensinada depois: vender')).toBeTruthy();
});
