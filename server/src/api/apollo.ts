import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { GraphqlContext } from '../graphql/context.js';
import { apiError, createErrorFormatter, withoutSuggestions } from '../graphql/errors.js';
import { checkAccess } from '../graphql/access.js';
import { checkOperation, rootFields, TOKENS_MAX } from '../graphql/limits.js';
import { checkVariables } from '../graphql/variables.js';
import { createExecutor, type Execute } from './execution/create-executor.js';

/** The HTTP status of a request that is refused before it runs. Without one Apollo answers 500. */
const withStatus = (error: GraphQLError): GraphQLError => {
  const status =
    error.extensions.code === 'UNAUTHENTICATED' ? 401 : error.extensions.code === 'RATE_LIMITED' ? 429 : 400;
  return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status } } });
};

/** Everybody may sign in, but only signed-in users may read the schema. */
const limits: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    async didResolveOperation({ schema, document, operation, request, contextValue }) {
      if (!operation) return;
      const isIntrospection = rootFields(document, operation).some((name) => name === '__schema' || name === '__type');
      if (isIntrospection && !contextValue.viewer) {
        throw withStatus(apiError('UNAUTHENTICATED', 'Sign in to read the schema.'));
      }
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
        throw withStatus(refuseSubscription(rootFields(document, operation)[0] ?? '', contextValue));
      }
      const fault = checkVariables(schema, operation, request.variables);
      if (fault) throw withStatus(fault);
      // Usually the route has measured it before.
      if (contextValue.budget?.isCharged) return;
      const cost = checkOperation(schema, document, operation, request.variables);
      if (cost instanceof GraphQLError) throw withStatus(cost);
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

/** A POST has no stream. Who may not subscribe is told that first, as on the websocket. */
function refuseSubscription(name: string, context: GraphqlContext): GraphQLError {
  try {
    checkAccess(name, 'user', context);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  return apiError('BAD_REQUEST', 'Subscriptions are sent over the websocket, with the protocol graphql-transport-ws.');
}

type Gateway = NonNullable<ApolloServerOptions<GraphqlContext>['gateway']>;

/** Apollo executes operations itself unless it has a gateway: this one executes them here, in the way of `execute`. */
function localGateway(schema: GraphQLSchema, execute: Execute): Gateway {
  return {
    onSchemaLoadOrUpdate(listen) {
      listen({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, request: { variables, operationName }, context: contextValue }) =>
        execute({ document, contextValue, variableValues: variables, operationName }),
    }),
    stop: async () => undefined,
  };
}

export function createApollo(schema: GraphQLSchema, log: Logger): ApolloServer<GraphqlContext> {
  return new ApolloServer<GraphqlContext>({
    gateway: localGateway(schema, createExecutor(schema)),
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    introspection: true, // Only for signed-in users, see above.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: TOKENS_MAX },
    formatError: createErrorFormatter(log),
    // Answers are never cached; this plugin would ask each field whether it may be.
    plugins: [limits, ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled()],
    logger: {
      debug: (message) => log.debug(message),
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
  });
}
