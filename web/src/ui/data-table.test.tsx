import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { renderPage } from '../testing/render-page';
import { DataTable, type Column, type Sort } from './data-table';

vi.setConfig({ testTimeout: 30_000 });

interface Coin {
  id: string;
  name: string;
}

const columns: Column<Coin>[] = [
  { id: 'name', width: 100, header: 'Name', sortable: true, cell: (row) => row.name },
  { id: 'id', width: 100, header: 'Number', sortable: true, align: 'end', cell: (row) => row.id },
  { id: 'note', width: 100, header: 'Note', cell: () => 'x' },
];

const coins = (count: number): Coin[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), name: `Coin ${index}` }));

const table = (count: number, over: { sort?: Sort; onSort?: (sort: Sort) => void } = {}) => (
  <DataTable
    caption="Coins"
    columns={columns}
    rows={coins(count)}
    rowKey={(row) => row.id}
    hrefOf={(row) => `/coins/${row.id}`}
    empty={<p>No coins yet</p>}
    {...over}
  />
);

it('is a table with a caption, column headers and a header for each row', async () => {
  await renderPage(table(2));
  const found = screen.getByRole('table', { name: 'Coins' });
  expect(
    within(found)
      .getAllByRole('columnheader')
      .map((cell) => cell.textContent),
  ).toEqual(['Name', 'Number', 'Note']);
  expect(
    within(found)
      .getAllByRole('rowheader')
      .map((cell) => cell.textContent),
  ).toEqual(['Coin 0', 'Coin 1']);
  expect(found.getAttribute('aria-rowcount')).toBeNull();
});

it('sortable headers say how they sort and ask for the opposite when pressed', async () => {
  const onSort = vi.fn();
  await renderPage(table(2, { sort: { column: 'name', descending: false }, onSort }));
  const [name, number, note] = screen.getAllByRole('columnheader');
  expect([name, number, note].map((cell) => cell?.getAttribute('aria-sort'))).toEqual(['ascending', 'none', null]);
  await userEvent.click(within(name!).getByRole('button'));
  await userEvent.click(within(number!).getByRole('button'));
  expect(onSort.mock.calls).toEqual([[{ column: 'name', descending: true }], [{ column: 'id', descending: true }]]);
});

it('above a hundred rows only some are in the document and each knows its place', async () => {
  await renderPage(table(500));
  const found = screen.getByRole('table', { name: 'Coins' });
  expect(found.getAttribute('aria-rowcount')).toBe('501');
  const rows = within(found).getAllByRole('rowheader');
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.length).toBeLessThan(100);
  expect(rows[0]?.closest('tr')?.getAttribute('aria-rowindex')).toBe('2');
  expect(rows.at(-1)?.closest('tr')?.getAttribute('aria-rowindex')).toBe(String(rows.length + 1));
});

it('j and k and the arrows move between rows, and a row leads to its page', async () => {
  const { router } = await renderPage(table(3));
  const links = screen.getAllByRole('link');
  links[0]?.focus();
  await userEvent.keyboard('j');
  expect(document.activeElement).toBe(links[1]);
  await userEvent.keyboard('{ArrowDown}k');
  expect(document.activeElement).toBe(links[1]);
  await userEvent.keyboard('{Enter}');
  expect(router.state.location.pathname).toBe('/coins/1');
});

it('an empty table says what its place has to say', async () => {
  await renderPage(table(0));
  expect(screen.getByText('No coins yet')).toBeTruthy();
  expect(screen.queryByRole('table')).toBeNull();
});

it('j goes to the first row from anywhere on the page, and then from row to row', async () => {
  await renderPage(table(3));
  const user = userEvent.setup();
  expect(document.activeElement).toBe(document.body);
  await user.keyboard('j');
  expect(document.activeElement?.textContent).toBe('Coin 0');
  await user.keyboard('j');
  expect(document.activeElement?.textContent).toBe('Coin 1');
});

it('while it loads it has rows of the final height and claims nothing', async () => {
  await renderPage(
    <DataTable
      caption="Coins"
      columns={columns}
      rows={[]}
      rowKey={(row) => row.id}
      loading
      empty={<p>No coins yet</p>}
    />,
  );
  const found = screen.getByRole('table', { name: 'Coins' });
  expect(found.getAttribute('aria-busy')).toBe('true');
  const waiting = [...found.querySelectorAll('tbody tr')];
  expect(waiting.length).toBeGreaterThan(3);
  for (const row of waiting) expect(row.className).toContain('h-10');
  expect(screen.queryByText('No coins yet')).toBeNull();
});

it('the column that names the row stays in view when the table scrolls sideways', async () => {
  await renderPage(table(2));
  const [head, ...rest] = screen.getAllByRole('columnheader');
  for (const cell of [head, ...screen.getAllByRole('rowheader')]) expect(cell?.className).toMatch(/sticky .*left-0/);
  for (const cell of rest) expect(cell.className).not.toContain('left-0');
  expect(screen.getByRole('group', { name: 'Coins' }).className).toContain('overflow-auto');
});
