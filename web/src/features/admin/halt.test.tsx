import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import { HaltBanner } from '../../app/shell/halt-banner';
import { MeDocument } from '../../gql/generated';
import type { Locale } from '../../lib/preferences';
import { fakeServer, refused } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { HaltCard } from './halt-card';

vi.setConfig({ testTimeout: 30_000 });

const dialog = () => within(screen.getByRole('dialog'));
const halt = { __typename: 'TradingHalt', haltedAt: '2026-11-30T10:00:00Z', reason: 'Orders were doubled' };
const halted = { data: { tradingHalt: halt } };
const allowed = { data: { tradingHalt: null } };

const show = async (content: ReactNode, answers: Parameters<typeof fakeServer>[0], locale: Locale = 'en') => {
  const server = fakeServer(answers);
  const me = { __typename: 'User', id: '1', email: 'a@example.com', fullName: null, roles: ['ADMIN'] } as const;
  server.client.writeQuery({
    query: MeDocument,
    data: { me: { ...me, roles: [...me.roles], mustChangePassword: false, entriesPausedAt: null } },
  });
  await renderPage(
    <ApolloProvider client={server.client}>
      {content}
      <Toaster />
    </ApolloProvider>,
    locale,
  );
  return { server, user: userEvent.setup() };
};

it('a halt is told at once to screen readers, with its reason and that exits do not sell either', async () => {
  await show(<HaltBanner />, { TradingHalt: halted });
  const told = await screen.findByRole('alert');
  expect(told.textContent).toMatch(/halted since .*30.*: Orders were doubled/);
  expect(told.textContent).toContain('not even an exit');
  expect(screen.getByRole('link', { name: 'Resume trading' }).getAttribute('href')).toBe('/admin/system');
});

it('a halt is told in Portuguese too', async () => {
  await show(<HaltBanner />, { TradingHalt: halted }, 'pt-BR');
  expect((await screen.findByRole('alert')).textContent).toMatch(/suspensas desde .*nem mesmo uma saída/);
});

it('there is no banner while trading is allowed', async () => {
  const { server } = await show(<HaltBanner />, { TradingHalt: allowed });
  await vi.waitFor(() => expect(server.sent('TradingHalt')).toHaveLength(1));
  expect(screen.queryByTestId('halt-banner')).toBeNull();
});

it('halting needs a reason, and the card then says that it is halted', async () => {
  const { server, user } = await show(<HaltCard />, {
    TradingHalt: allowed,
    HaltTrading: { data: { haltTrading: { __typename: 'HaltTradingPayload', tradingHalt: halt } } },
  });
  await user.click(await screen.findByRole('button', { name: 'Halt trading' }));
  expect(dialog().getByText(/stop losses and take profits do not sell until you resume/)).toBeTruthy();
  await user.type(dialog().getByLabelText(/^Reason/), '   ');
  await user.click(dialog().getByRole('button', { name: 'Halt trading' }));
  expect(await dialog().findByText('Fill this in.')).toBeTruthy();
  expect(server.sent('HaltTrading')).toEqual([]);
  await user.type(dialog().getByLabelText(/^Reason/), 'Orders were doubled ');
  server.answer('TradingHalt', halted);
  await user.click(dialog().getByRole('button', { name: 'Halt trading' }));
  expect(await screen.findByText('Trading with real money is halted.')).toBeTruthy();
  expect(await screen.findByRole('button', { name: 'Resume trading' })).toBeTruthy();
  expect(screen.getByText('Orders were doubled')).toBeTruthy();
  expect(server.sent('HaltTrading')).toEqual([{ input: { reason: 'Orders were doubled' } }]);
});

it('resuming asks for the password, and a wrong one is told', async () => {
  const { server, user } = await show(<HaltCard />, {
    TradingHalt: halted,
    ResumeTrading: refused('FORBIDDEN', 'The password is wrong.', 'PASSWORD_WRONG'),
  });
  await user.click(await screen.findByRole('button', { name: 'Resume trading' }));
  await user.type(dialog().getByLabelText(/^Your password/), 'wrong');
  await user.click(dialog().getByRole('button', { name: 'Resume trading' }));
  expect(await dialog().findByRole('alert')).toBeTruthy();
  server.answer('ResumeTrading', { data: { resumeTrading: { __typename: 'ResumeTradingPayload', wasHalted: true } } });
  server.answer('TradingHalt', allowed);
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Resume trading' }));
  expect(await screen.findByText('Trading with real money goes on.')).toBeTruthy();
  expect(await screen.findByRole('button', { name: 'Halt trading' })).toBeTruthy();
  expect(server.sent('ResumeTrading')).toEqual([
    { input: { password: 'wrong' } },
    { input: { password: 'my password' } },
  ]);
});
