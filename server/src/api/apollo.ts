import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { GraphqlContext } from '../graphql/context.js';
import { apiError, createErrorFormatter, withoutSuggestions } from '../graphql/errors.js';
import { checkOperation, rootFields, TOKENS_MAX } from '../graphql/limits.js';

/** Everybody may sign in, but only signed-in users may read the schema. */
const limits: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, operation, request, contextValue }) {
      if (!operation) return;
      const isIntrospection = rootFields(document, operation).some((name) => name === '__schema' || name === '__type');
      if (isIntrospection && !contextValue.viewer) throw apiError('UNAUTHENTICATED', 'Sign in to read the schema.');
      // Usually the route has measured it before.
      if (contextValue.budget?.isCharged) return;
      const cost = checkOperation(schema, document, operation, request.variables);
      if (cost instanceof GraphQLError) throw cost;
      contextValue.budget?.charge(cost);
    },
    async willSendResponse({ response, contextValue }) {
      const { body } = response;
      if (body.kind === 'single' && contextValue.budget) {
        body.singleResult.extensions = { ...body.singleResult.extensions, cost: contextValue.budget.report() };
      }
      if (contextValue.viewer || body.kind !== 'single' || !body.singleResult.errors) return;
      body.singleResult.errors = body.singleResult.errors.map((error) => ({
        ...error,
        message: withoutSuggestions(error.message),
      }));
    },
  }),
};

export function createApollo(schema: GraphQLSchema, log: Logger): ApolloServer<GraphqlContext> {
  return new ApolloServer<GraphqlContext>({
    schema,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    introspection: true, // Only for signed-in users, see above.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: TOKENS_MAX },
    formatError: createErrorFormatter(log),
    plugins: [limits, ApolloServerPluginLandingPageDisabled()],
    logger: {
      debug: (message) => log.debug(message),
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
}
