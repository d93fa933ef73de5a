import { ApolloLink } from '@apollo/client/link';
import { ServerError, ServerParseError } from '@apollo/client/errors';
import { OperationTypeNode } from 'graphql';
import { Observable } from 'rxjs';
import { documentOf } from './document-of';

/** A query without an answer is given up after this time, because the browser has only a few connections. */
const QUERY_LIMIT_MS = 12_000;
/** A mutation waits longer; its dialog says after five seconds that there is no answer yet. */
const MUTATION_LIMIT_MS = 120_000;
const GRAPHQL = 'application/graphql-response+json';

async function ask(operation: ApolloLink.Operation, signal: AbortSignal): Promise<ApolloLink.Result> {
  const { operationName, variables } = operation;
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { accept: `${GRAPHQL},application/json;q=0.9`, 'content-type': 'application/json' },
    body: JSON.stringify({ operationName, variables, ...documentOf(operation.query) }),
    signal,
  });
  const bodyText = await response.text();
  // Only an answer of GraphQL itself says with a failure what failed. Others come from what is in front of it.
  const isAnswer = response.ok || response.headers.get('content-type')?.startsWith(GRAPHQL);
  if (!isAnswer) throw new ServerError(`The server answered ${response.status}`, { response, bodyText });
  try {
    return JSON.parse(bodyText) as ApolloLink.Result;
  } catch (cause) {
    throw new ServerParseError(cause, { response, bodyText });
  }
}

/** Sends queries and mutations by POST. It is Apollo's HttpLink without what this page does not use. */
export class HttpLink extends ApolloLink {
  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    return new Observable((observer) => {
      const controller = new AbortController();
      const isQuery = operation.operationType === OperationTypeNode.QUERY;
      const timer = setTimeout(
        () => controller.abort(new DOMException('The server did not answer in time', 'TimeoutError')),
        isQuery ? QUERY_LIMIT_MS : MUTATION_LIMIT_MS,
      );
      ask(operation, controller.signal)
        .then((result) => {
          observer.next(result);
          observer.complete();
        })
        .catch((error: unknown) => observer.error(error))
        .finally(() => clearTimeout(timer));
      return () => controller.abort();
    });
  }
}
