import { readFileSync } from 'node:fs';
import type { Trader } from './trader.js';

const ROUTES_FILE = new URL('../../web/src/app/routes.tsx', import.meta.url);

/** Every path of the page's router; that of the dashboard is ''. */
export function readRoutePaths(): string[] {
  const text = readFileSync(ROUTES_FILE, 'utf8');
  const paths = [...text.matchAll(/^ {2}'\/([^']*)': (?:page|lazyPart)\(/gm)].map(([, path = '']) => path);
  if (paths.length < 20) throw new Error('web/src/app/routes.tsx is written in another way: its paths were not found');
  return [...new Set([...paths, '*'])];
}

interface Ids {
  positions: { edges: { node: { id: string } }[] };
  tradeJobs: { edges: { node: { id: string } }[] };
  webhookReceipts: { edges: { node: { receipt: string } }[] };
  webhookSources: { edges: { node: { id: string } }[] };
  vaults: { edges: { node: { id: string } }[] };
}

/** An address with data for every path. Throws for a path without a known address. */
export async function addressOfEachRoute(trader: Trader): Promise<Map<string, string>> {
  const ids = await trader.ask<Ids>(`{
    positions(first: 1) { edges { node { id } } }
    tradeJobs(first: 1) { edges { node { id } } }
    webhookReceipts(first: 1) { edges { node { receipt } } }
    webhookSources(first: 1) { edges { node { id } } }
    vaults(first: 1) { edges { node { id } } }
  }`);
  const detail: Record<string, string | undefined> = {
    'positions/:id': ids.positions.edges[0]?.node.id,
    'jobs/:id': ids.tradeJobs.edges[0]?.node.id,
    'events/:receipt': ids.webhookReceipts.edges[0]?.node.receipt,
    'sources/:id': ids.webhookSources.edges[0]?.node.id,
    'sources/:id/message': ids.webhookSources.edges[0]?.node.id,
    'vaults/:id': ids.vaults.edges[0]?.node.id,
    '*': 'unknown',
  };
  return new Map(
    readRoutePaths().map((path) => {
      if (!/[:*]/.test(path)) return [path, `/${path}`];
      const id = detail[path];
      if (id === undefined)
        throw new Error(`web/src/app/routes.tsx has the path ${path}: tell these tests an address of it`);
      return [path, `/${path.replace(/:\w+|\*/, id)}`];
    }),
  );
}
