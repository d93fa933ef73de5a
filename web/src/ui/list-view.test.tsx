import { ApolloProvider } from '@apollo/client/react';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { fakeServer, type FakeServer } from '../testing/fake-server';
import { renderPage } from '../testing/render-page';
import { DataTable, type Column } from './data-table';
import { useListView } from './list-view';

vi.setConfig({ testTimeout: 30_000 });
afterEach(() => localStorage.clear());

const columns: Column<string>[] = [
  { id: 'name', width: 100, header: 'Name', cell: (row) => row },
  { id: 'price', width: 100, header: 'Price', cell: () => '7' },
  { id: 'note', width: 100, header: 'Note', cell: () => 'x' },
  { id: 'action', width: 60, header: 'Actions', card: 'action', hideHeader: true, cell: () => 'go' },
];

function Coins() {
  const view = useListView('coins', { caption: 'Coins', columns });
  return (
    <>
      {view.tools}
      <DataTable {...view.table} rows={['BTC', 'ETH']} rowKey={(row) => row} empty={null} />
    </>
  );
}

/** The list of a user who chose `settings` before, on any device. */
async function show(settings?: Record<string, unknown>) {
  const kept = settings ? [{ __typename: 'ViewSettings', name: 'coins', settings }] : [];
  const server = fakeServer({
    ViewSettings: { data: { viewSettings: kept } },
    SaveViewSettings: { data: { saveViewSettings: { __typename: 'SaveViewSettingsPayload', view: null } } },
  });
  const page = (
    <ApolloProvider client={server.client}>
      <Coins />
    </ApolloProvider>
  );
  const { unmount } = await renderPage(page);
  return { server, unmount, user: userEvent.setup() };
}

const headers = () => screen.getAllByRole('columnheader').map((cell) => cell.textContent);
const dialog = () => within(screen.getByRole('dialog', { name: 'Columns' }));
const open = (user: UserEvent) => user.click(screen.getByRole('button', { name: 'Columns: Coins' }));
const press = (user: UserEvent, name: string) => user.click(dialog().getByRole('button', { name }));
/** What was saved last, under which name. */
const saved = (server: FakeServer) => server.sent('SaveViewSettings').at(-1)?.['input'];

it('a hidden column is gone, and comes back when the columns are reset', async () => {
  const { user } = await show();
  expect(headers()).toEqual(['Name', 'Price', 'Note', 'Actions']);
  await open(user);
  await user.click(dialog().getByRole('checkbox', { name: 'Price' }));
  expect(headers()).toEqual(['Name', 'Note', 'Actions']);
  await press(user, 'Reset columns');
  expect(headers()).toEqual(['Name', 'Price', 'Note', 'Actions']);
});

it('neither the column that names the row nor the actions can be hidden', async () => {
  const { user } = await show();
  await open(user);
  const offered = dialog()
    .getAllByRole('listitem')
    .map((item) => within(item).getByRole('checkbox').closest('label')?.textContent);
  expect(offered).toEqual(['Price', 'Note']);
});

it('what is changed is saved under the name of the list, several changes in a row at once', async () => {
  const { user, server } = await show();
  await open(user);
  await user.click(dialog().getByRole('checkbox', { name: 'Price' }));
  await press(user, 'Move to the left: Note');
  await press(user, 'Wider: Note');
  await waitFor(() => expect(server.sent('SaveViewSettings')).toHaveLength(1), { timeout: 5_000 });
  expect(saved(server)).toEqual({
    name: 'coins',
    settings: { order: ['note', 'price', 'action'], hidden: ['price'], widths: { note: 116 }, saved: [] },
  });
});

it('what was chosen on another device is shown here, and is what the browser shows first the next time', async () => {
  const { server, unmount } = await show({ order: ['note', 'price'], hidden: [], widths: {} });
  await waitFor(() => expect(headers()).toEqual(['Name', 'Note', 'Price', 'Actions']));
  expect(server.sent('ViewSettings')).toEqual([{ names: ['coins'] }]);
  unmount();
  // This server never answers.
  await renderPage(
    <ApolloProvider client={fakeServer().client}>
      <Coins />
    </ApolloProvider>,
  );
  expect(headers()).toEqual(['Name', 'Note', 'Price', 'Actions']);
});

it('a locked layout does not change, neither in the dialog nor by dragging, until it is unlocked', async () => {
  const { user } = await show({ hidden: ['price'], isLocked: true });
  const edges = () => document.querySelectorAll('[title^="Drag to change"]').length;
  await waitFor(() => expect(headers()).toEqual(['Name', 'Note', 'Actions']));
  expect(edges()).toBe(0);
  await open(user);
  const price = dialog().getByRole<HTMLInputElement>('checkbox', { name: 'Price' });
  expect(price.matches(':disabled')).toBe(true);
  expect(dialog().getByRole<HTMLButtonElement>('button', { name: 'Reset columns' }).disabled).toBe(true);
  // Not even an event that gets past the disabled control changes it.
  fireEvent.click(dialog().getByRole('button', { name: 'Wider: Note' }));
  expect(headers()).toEqual(['Name', 'Note', 'Actions']);
  await user.click(dialog().getByRole('checkbox', { name: /^Lock the layout/ }));
  expect(edges()).toBe(2);
  await user.click(dialog().getByRole('checkbox', { name: 'Price' }));
  expect(headers()).toEqual(['Name', 'Price', 'Note', 'Actions']);
});

it('dragging the edge of a column changes its width, which is saved', async () => {
  const { server } = await show();
  const edge = document.querySelector<HTMLElement>('[title="Drag to change the width of Price"]')!;
  edge.setPointerCapture = vi.fn();
  fireEvent.pointerDown(edge, { clientX: 100, pointerId: 1 });
  fireEvent.pointerMove(edge, { clientX: 250, pointerId: 1 });
  fireEvent.pointerUp(edge, { pointerId: 1 });
  await waitFor(() => expect(saved(server)).toMatchObject({ name: 'coins' }), { timeout: 5_000 });
  expect(saved(server)).toMatchObject({ settings: { widths: { price: expect.any(Number) } } });
});
