import { createStore } from '../create-store';

/** What the websocket is doing. `since` is when it entered this state (ms since 1970). */
export interface Connection {
  /** silent: it is open, and the server has not given a sign of life for too long. */
  state: 'connecting' | 'live' | 'silent' | 'reconnecting';
  since: number;
  /** Counts every return after a loss, so that views can ask again for what they may have missed. */
  returns: number;
}

export const connection = createStore<Connection>({ state: 'connecting', since: Date.now(), returns: 0 });
export const useConnection = connection.use;

/** When anything last arrived over the websocket (ms since 1970), 0 before the first message. */
export const lastHeard = { at: 0 };

/** Whether what the page shows may have moved without it: every figure that hangs on prices is dimmed then. */
export const useIsCut = (): boolean => {
  const { state } = useConnection();
  return state === 'silent' || state === 'reconnecting';
};
