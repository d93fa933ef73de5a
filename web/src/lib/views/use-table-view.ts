import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useSaveViewSettingsMutation, useViewSettingsQuery } from '../../gql/generated';
import { readTableView, type TableView } from './table-view';

/** Several changes in a row, such as a width that is being dragged, are saved once. */
const SAVE_AFTER_MS = 600;

const keyOf = (name: string) => `mvcashnode.view.${name}`;
const remembered = (name: string): TableView => {
  try {
    return readTableView(JSON.parse(localStorage.getItem(keyOf(name)) ?? 'null'));
  } catch {
    return readTableView(null);
  }
};

/**
 * What the user has chosen for a table. It is shown at once as this browser remembers it, then as the server has it;
 * changes are shown at once and saved a moment later.
 */
export const useTableView = (name: string): [TableView, (next: TableView) => void] => {
  const [shown, setShown] = useState(() => ({ name, view: remembered(name) }));
  const view = shown.name === name ? shown.view : remembered(name);
  const { data } = useViewSettingsQuery({ variables: { names: [name] }, fetchPolicy: 'cache-and-network' });
  const [save] = useSaveViewSettingsMutation();
  const unsaved = useRef<{ name: string; view: TableView; timer: ReturnType<typeof setTimeout> }>(undefined);
  const keep = useCallback((next: { name: string; view: TableView }) => {
    setShown(next);
    localStorage.setItem(keyOf(next.name), JSON.stringify(next.view));
  }, []);
  const send = useCallback(() => {
    const waiting = unsaved.current;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    unsaved.current = undefined;
    const input = { name: waiting.name, settings: waiting.view };
    // What was not saved stays in this browser, and is sent with the next change.
    save({ variables: { input } }).catch(() => undefined);
  }, [save]);
  const take = useEffectEvent((settings: unknown) => {
    // What the user changed here meanwhile is newer.
    if (unsaved.current?.name !== name) keep({ name, view: readTableView(settings) });
  });
  const sent = data?.viewSettings?.find((one) => one?.name === name)?.settings;
  useEffect(() => {
    if (sent !== undefined) take(sent);
  }, [sent]);
  useEffect(() => send, [name, send]);
  const change = (next: TableView): void => {
    clearTimeout(unsaved.current?.timer);
    unsaved.current = { name, view: next, timer: setTimeout(() => send(), SAVE_AFTER_MS) };
    keep({ name, view: next });
  };
  return [view, change];
};
