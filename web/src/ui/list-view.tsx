import { useMemo, type ReactNode } from 'react';
import { chosenColumns, resizeColumn } from '../lib/views/table-view';
import { useTableView } from '../lib/views/use-table-view';
import { ColumnsButton } from './columns-dialog';
import type { Column, DataTableProps } from './data-table';
import { SavedViews } from './saved-views';

interface ListView<Row> {
  /** What the table shows: its name, the chosen columns, and what happens when one is dragged wider. */
  table: Pick<DataTableProps<Row>, 'caption' | 'columns' | 'onResize'>;
  /** Chooses the columns; for the head of the page, or beside a control of the same height. */
  columnsButton: ReactNode;
  /** The same, small, for the head of a card. */
  headButton: ReactNode;
  /** Saved filters and columns; for a list whose filters are in the address. */
  tools: ReactNode;
}

interface ListViewProps<Row> {
  /** The name of the table for screen readers, and of its button. */
  caption: string;
  columns: readonly Column<Row>[];
}

/**
 * What the user has chosen for a list: its columns, their order and widths, and its saved filters. `name` is the list on
 * the server, where the choices are kept for all devices; it stays the same as long as the list is the same.
 */
export function useListView<Row>(name: string, { caption, columns }: ListViewProps<Row>): ListView<Row> {
  const [view, setView] = useTableView(name);
  const shown = useMemo(() => chosenColumns(columns, view), [columns, view]);
  const buttonOf = (size: 'sm' | 'md') => <ColumnsButton {...{ caption, columns, view, size }} onChange={setView} />;
  return {
    table: {
      ...{ caption, columns: shown },
      onResize: view.isLocked ? undefined : (id, width) => setView(resizeColumn(view, id, width)),
    },
    columnsButton: buttonOf('md'),
    headButton: buttonOf('sm'),
    tools: (
      <>
        <SavedViews view={view} onChange={setView} />
        {buttonOf('md')}
      </>
    ),
  };
}
