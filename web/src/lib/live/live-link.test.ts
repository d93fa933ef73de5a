import { ApolloClient, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import type { Client, Sink, SubscribePayload } from 'graphql-ws';
import { expect, it } from 'vitest';
import { AlertChangedDocument, PricesChangedDocument } from '../../gql/generated';
import { LiveLink } from './live-link';

const setUp = () => {
  const opened: { payload: SubscribePayload; sink: Sink }[] = [];
  const socket = {
    subscribe: (payload: SubscribePayload, sink: Sink) => {
      opened.push({ payload, sink });
      return () => undefined;
    },
  } as unknown as Pick<Client, 'subscribe'>;
  const client = new ApolloClient({ cache: new InMemoryCache(), link: new LiveLink(socket) });
  return { client, opened };
};

const alertAt = (cursor: string) => ({
  data: {
    alertChanged: {
      __typename: 'AlertEvent',
      cursor,
      alert: {
        __typename: 'Alert',
        id: cursor,
        type: 'X',
        severity: 'LOW',
        message: '',
        createdAt: '',
        resolvedAt: null,
      },
    },
  },
});

it('a subscription that is sent again asks for what came after the newest event', () => {
  const { client, opened } = setUp();
  client.subscribe({ query: AlertChangedDocument, variables: { after: '40' } }).subscribe({});
  const { payload, sink } = opened[0]!;
  // graphql-ws writes the payload to the socket with JSON.stringify, on every (re)connection.
  expect(JSON.parse(JSON.stringify(payload)).variables).toEqual({ after: '40' });
  sink.next(alertAt('41'));
  sink.next(alertAt('43'));
  expect(JSON.parse(JSON.stringify(payload)).variables).toEqual({ after: '43' });
});

it('a subscription without cursors is sent again as it was', () => {
  const { client, opened } = setUp();
  client.subscribe({ query: PricesChangedDocument, variables: { venues: ['SIMULATION'] } }).subscribe({});
  opened[0]!.sink.next({
    data: { pricesChanged: [{ __typename: 'Price', key: 'A/B', last: '1', ageMs: 1 }] },
  });
  expect(JSON.parse(JSON.stringify(opened[0]!.payload)).variables).toEqual({ venues: ['SIMULATION'] });
});

it('an error of the server reaches the subscriber with its code', () => {
  const { client, opened } = setUp();
  const errors: unknown[] = [];
  client
    .subscribe({ query: AlertChangedDocument })
    .subscribe({ next: ({ error }) => errors.push(error), error: (error) => errors.push(error) });
  opened[0]!.sink.error([{ message: 'too slow', extensions: { code: 'SUBSCRIPTION_OVERFLOW' } }]);
  expect(errors).toHaveLength(1);
  expect(CombinedGraphQLErrors.is(errors[0]) && errors[0].errors[0]?.extensions?.code).toBe('SUBSCRIPTION_OVERFLOW');
});
