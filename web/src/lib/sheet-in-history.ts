import { useCallback, useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';

interface SheetState {
  sheet?: string;
}

/**
 * A sheet that is an entry of the browser's history, so that "back" closes it, as people expect on a phone. The address
 * stays the same. `shown` is what it is about, such as the id of a row.
 */
export const useSheetInHistory = () => {
  const { pathname, search, state } = useLocation() as { pathname: string; search: string; state: SheetState | null };
  const navigate = useNavigate();
  const shown = state?.sheet;
  const isClosing = useRef(false);
  useEffect(() => {
    isClosing.current = false;
  }, [shown]);
  const open = useCallback(
    (what: string) => void navigate({ pathname, search }, { state: { sheet: what }, preventScrollReset: true }),
    [navigate, pathname, search],
  );
  const close = useCallback(() => {
    // Asked twice, it would leave the page.
    if (shown === undefined || isClosing.current) return;
    isClosing.current = true;
    void navigate(-1);
  }, [navigate, shown]);
  return { shown, open, close };
};
