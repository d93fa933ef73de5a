import { useServerInfoQuery } from '../gql/generated';

/** Whether the server sends orders of real accounts; undefined until it is known. */
export const useRealTrading = (): boolean | undefined =>
  useServerInfoQuery({ fetchPolicy: 'cache-first' }).data?.serverInfo?.realTrading;
