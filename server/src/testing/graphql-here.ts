import type { Context } from '../context.js';
import { type GraphqlLink, privateSocket } from '../roles/graphql-link.js';
import { type RunningGraphqlServer, startGraphqlServer } from '../roles/graphql-server.js';

/** Serves GraphQL in this process, for tests that replace parts of the context. Requests take the same way. */
export async function graphqlHere(
  ctx: Context,
  options: { distDir?: string | undefined; roles: readonly string[]; sendsWebhooks?: boolean },
): Promise<GraphqlLink & Pick<RunningGraphqlServer, 'routes'>> {
  const { socketPath, remove } = await privateSocket();
  const server = await startGraphqlServer(ctx, { ...options, socketPath });
  return {
    routes: server.routes,
    socketPath: () => socketPath,
    adopt(upgrade, socket) {
      server.adopt(upgrade, socket);
      return true;
    },
    async stop() {
      await server.stop();
      await remove();
    },
  };
}
