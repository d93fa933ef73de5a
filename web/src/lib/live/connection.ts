import { createStore } from '../create-store';

/** What the websocket is doing. `since` is when it entered this state (ms since 1970). */
export interface Connection {
  state: 'connecting' | 'live' | 'reconnecting';
  since: number;
  /** Counts every return after a loss, so that views can ask again for what they may have missed. */
  returns: number;
}

export const connection = createStore<Connection>({ state: 'connecting', since: Date.now(), returns: 0 });
export const useConnection = connection.use;

/** When anything last arrived over the websocket (ms since 1970), 0 before the first message. */
export const lastHeard = { at: 0 };
