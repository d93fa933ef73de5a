/** A websocket connection of ccxt; `connection` is the ws library's socket, once it was dialled. */
export interface CcxtClient {
  connection?: { terminate?(): void };
}

const TIMEOUT_MS = 500;

/** Closes all connections, the hard way those whose other side does not answer. What was being watched is rejected. */
export async function closeSockets(exchange: {
  clients?: Record<string, CcxtClient>;
  close(): Promise<unknown>;
}): Promise<void> {
  const clients = Object.values(exchange.clients ?? {});
  const timeout = setTimeout(() => clients.forEach((client) => client.connection?.terminate?.()), TIMEOUT_MS);
  await exchange.close().catch(() => undefined);
  clearTimeout(timeout);
}
