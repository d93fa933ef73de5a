import { ApolloClient, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError, ServerParseError } from '@apollo/client/errors';
import { parse } from 'graphql';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HttpLink } from './http-link';

const QUERY = parse('query Me { me { id } }');
const MUTATION = parse('mutation Do { do { id } }');
let signals: AbortSignal[];
let answer: () => Promise<Response>;
beforeEach(() => {
  signals = [];
  vi.stubGlobal(
    'fetch',
    vi.fn((_url: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return new Promise<Response>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        void answer().then(resolve);
      });
    }),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const client = () => new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink() });
const respond = (status: number, type: string, body: string) => () =>
  Promise.resolve(new Response(body, { status, headers: { 'content-type': type } }));
const failure = () =>
  client()
    .query({ query: QUERY })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
const ERRORS = JSON.stringify({ errors: [{ message: 'no', extensions: { code: 'RATE_LIMITED' } }] });

it('an answer arrives, and what is sent is the operation with its variables', async () => {
  answer = respond(200, 'application/json', '{"data":{"me":{"__typename":"User","id":"7"}}}');
  expect((await client().query({ query: QUERY, variables: { a: 1 } })).data).toMatchObject({ me: { id: '7' } });
  const [address, init] = vi.mocked(fetch).mock.calls[0]!;
  expect(address).toBe('/graphql');
  expect(JSON.parse(String(init?.body))).toMatchObject({ operationName: 'Me', query: expect.stringContaining('me {') });
});

it('a refusal of GraphQL is its errors, whatever the status; one from in front of it is the status', async () => {
  answer = respond(429, 'application/graphql-response+json; charset=utf-8', ERRORS);
  expect(CombinedGraphQLErrors.is(await failure())).toBe(true);
  answer = respond(503, 'application/json', ERRORS);
  const error = await failure();
  expect(ServerError.is(error) && error.statusCode).toBe(503);
  answer = respond(200, 'text/html', '<html>');
  expect(ServerParseError.is(await failure())).toBe(true);
});

it('a query is given up after 12 seconds, a mutation after two minutes', async () => {
  vi.useFakeTimers();
  answer = () => new Promise(() => undefined);
  const [query, mutation] = [
    failure(),
    client()
      .mutate({ mutation: MUTATION })
      .then(
        () => undefined,
        (error: unknown) => error,
      ),
  ];
  await vi.advanceTimersByTimeAsync(12_001);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(await query).toMatchObject({ name: 'TimeoutError' });
  await vi.advanceTimersByTimeAsync(108_000);
  expect(await mutation).toMatchObject({ name: 'TimeoutError' });
});
