import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import {
  LiveCursorDocument,
  useAccountChangedSubscription,
  useAlertChangedSubscription,
  useFillAddedSubscription,
  useJobChangedSubscription,
  usePricesChangedSubscription,
  usePositionChangedSubscription,
  usePricesQuery,
  usePriceVenuesQuery,
  type PriceVenue,
} from '../../gql/generated';
import { useWholeList } from '../whole-list';
import { useConnection } from './connection';
import { emitLive, useLiveEvent } from './events';
import { priceStore } from './price-store';

const RESTART_MS = 2_000;

/**
 * Feeds the page with live events. It reads the live cursor first, lets the children query data only after that, and
 * subscribes from that cursor, so that no event is lost between the answer of a query and the first event. After a lost
 * connection, or when a hidden tab becomes visible, the data on screen is read again.
 */
export function LiveFeed({ children }: { children: (isReady: boolean) => ReactNode }) {
  const client = useApolloClient();
  const [start, setStart] = useState<{ round: number; cursor?: string | undefined; failed?: boolean }>({ round: 0 });
  const [attempt, setAttempt] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The server ended a subscription (an overflow, or a cursor that it no longer has): start again from a new cursor.
  const restart = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAttempt((old) => old + 1), RESTART_MS + Math.random() * RESTART_MS);
  }, []);
  useEffect(() => {
    let gone = false;
    client.query({ query: LiveCursorDocument, fetchPolicy: 'no-cache' }).then(
      ({ data }) => !gone && setStart((old) => ({ round: old.round + 1, cursor: data?.liveCursor })),
      () => {
        if (gone) return;
        setStart((old) => ({ ...old, failed: true }));
        restart();
      },
    );
    return () => {
      gone = true;
      clearTimeout(timer.current);
    };
  }, [client, attempt, restart]);
  useRefetchOnReturn(start.round);
  return (
    <>
      {start.cursor !== undefined && <Subscriptions key={start.round} after={start.cursor} onLost={restart} />}
      {/* Without a cursor the pages still work, but they are not live yet. */}
      {children(start.cursor !== undefined || start.failed === true)}
    </>
  );
}

function Subscriptions({ after, onLost }: { after: string; onLost: () => void }) {
  const options = { variables: { after }, ignoreResults: true, onError: onLost, onComplete: onLost };
  usePositionChangedSubscription({
    ...options,
    onData: ({ data }) => data.data && emitLive('position', data.data.positionChanged.position),
  });
  useJobChangedSubscription({
    ...options,
    onData: ({ data }) => data.data && emitLive('job', data.data.jobChanged.job),
  });
  useFillAddedSubscription({
    ...options,
    onData: ({ data }) => data.data && emitLive('fill', data.data.fillAdded.fill),
  });
  useAlertChangedSubscription({
    ...options,
    onData: ({ data }) => data.data && emitLive('alert', data.data.alertChanged.alert),
  });
  const venues = usePriceVenues();
  useAccountChangedSubscription({
    ...options,
    onData: ({ data }) => data.data && emitLive('account', data.data.accountChanged.account),
  });
  // Ticks bypass the cache: at ten a second, the cache would cost more than the painting.
  usePricesChangedSubscription({
    variables: { venues },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onError: onLost,
    onComplete: onLost,
    onData: ({ data }) => data.data && priceStore.accept(data.data.pricesChanged, Date.now()),
  });
  const { data } = usePricesQuery({ variables: { venues }, fetchPolicy: 'no-cache' });
  useEffect(() => {
    if (data) priceStore.accept(data.prices, Date.now());
  }, [data]);
  return null;
}

/** The simulation, and the exchanges at which this user has a real account. */
const usePriceVenues = (): PriceVenue[] => {
  const query = usePriceVenuesQuery();
  const { refetch } = query;
  const accounts = useWholeList(query, 'exchangeAccounts');
  // The account was created after the last query.
  useLiveEvent('position', ({ account }) => {
    if (accounts && !accounts.some(({ id }) => id === account.id)) void refetch().catch(() => undefined);
  });
  return useMemo(() => {
    const venues = (accounts ?? []).flatMap(({ priceVenue }) => priceVenue ?? []);
    return [...new Set<PriceVenue>(['SIMULATION', ...venues])].sort();
  }, [accounts]);
};

const useRefetchOnReturn = (round: number) => {
  const client = useApolloClient();
  const { returns } = useConnection();
  const shown = useRef({ returns, round });
  useEffect(() => {
    const before = shown.current;
    shown.current = { returns, round };
    // The first round is the start, not a return.
    if (before.returns === returns && (before.round === round || round <= 1)) return;
    void client.refetchQueries({ include: 'active' });
  }, [client, returns, round]);
  useEffect(() => {
    let hiddenAt = 0;
    const onChange = () => {
      if (document.hidden) hiddenAt = Date.now();
      else if (hiddenAt && Date.now() - hiddenAt > 5_000) void client.refetchQueries({ include: 'active' });
    };
    document.addEventListener('visibilitychange', onChange);
    return () => document.removeEventListener('visibilitychange', onChange);
  }, [client]);
};
