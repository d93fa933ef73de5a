/** A websocket connection of ccxt. `connection` is the ws library's socket once it has been dialed. */
export interface CcxtClient {
  connection?: { terminate?(): void };
}

const TIMEOUT_MS = 500;

/** Closes all connections, and terminates those whose other side does not answer. Pending watches are rejected. */
export async function closeSockets(exchange: {
  clients?: Record<string, CcxtClient>;
  close(): Promise<unknown>;
}): Promise<void> {
  const clients = Object.values(exchange.clients ?? {});
  const timeout = setTimeout(() => clients.forEach((client) => client.connection?.terminate?.()), TIMEOUT_MS);
  await exchange.close().catch(() => undefined);
  clearTimeout(timeout);
}
