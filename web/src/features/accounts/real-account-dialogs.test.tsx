import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { fakeServer, refused } from '../../testing/fake-server';
import { describeMoneyDialog } from '../../testing/money-dialog';
import { renderPage } from '../../testing/render-page';
import { anAccount } from '../../testing/rows';
import { AccountCard } from './account-card';
import { ConnectionPanel } from './connection-panel';
import { CreateRealAccountDialog } from './create-real-account-dialog';
import { ReplaceKeysDialog } from './replace-keys-dialog';

vi.setConfig({ testTimeout: 30_000 });

const rules = ['BINANCE_SPOT', 'OKX_SPOT'].map((exchange) => ({
  ...{ __typename: 'ExchangeRules', exchange, needsPassphrase: exchange === 'OKX_SPOT', hasTestnet: false },
}));
const ExchangeRules = { data: { exchangeRules: rules } };
const fillIn = async (user: UserEvent, values: Record<string, string>) => {
  const dialog = within(screen.getByRole('dialog'));
  for (const [label, text] of Object.entries(values))
    await user.type(dialog.getByLabelText(label, { exact: false }), text);
};

describeMoneyDialog('Connecting a real account', {
  show: (onClose) => <CreateRealAccountDialog onClose={onClose} />,
  answers: { ExchangeRules },
  fill: (user) =>
    fillIn(user, { Name: 'Second', 'API key': 'key-1', 'API secret': 'secret-1', 'Your password': 'pass' }),
  button: 'Connect account',
  operation: 'CreateExchangeAccount',
  variables: {
    input: {
      ...{ label: 'Second', exchange: 'BINANCE_SPOT', isSimulation: false },
      real: {
        ...{ keys: { apiKey: 'key-1', apiSecret: 'secret-1' }, testnet: false, proxyUrl: null, password: 'pass' },
      },
    },
  },
  accepted: { createExchangeAccount: { __typename: 'CreateExchangeAccountPayload', account: anAccount({ id: '8' }) } },
  acceptedText: 'Second is connected. Test the connection next.',
  isRepeatable: false,
});

describeMoneyDialog('Switching on a real account', {
  show: () => <AccountCard account={anAccount()} hidesSmall={false} />,
  answers: {
    EntriesPause: {
      data: { me: null, exchangeAccounts: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } } },
    },
  },
  fill: async (user) => {
    await user.click(screen.getByRole('button', { name: 'Switch on' }));
    await fillIn(user, { 'Your password': 'pass' });
  },
  button: 'Switch on',
  operation: 'UpdateExchangeAccount',
  variables: { input: { id: '3', isActive: true, password: 'pass' } },
  accepted: {
    updateExchangeAccount: { __typename: 'UpdateExchangeAccountPayload', account: anAccount({ isActive: true }) },
  },
  acceptedText: 'Main is on again.',
  isRepeatable: false,
});

describeMoneyDialog('Replacing the keys of a real account', {
  show: (onClose) => <ReplaceKeysDialog account={anAccount({ exchange: 'OKX_SPOT' })} onClose={onClose} />,
  answers: { ExchangeRules },
  fill: async (user) => {
    await screen.findByLabelText('Passphrase', { exact: false });
    await fillIn(user, { 'API key': 'k', 'API secret': 's', Passphrase: 'p', 'Your password': 'pass' });
  },
  button: 'Replace keys',
  operation: 'RotateAccountKeys',
  variables: { input: { accountId: '3', keys: { apiKey: 'k', apiSecret: 's', passphrase: 'p' }, password: 'pass' } },
  accepted: { rotateAccountKeys: { __typename: 'RotateAccountKeysPayload', account: anAccount() } },
  acceptedText: 'Main has new keys. Test the connection.',
  isRepeatable: false,
});

describeMoneyDialog('Removing the keys of a real account', {
  show: () => <ConnectionPanel account={anAccount({ isActive: true })} />,
  fill: async (user) => {
    await user.click(screen.getByRole('button', { name: 'Remove keys' }));
    await fillIn(user, { 'Your password': 'pass' });
  },
  button: 'Remove keys',
  operation: 'RemoveAccountKeys',
  variables: { input: { accountId: '3', password: 'pass' } },
  accepted: {
    removeAccountKeys: {
      __typename: 'ExchangeAccountPayload',
      account: anAccount({ hasKeys: false, apiKeyHint: null }),
    },
  },
  acceptedText: 'The keys of Main were removed.',
  isRepeatable: false,
});

it('a password that was refused is asked for anew, and the keys stay as they were typed', async () => {
  const server = fakeServer({ ExchangeRules, CreateExchangeAccount: refused('FORBIDDEN', 'The password is wrong.') });
  await renderPage(
    <ApolloProvider client={server.client}>
      <CreateRealAccountDialog onClose={vi.fn()} />
    </ApolloProvider>,
  );
  const user = userEvent.setup();
  await fillIn(user, { Name: 'Second', 'API key': 'key-1', 'API secret': 'secret-1', 'Your password': 'wrong' });
  await user.click(screen.getByRole('button', { name: 'Connect account' }));
  await screen.findByText('This was refused');
  const typed = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { exact: false }).value;
  expect([typed('Your password'), typed('API secret'), typed('Name')]).toEqual(['', 'secret-1', 'Second']);
});

it('a key that may withdraw is sent again only with the word of its owner', async () => {
  const answer = refused('CONFLICT', 'This API key may withdraw.', 'KEY_MAY_WITHDRAW');
  const server = fakeServer({ ExchangeRules, RotateAccountKeys: answer });
  await renderPage(
    <ApolloProvider client={server.client}>
      <ReplaceKeysDialog account={anAccount()} onClose={vi.fn()} />
    </ApolloProvider>,
  );
  const user = userEvent.setup();
  await fillIn(user, { 'API key': 'key-1', 'API secret': 'secret-1', 'Your password': 'pass' });
  const switchName = 'I accept that this key may withdraw';
  expect(screen.queryByRole('switch', { name: switchName })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Replace keys' }));
  await user.click(await screen.findByRole('switch', { name: switchName }));
  await fillIn(user, { 'Your password': 'pass' });
  await user.click(screen.getByRole('button', { name: 'Replace keys' }));
  const keys = { apiKey: 'key-1', apiSecret: 'secret-1' };
  const first = { accountId: '3', keys, password: 'pass' };
  await vi.waitFor(() =>
    expect(server.sent('RotateAccountKeys')).toEqual([
      { input: first },
      { input: { ...first, acceptWithdrawPermission: true } },
    ]),
  );
});
