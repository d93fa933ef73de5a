import { useApolloClient } from '@apollo/client/react';
import { useEffect, useEffectEvent } from 'react';
import { TrailingStopFragmentDoc, TrailingStopsDocument, type LivePositionFragment } from '../../gql/generated';
import { compareDecimals } from '../decimal';
import { useTradeMode } from '../preferences';
import { useOpenPositions } from './open-positions';
import { priceStore } from './price-store';

const LOOK_EVERY_MS = 1_000;
/** What a price that this window did not see has moved is known after this time. */
const ASK_EVERY_MS = 10_000;

type Trailing = Pick<
  LivePositionFragment,
  'status' | 'trailingEnabled' | 'trailingMaxPrice' | 'exitLevels' | 'priceKey'
>;

/** Whether the price has moved a trailing stop, or armed it, since the monitors were asked. */
export const hasMoved = ({ trailingMaxPrice, exitLevels }: Trailing, last: string | undefined): boolean => {
  if (last === undefined) return false;
  if (trailingMaxPrice !== null) return compareDecimals(last, trailingMaxPrice) > 0;
  const arming = exitLevels?.trailingArmingPrice;
  return typeof arming === 'string' && compareDecimals(last, arming) >= 0;
};

/**
 * Asks the monitors for the trailing stops whenever a price moves one. No window reckons with the prices that it has
 * seen itself: a hidden window misses some, and two windows would show two stops.
 */
export function TrailingKeeper() {
  const client = useApolloClient();
  const tradeMode = useTradeMode();
  const { positions } = useOpenPositions();
  const askedAt = useEffectEvent(async (isDue: boolean): Promise<boolean> => {
    const trailing = positions.filter(({ trailingEnabled }) => trailingEnabled);
    if (document.hidden || trailing.length === 0) return false;
    if (!isDue && !trailing.some((one) => hasMoved(one, priceStore.get(one.priceKey)?.last))) return false;
    const { data } = await client.query({
      ...{ query: TrailingStopsDocument, variables: { tradeMode }, fetchPolicy: 'no-cache' },
    });
    const known = new Map(positions.map((one) => [one.id, one.trailingMaxPrice]));
    client.cache.batch({
      update: (cache) => {
        for (const { node } of data?.positions.edges ?? []) {
          if (node.trailingMaxPrice === known.get(node.id)) continue;
          cache.writeFragment({
            ...{ id: cache.identify(node) ?? '', fragment: TrailingStopFragmentDoc, data: node },
          });
        }
      },
    });
    return true;
  });
  useEffect(() => {
    let last = Date.now();
    let isAsking = false;
    const timer = setInterval(() => {
      if (isAsking) return;
      isAsking = true;
      askedAt(Date.now() - last >= ASK_EVERY_MS)
        .then((isAsked) => isAsked && (last = Date.now()))
        .catch(() => undefined)
        .finally(() => (isAsking = false));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return null;
}
