import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** The request that opens a websocket, as it is passed to the GraphQL process together with its socket. */
export interface Upgrade {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** Bytes that arrived with the request, base64. */
  head: string;
}

/** How the API process reaches GraphQL and the page. */
export interface GraphqlLink {
  /** Where GraphQL listens for forwarded requests; undefined while it is not running. */
  socketPath(): string | undefined;
  /** Passes a socket on; false when GraphQL cannot take it. */
  adopt(upgrade: Upgrade, socket: Socket): boolean;
  stop(): Promise<void>;
}

export const upgradeOf = ({ method = 'GET', url = '/', headers }: IncomingMessage, head: Buffer): Upgrade => ({
  ...{ method, url, headers },
  head: head.toString('base64'),
});

/** A unix socket that other users of the machine cannot open. `remove` deletes its folder. */
export async function privateSocket(): Promise<{ socketPath: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'mvcash-'));
  return { socketPath: path.join(folder, 'graphql.sock'), remove: () => rm(folder, { recursive: true, force: true }) };
}
