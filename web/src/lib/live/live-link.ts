import { ApolloLink } from '@apollo/client/link';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Client } from 'graphql-ws';
import { Observable } from 'rxjs';
import { documentOf } from '../document-of';

const cursorIn = (data: Record<string, unknown> | null | undefined): string | undefined => {
  for (const value of Object.values(data ?? {})) {
    const cursor = (value as { cursor?: unknown } | null)?.cursor;
    if (typeof cursor === 'string') return cursor;
  }
  return undefined;
};

const isErrorList = (error: unknown): error is GraphQLFormattedError[] => Array.isArray(error);

/**
 * Sends subscriptions over graphql-ws so that a reconnect misses no event. It remembers the `cursor` of every event.
 * graphql-ws serializes the payload again on each subscription, so `after` is a getter that returns the newest
 * cursor.
 */
export class LiveLink extends ApolloLink {
  constructor(private readonly client: Pick<Client, 'subscribe'>) {
    super();
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    const { after, ...variables } = operation.variables as { after?: string };
    let cursor = after;
    const withCursor = Object.defineProperty({ ...variables }, 'after', { enumerable: true, get: () => cursor });
    // The protocol asks for a query: with an id, it is empty and the id stands in the extensions.
    const sent = documentOf(operation.query);
    const payload = {
      operationName: operation.operationName,
      query: '',
      ...('query' in sent ? sent : { extensions: sent }),
      variables: withCursor as Record<string, unknown>,
    };
    return new Observable((observer) =>
      this.client.subscribe<Record<string, unknown>>(payload, {
        next: (result) => {
          cursor = cursorIn(result.data) ?? cursor;
          observer.next(result as ApolloLink.Result);
        },
        error: (error) =>
          observer.error(isErrorList(error) ? new CombinedGraphQLErrors({ errors: error }) : asError(error)),
        complete: () => observer.complete(),
      }),
    );
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error('The live connection was closed'));
