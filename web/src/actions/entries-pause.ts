import { useEntriesPauseQuery } from '../gql/generated';
import { nodesOf } from '../lib/whole-list';

const ASK_MS = 60_000;

/** Whether new entries are paused for the user, and which single accounts are paused. Other windows may change it. */
export const useEntriesPause = () => {
  const { data } = useEntriesPauseQuery({ pollInterval: ASK_MS });
  const accounts = nodesOf(data?.exchangeAccounts).filter(({ entriesPausedAt }) => entriesPausedAt !== null);
  return { isKnown: data !== undefined, since: data?.me?.entriesPausedAt ?? null, accounts };
};
