import type { GraphQLSchema } from 'graphql';
import type { ApiServices } from '../../graphql/context.js';
import type { PayloadMaker } from '../../notifications/deliver/deliver-channel.js';
import { readEventOf, readOwner } from '../../notifications/settings/delivery-log.store.js';
import { toEvent } from '../../notifications/settings/delivery-view.js';
import { runSelection } from '../../notifications/webhooks-out/run-selection.js';
import { createGraphqlContext } from '../create-graphql-context.js';

/**
 * Makes the bodies of webhooks out: executes the selection as the owner, with the scope "read" of an API token. It runs
 * in the GraphQL process, so no selection delays an order.
 */
export const createPayloadMaker =
  (services: ApiServices, schema: GraphQLSchema): PayloadMaker =>
  async ({ userId, eventId, messageId, selection }) => {
    const [owner, row] = [
      await readOwner(services.app.db, userId),
      await readEventOf(services.app.db, userId, eventId),
    ];
    if (!owner?.isActive || !row) throw new Error('the event of a webhook or its owner is gone');
    const { email, roles } = owner;
    const contextValue = createGraphqlContext(services, {
      viewer: { kind: 'token', tokenId: 0, scopes: ['read'], userId, email, roles, mustChangePassword: false },
      request: { id: messageId, ip: null, userAgent: null, deviceCookie: null },
      setCookie: () => undefined,
    });
    return JSON.stringify(await runSelection({ schema, contextValue }, { event: toEvent(row), messageId, selection }));
  };
