/** What a user has chosen for a table: on the server, the same on every device. */
export interface TableView {
  /** Column ids in the chosen order; columns that are not named keep their place. */
  order: readonly string[];
  hidden: readonly string[];
  /** Chosen widths in pixels. */
  widths: Readonly<Record<string, number>>;
  saved: readonly SavedFilters[];
  /** Nothing moves, grows or is hidden by a slip of the pointer. */
  isLocked?: true;
  /** Balances that are worth little are not listed. */
  hidesSmall?: true;
}

/** Filters and sorting under a name, as the query of the address. */
export interface SavedFilters {
  name: string;
  query: string;
}

const EMPTY_VIEW: TableView = { order: [], hidden: [], widths: {}, saved: [] };
export const SAVED_MAX = 30;
export const NAME_MAX = 40;
export const WIDTH_LEAST = 56;
const WIDTH_MOST = 600;
const IDS_MAX = 60;
const QUERY_MAX = 400;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const idsIn = (value: unknown): string[] =>
  [...new Set(listOf(value).filter((id): id is string => typeof id === 'string'))].slice(0, IDS_MAX);
const widthIn = (width: number): number => Math.round(Math.min(WIDTH_MOST, Math.max(WIDTH_LEAST, width)));

/** Reads a stored view; what is not understood is left out, because another version may have written it. */
export function readTableView(value: unknown): TableView {
  const view = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const widths = Object.entries((view['widths'] ?? {}) as Record<string, unknown>).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  const saved = listOf(view['saved']).flatMap((one) => {
    const { name, query } = (one ?? {}) as Record<string, unknown>;
    return typeof name === 'string' && name !== '' && typeof query === 'string' ? [{ name, query }] : [];
  });
  return {
    order: idsIn(view['order']),
    hidden: idsIn(view['hidden']),
    widths: Object.fromEntries(widths.slice(0, IDS_MAX).map(([id, width]) => [id, widthIn(width)])),
    saved: saved.slice(0, SAVED_MAX),
    ...(view['isLocked'] === true && { isLocked: true }),
    ...(view['hidesSmall'] === true && { hidesSmall: true }),
  };
}

interface Named {
  id: string;
}

/** The columns in the chosen order. The first one names the row and stays first. */
export function inOrder<C extends Named>(columns: readonly C[], { order }: Pick<TableView, 'order'>): C[] {
  const [first, ...others] = columns;
  if (!first) return [];
  const place = new Map(order.map((id, index) => [id, index]));
  const known = others
    .filter(({ id }) => place.has(id))
    .sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  // A column that the order does not name, such as a new one, keeps its place among the others.
  let next = 0;
  return [first, ...others.map((column) => (place.has(column.id) ? (known[next++] ?? column) : column))];
}

/** The columns as the user wants them: ordered, without the hidden ones, with the chosen widths. */
export const chosenColumns = <C extends Named>(
  columns: readonly C[],
  view: TableView,
): (C & { chosenWidth?: number })[] =>
  inOrder(columns, view)
    .filter(({ id }, index) => index === 0 || !view.hidden.includes(id))
    .map((column) => {
      const width = view.widths[column.id];
      return width === undefined ? column : { ...column, chosenWidth: width };
    });

/** Moves a column by one place to the left (-1) or the right (1); the first one stays first. */
export function moveColumn(columns: readonly Named[], view: TableView, id: string, by: 1 | -1): TableView {
  if (view.isLocked) return view;
  const ids = inOrder(columns, view).map((column) => column.id);
  const from = ids.indexOf(id);
  const to = from + by;
  if (from < 1 || to < 1 || to >= ids.length) return view;
  ids.splice(to, 0, ...ids.splice(from, 1));
  return { ...view, order: ids.slice(1) };
}

export const hideColumn = (view: TableView, id: string, isHidden: boolean): TableView =>
  view.isLocked
    ? view
    : { ...view, hidden: isHidden ? [...new Set([...view.hidden, id])] : view.hidden.filter((one) => one !== id) };

/** Sets the width of a column; undefined gives it back its own. */
export const resizeColumn = (view: TableView, id: string, width: number | undefined): TableView => {
  if (view.isLocked) return view;
  const { [id]: _, ...others } = view.widths;
  return { ...view, widths: width === undefined ? others : { ...others, [id]: widthIn(width) } };
};

/** Forgets order, widths and hidden columns; the rest stays. */
export const resetColumns = (view: TableView): TableView =>
  view.isLocked ? view : { ...view, ...EMPTY_VIEW, saved: view.saved };

/** Sets or takes away one of the switches of a view. */
export const switchView = (view: TableView, name: 'isLocked' | 'hidesSmall', isOn: boolean): TableView => {
  const { [name]: _, ...others } = view;
  return isOn ? { ...others, [name]: true } : others;
};

/** Saves filters under a name; the same name again replaces them. Undefined when there is no room or no name. */
export function saveFilters(view: TableView, { name, query }: SavedFilters): TableView | undefined {
  const title = name.trim().replace(/\s+/g, ' ').slice(0, NAME_MAX);
  const others = view.saved.filter((one) => one.name !== title);
  if (title === '' || query.length > QUERY_MAX || others.length >= SAVED_MAX) return undefined;
  const saved = [...others, { name: title, query }].sort((a, b) => a.name.localeCompare(b.name));
  return { ...view, saved };
}

export const forgetFilters = (view: TableView, name: string): TableView => ({
  ...view,
  saved: view.saved.filter((one) => one.name !== name),
});
