import { createStore } from '../create-store';

/** The state of the websocket. `since` is when it entered this state (ms since 1970). */
export interface Connection {
  /** silent: it is open, but the last heartbeat of the server is too old. */
  state: 'connecting' | 'live' | 'silent' | 'reconnecting';
  since: number;
  /** Counts the reconnections, so that views can read again what they may have missed. */
  returns: number;
}

export const connection = createStore<Connection>({ state: 'connecting', since: Date.now(), returns: 0 });
export const useConnection = connection.use;

/** When anything last arrived over the websocket (ms since 1970), 0 before the first message. */
export const lastHeard = { at: 0 };

/** Whether the page may show outdated data: every figure that depends on prices is dimmed then. */
export const useIsCut = (): boolean => {
  const { state } = useConnection();
  return state === 'silent' || state === 'reconnecting';
};
