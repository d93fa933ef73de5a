// The attackers of P11, each in a process of its own. They repeat at once, as fast as they are answered.
import http from 'node:http';
import os from 'node:os';
import { openLiveSocket } from '../server/src/testing/live-client.js';
import { answerParent } from './child.js';

export interface FloodTally {
  answered: number;
  refused: number;
  failed: number;
}

// The attackers' machine is not ours: they take no processor time from the program and its database.
os.setPriority(15);

const CONNECTIONS = 50;
const SOCKETS = 2_000;
const SUBSCRIPTIONS = 10;
const ME = `{ ${'me { id } '.repeat(490)} }`;
const DASHBOARDS = `{ ${Array.from({ length: 29 }, (_, n) => `a${n}: dashboard(tradeMode: SIMULATION) { wins losses realizedTotal }`).join(' ')} }`;
/** Permitted, and as costly as one request may be. */
const PERMITTED = `{ ${Array.from({ length: 12 }, (_, n) => `a${n}: dashboard(tradeMode: SIMULATION) { wins losses realizedTotal }`).join(' ')} }`;

const tally: FloodTally = { answered: 0, refused: 0, failed: 0 };
let isOver = false;
const open = new Set<ReturnType<typeof openLiveSocket>>();

const count = (status: number): void => {
  if (status === 200 || status === 101) tally.answered += 1;
  else if (status >= 400 && status < 500) tally.refused += 1;
  else tally.failed += 1;
};

function post(agent: http.Agent, url: string, query: string, cookie: string | undefined): Promise<number> {
  const body = JSON.stringify({ query });
  return new Promise((resolve) => {
    const request = http.request(`${url}/graphql`, {
      ...{ method: 'POST', agent },
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(cookie && { cookie }),
      },
    });
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', () => resolve(0));
    request.end(body);
  });
}

function queries(url: string, query: string, cookie?: string): void {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  for (let n = 0; n < CONNECTIONS; n++) {
    void (async () => {
      while (!isOver) {
        const status = await post(agent, url, query, cookie);
        count(status);
        if (status === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      agent.destroy();
    })();
  }
}

function socket(url: string, cookie: string): Promise<void> {
  return new Promise((resolve) => {
    const client = openLiveSocket(`${url}/graphql`, cookie);
    open.add(client);
    client.on('open', () => client.send(JSON.stringify({ type: 'connection_init' })));
    client.once('message', () => {
      count(101);
      for (let n = 0; n < SUBSCRIPTIONS; n++) {
        const query = `subscription { s${n}: jobChanged { cursor job { id status reasonMessage } } }`;
        client.send(JSON.stringify({ type: 'subscribe', id: String(n), payload: { query } }));
      }
      resolve();
    });
    client.on('unexpected-response', (request, response) => {
      count(response.statusCode ?? 0);
      request.destroy();
      resolve();
    });
    client.on('error', () => resolve());
    client.on('close', () => {
      open.delete(client);
      resolve();
    });
  });
}

async function sockets(url: string, cookie: string): Promise<void> {
  while (!isOver) {
    if (open.size >= SOCKETS) await new Promise((resolve) => setTimeout(resolve, 100));
    else await Promise.all(Array.from({ length: 20 }, () => socket(url, cookie)));
  }
}

answerParent({
  start: ({ kind, url, cookie }: { kind: string; url: string; cookie: string }) => {
    if (kind === 'me') queries(url, ME);
    else if (kind === 'dashboards') queries(url, DASHBOARDS, cookie);
    else if (kind === 'permitted') queries(url, PERMITTED, cookie);
    else void sockets(url, cookie);
  },
  stop: () => {
    isOver = true;
    for (const client of open) client.terminate();
    return tally;
  },
});
process.send?.({ type: 'ready' });
