import { createStore } from './create-store';

/** Set when a request found the session ended: the server did nothing, and the sign-in page says so. */
export const endedSession = createStore<{ duringAction: boolean }>({ duringAction: false });
