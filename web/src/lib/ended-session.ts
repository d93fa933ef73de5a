import { createStore } from './create-store';

/** The session was over when something was asked for: the server did nothing of it, and the sign-in page says so. */
export const endedSession = createStore<{ duringAction: boolean }>({ duringAction: false });
