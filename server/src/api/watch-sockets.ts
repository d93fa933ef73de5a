import { MessageType } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Viewer } from '../auth/auth.js';
import { readLiveSessions } from '../auth/session.store.js';
import { readLiveTokens } from '../auth/tokens/api-token.store.js';
import type { ApiServices } from '../graphql/context.js';

/** A close code of the graphql-ws protocol. A client does not reconnect after it. */
export const UNAUTHENTICATED = [4401, 'Unauthorized'] as const;

/** The maximum time until the end of a session is noticed. */
const RECHECK_MS = 3_000;
const LOOK_MS = 250;
/**
 * The server sends a ping message to each page at this interval, even without events. When the page receives nothing
 * for longer, it reports that the server has stopped. Pings of the websocket protocol do not work for this, because
 * browsers do not show them to pages.
 */
const SIGN_OF_LIFE_MS = 2_000;
const SIGN_OF_LIFE = JSON.stringify({ type: MessageType.Ping });
/** A client with more unread bytes gets no more of these messages. */
const UNREAD_BYTES_MAX = 64 * 1024;

/**
 * Gives signs of life, and ends the sockets of dead sessions. While the program does not work (`isAlive`), the sockets
 * are as silent as it is: not even a ping is answered, so that pages see it. Returns a function that stops it.
 */
export function watchSockets(
  { services, isAlive }: { services: ApiServices; isAlive: () => boolean },
  sockets: ReadonlyMap<WebSocket, Viewer>,
): () => void {
  let isSilent = false;
  const look = (): void => {
    if (isAlive() !== isSilent) return;
    isSilent = !isSilent;
    for (const socket of sockets.keys()) {
      if (isSilent) socket.pause();
      else socket.resume();
    }
  };
  const timers = [
    setInterval(look, LOOK_MS),
    setInterval(() => void endDeadSessions(services, sockets), RECHECK_MS),
    setInterval(() => !isSilent && giveSignsOfLife(sockets.keys()), SIGN_OF_LIFE_MS),
  ];
  for (const timer of timers) timer.unref();
  return () => timers.forEach((timer) => clearInterval(timer));
}

function giveSignsOfLife(sockets: Iterable<WebSocket>): void {
  for (const socket of sockets) {
    const isReading = socket.readyState === socket.OPEN && socket.bufferedAmount < UNREAD_BYTES_MAX;
    if (isReading) socket.send(SIGN_OF_LIFE);
  }
}

/**
 * Closes the sockets of sessions and tokens that were ended or have expired. Two queries check all sockets of the
 * process.
 */
async function endDeadSessions({ app }: ApiServices, sockets: ReadonlyMap<WebSocket, Viewer>): Promise<void> {
  if (sockets.size === 0) return;
  const [sessions, tokens] = [new Set<string>(), new Set<number>()];
  for (const viewer of sockets.values()) {
    if (viewer.kind === 'session') sessions.add(viewer.sessionHash);
    else tokens.add(viewer.tokenId);
  }
  try {
    const now = app.clock.now();
    const liveSessions = await readLiveSessions(app.db, [...sessions], now);
    const liveTokens = await readLiveTokens(app.db, [...tokens], now);
    for (const [socket, viewer] of sockets) {
      // A socket that was opened meanwhile is checked next time.
      const isAlive =
        viewer.kind === 'session'
          ? liveSessions.has(viewer.sessionHash) || !sessions.has(viewer.sessionHash)
          : liveTokens.has(viewer.tokenId) || !tokens.has(viewer.tokenId);
      if (!isAlive) socket.close(...UNAUTHENTICATED);
    }
  } catch (error) {
    app.log.warn({ err: error }, 'sessions of open sockets could not be checked');
  }
}
