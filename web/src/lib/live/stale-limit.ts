import { useServerInfoQuery } from '../../gql/generated';

const STALE_MS = 30_000;

/** The age in ms from which a price counts as stale, set by the server (30 s until it is known). */
export const useStaleLimit = (): number =>
  useServerInfoQuery({ fetchPolicy: 'cache-first' }).data?.serverInfo?.stalePriceMs ?? STALE_MS;
