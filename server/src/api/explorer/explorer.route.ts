import { randomUUID } from 'node:crypto';
import fastifyStatic from '@fastify/static';
import { getDistDirectory, renderAltair, renderInitSnippet } from 'altair-static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { graphql, type GraphQLSchema } from 'graphql';
import type { Viewer } from '../../auth/auth.js';
import type { ApiServices } from '../../graphql/context.js';
import type { Budgets } from '../limits/budgets.js';
import { createGraphqlContext } from '../create-graphql-context.js';
import { readersOnly } from '../readers-only.js';
import { requestFacts } from '../request-facts.js';
import { SAVED_OPERATIONS, type ViewerFacts } from './saved-operations.js';

const OPTIONS = 'options.js';
const FIRST_OF_EACH = `{
  exchangeAccounts(first: 1, filter: { tradeMode: SIMULATION, isActive: true }) { edges { node { id } } }
  vaults(first: 1, filter: { tradeMode: SIMULATION, isActive: true }) { edges { node { id } } }
  positions(first: 1, filter: { tradeMode: SIMULATION, status: OPEN }) { edges { node { id } } }
}`;

interface ExplorerParts {
  schema: GraphQLSchema;
  budgets: Budgets;
}

/** Reads ids of the viewer for the variables, so that the saved operations work as they are. */
async function factsOf(
  services: ApiServices,
  schema: GraphQLSchema,
  { viewer, request }: { viewer: Viewer; request: FastifyRequest },
): Promise<ViewerFacts> {
  const contextValue = createGraphqlContext(services, {
    viewer,
    request: requestFacts(services, request.id, request.raw),
    setCookie: () => undefined,
  });
  const { data } = await graphql({ schema, source: FIRST_OF_EACH, contextValue });
  const first = (name: string): string | undefined => {
    const list = data?.[name] as { edges: { node: { id: string } }[] } | null | undefined;
    return list?.edges[0]?.node.id;
  };
  return {
    accountId: first('exchangeAccounts') ?? '',
    vaultId: first('vaults') ?? null,
    positionId: first('positions') ?? '',
    symbol: 'BTC/USDT',
    idempotencyKey: randomUUID(),
  };
}

/** Where the API is, as the browser knows it: behind a proxy the server does not. Replaced in the script. */
const HERE = 'https://here.invalid';
const SOCKETS_HERE = 'wss://here.invalid';
const inBrowser = (script: string): string =>
  script.replaceAll(HERE, '${location.origin}').replaceAll(SOCKETS_HERE, "${location.origin.replace('http', 'ws')}");

/** The options of Altair: where the API is, and a window for each saved operation. */
function optionsOf(facts: ViewerFacts, userId: number) {
  const api = {
    endpointURL: `${HERE}/graphql`,
    subscriptionsEndpoint: `${SOCKETS_HERE}/graphql`,
    initialSubscriptionRequestHandlerId: 'graphql-ws' as const,
  };
  return {
    ...api,
    initialWindows: SAVED_OPERATIONS.map(({ name, query, variables }) => ({
      ...api,
      initialName: name,
      initialQuery: query,
      ...(variables && { initialVariables: JSON.stringify(variables(facts), null, 2) }),
    })),
    // Windows are kept in the browser, and another user of it gets his own.
    instanceStorageNamespace: `mvcashnode_${userId}_`,
    initialSettings: {
      theme: 'system',
      disablePushNotification: true,
      'alert.disableUpdateNotification': true,
      'banners.disable': true,
    },
    disableAccount: true,
  };
}

/**
 * The explorer: Altair from its npm package, for people who signed in. Everything it needs comes from this server, under
 * the content policy of the page.
 */
export function explorerRoute(services: ApiServices, { schema, budgets }: ExplorerParts) {
  const viewers = new WeakMap<FastifyRequest, Viewer>();
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.addHook(
      'onRequest',
      readersOnly(services, budgets, { scope: 'session', admitted: (request, viewer) => viewers.set(request, viewer) }),
    );
    fastify.get('/explorer', (request, reply) => {
      // Its files are beside it, so its address ends with a slash. A <base> is not allowed by the content policy.
      if (!request.url.split('?')[0]?.endsWith('/')) return reply.redirect('/explorer/');
      const html = renderAltair({ serveInitialOptionsInSeperateRequest: OPTIONS }).replace(/<base[^>]*>/, '');
      return reply.type('text/html; charset=utf-8').send(html);
    });
    fastify.get(`/explorer/${OPTIONS}`, async (request, reply) => {
      const viewer = viewers.get(request);
      if (!viewer) throw new Error('a request skipped the first hook');
      const facts = await factsOf(services, schema, { viewer, request });
      return reply
        .type('text/javascript; charset=utf-8')
        .send(inBrowser(renderInitSnippet(optionsOf(facts, viewer.userId))));
    });
    await fastify.register(fastifyStatic, {
      root: getDistDirectory(),
      prefix: '/explorer/',
      index: false,
      decorateReply: false,
      cacheControl: false,
    });
  };
}
