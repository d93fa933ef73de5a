import { ApolloProvider } from '@apollo/client/react';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LATE_AFTER_MS } from '../lib/submit';
import { toasts } from '../ui/toast';
import { Toaster } from '../ui/toaster';
import { fakeServer, refused, type Answer, type FakeServer } from './fake-server';
import { renderPage } from './render-page';

/** A dialog that moves money, or decides whether money moves, and its expected behavior. */
export interface MoneyDialog {
  /** The dialog, or the button that opens it. */
  show: (onClose: () => void) => ReactElement;
  /** Answers to the queries of the dialog. */
  answers?: Record<string, Answer>;
  /** Goes to the last step and fills in all fields. */
  fill?: (user: UserEvent) => Promise<void>;
  /** The full name of the button that sends. */
  button: string;
  /** The mutation that it sends, and its input. */
  operation: string;
  variables: Record<string, unknown>;
  /** The answer after success, and the text that the page then shows. */
  accepted: Record<string, unknown>;
  acceptedText: string;
  /** The server executes it once, even if it is sent several times. */
  isRepeatable: boolean;
  /** Trading rules refuse it as data: a `Refused` in place of its answer. */
  refusesAsData?: boolean;
}

const REASON = 'The free balance is 3.25 USDT; the order needs 20.';
const dialog = () => screen.getByRole('dialog');
const button = (name: string) => within(dialog()).getByRole<HTMLButtonElement>('button', { name });
const keyOf = (variables: Record<string, unknown> | undefined) =>
  (variables?.input as { idempotencyKey?: string } | undefined)?.idempotencyKey;

async function open(subject: MoneyDialog, answer: Answer) {
  const server = fakeServer({ ...subject.answers, [subject.operation]: answer });
  const onClose = vi.fn();
  await renderPage(
    <ApolloProvider client={server.client}>
      {subject.show(onClose)}
      <Toaster />
    </ApolloProvider>,
  );
  const user = userEvent.setup();
  await subject.fill?.(user);
  return { server, user, onClose };
}

/** Sends with a stopped clock, then advances it past the time limit for an answer. */
async function sendUntilLate(subject: MoneyDialog): Promise<void> {
  vi.useFakeTimers();
  fireEvent.click(button(subject.button));
  // The clock of the answer starts when the page has drawn that it sends.
  await act(() => vi.advanceTimersByTimeAsync(1));
  await act(() => vi.advanceTimersByTimeAsync(LATE_AFTER_MS + 100));
}

/** The answers by which the server refuses: an error or, from a trading rule, data. */
function refusals({ accepted, refusesAsData = false }: MoneyDialog): [name: string, answer: Answer][] {
  const asData = { __typename: 'Refused', reason: 'INSUFFICIENT_BALANCE', message: REASON };
  return [
    ['a refusal', refused('CONFLICT', REASON, 'INSUFFICIENT_BALANCE')],
    ...(refusesAsData
      ? [['a trading rule', { data: { [Object.keys(accepted)[0] ?? '']: asData } }] as [string, Answer]]
      : []),
  ];
}

/** It sends what its button says, once, and shows whether it was accepted. */
function itSendsOnce(subject: MoneyDialog): void {
  const sentBy = (server: FakeServer) => server.sent(subject.operation);
  it('sends just what its button says, and shows that it was accepted', { timeout: 30_000 }, async () => {
    const { server, user } = await open(subject, { data: subject.accepted });
    expect(sentBy(server)).toEqual([]);
    await user.click(button(subject.button));
    expect(await screen.findByText(subject.acceptedText)).toBeTruthy();
    expect(sentBy(server)).toEqual([subject.variables]);
  });

  it('is sent once by a double click', { timeout: 30_000 }, async () => {
    const { server, user } = await open(subject, 'never');
    await user.dblClick(button(subject.button));
    expect(sentBy(server)).toHaveLength(1);
    expect(button('Sending…').disabled).toBe(true);
  });

  it.each(refusals(subject))(
    'shows the reason of %s, stays open, and asks for something new the next time',
    {
      timeout: 30_000,
    },
    async (_name, answer) => {
      const { server, user, onClose } = await open(subject, answer);
      await user.click(button(subject.button));
      const alert = await within(dialog()).findByRole('alert');
      expect(alert.textContent).toContain('This was refused');
      expect(alert.textContent).toContain(REASON);
      expect(onClose).not.toHaveBeenCalled();
      expect(toasts.get()).toEqual([]);
      expect(button(subject.button).disabled).toBe(false);
      const [before] = sentBy(server);
      if (keyOf(before) === undefined) return;
      fireEvent.click(button(subject.button));
      await vi.waitFor(() => expect(sentBy(server)).toHaveLength(2));
      expect(keyOf(sentBy(server)[1])).not.toBe(keyOf(before));
    },
  );
}

/** When the outcome is unknown, the dialog says so. */
function itClaimsNothing(subject: MoneyDialog): void {
  const sentBy = (server: FakeServer) => server.sent(subject.operation);
  it('says after five seconds that there is no answer, and offers what is safe', { timeout: 30_000 }, async () => {
    const { server } = await open(subject, 'never');
    await sendUntilLate(subject);
    expect(within(dialog()).getByTestId('no-answer').textContent).toContain('It may or may not have been carried out');
    expect(within(dialog()).queryByRole('alert')?.textContent ?? '').not.toContain('refused');
    if (!subject.isRepeatable) {
      expect(button('Sending…').disabled).toBe(true);
      expect(sentBy(server)).toHaveLength(1);
      return;
    }
    fireEvent.click(button('Send again'));
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(sentBy(server)).toHaveLength(2);
    expect(sentBy(server)[1]).toEqual(sentBy(server)[0]);
  });

  it('does not call a lost answer a refusal', { timeout: 30_000 }, async () => {
    const { server, user, onClose } = await open(subject, 'connection lost');
    await user.click(button(subject.button));
    const alert = await within(dialog()).findByText('There was no answer');
    const text = alert.closest('[role=alert]')?.textContent ?? '';
    expect(text).toContain(
      subject.isRepeatable ? 'Sending it again is safe: it is never done twice.' : 'Check before you do it again.',
    );
    expect(onClose).not.toHaveBeenCalled();
    if (!subject.isRepeatable) return;
    fireEvent.click(button(subject.button));
    await vi.waitFor(() => expect(sentBy(server)).toHaveLength(2));
    expect(sentBy(server)[1]).toEqual(sentBy(server)[0]);
  });

  it('says that nothing was sent when the session had ended', { timeout: 30_000 }, async () => {
    const { user, onClose } = await open(subject, refused('UNAUTHENTICATED', 'Sign in first.'));
    await user.click(button(subject.button));
    expect(await within(dialog()).findByText('Your session ended: nothing was sent.')).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
  });
}

/** The tests that every dialog that moves money must pass. */
export function describeMoneyDialog(name: string, subject: MoneyDialog): void {
  describe(`${name}:`, () => {
    afterEach(() => {
      vi.useRealTimers();
      toasts.set([]);
    });
    itSendsOnce(subject);
    itClaimsNothing(subject);
  });
}
