import { useApolloClient } from '@apollo/client/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { CandlesDocument, useCandlesQuery, type CandleInterval, type CandlesQuery } from '../../../gql/generated';
import { useConnection } from '../../../lib/live/connection';
import { candleOf, joinCandles, type Candle } from './candles';

interface Older {
  /** The price and interval that they belong to. */
  of: string;
  candles: readonly Candle[];
  isAll: boolean;
}

/** The candles of a price, with those before them on request. They are read again after the connection was cut. */
export const useCandles = (priceKey: string, interval: CandleInterval) => {
  const client = useApolloClient();
  const { data, error, refetch } = useCandlesQuery({
    variables: { symbol: priceKey, interval },
    fetchPolicy: 'network-only',
    nextFetchPolicy: 'cache-first',
  });
  const of = `${priceKey} ${interval}`;
  const [read, setRead] = useState<Older>({ of, candles: [], isAll: false });
  const older = read.of === of ? read : undefined;
  const isReading = useRef(false);
  const sent = data?.candles as CandlesQuery['candles'] | undefined;
  const candles = useMemo(() => sent && joinCandles(older?.candles ?? [], sent.map(candleOf)), [sent, older]);
  const again = () => void refetch().catch(() => undefined);
  const { returns } = useConnection();
  useEffect(() => {
    if (returns > 0) void refetch().catch(() => undefined);
  }, [returns, refetch]);
  const readOlder = async (): Promise<void> => {
    const first = candles?.[0];
    if (!first || isReading.current || older?.isAll) return;
    isReading.current = true;
    try {
      const variables = { symbol: priceKey, interval, before: new Date(first.at).toISOString() };
      const answer = await client.query({ query: CandlesDocument, variables, fetchPolicy: 'network-only' });
      const found = (answer.data?.candles ?? []).map(candleOf);
      setRead({ of, candles: joinCandles(found, older?.candles ?? []), isAll: found.length === 0 });
    } catch {
      // The next movement of the chart asks again.
    } finally {
      isReading.current = false;
    }
  };
  return { candles, error, again, readOlder };
};
