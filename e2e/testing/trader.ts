import { createLiveClient } from '../../server/src/testing/live-client.js';

const RETRY_MS = 100;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A signed-in user of the GraphQL API. */
export interface Trader {
  cookie: string;
  ask<T>(query: string, variables?: object): Promise<T>;
}

export async function signIn(url: string, input: { email: string; password: string }): Promise<Trader> {
  let cookie = '';
  const ask = async <T>(query: string, variables: object = {}): Promise<T> => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie && { cookie }) },
      body: JSON.stringify({ query, variables }),
    });
    cookie ||= answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { data, errors } = (await answer.json()) as { data?: T; errors?: unknown[] };
    if (errors || !data) throw new Error(JSON.stringify(errors));
    return data;
  };
  await ask('mutation SignIn($input: SignInInput!) { signIn(input: $input) { user { id } } }', {
    input: { email: input.email, password: input.password },
  });
  return { cookie, ask };
}

/** A subscription that survives disconnections: it continues after the last cursor it has seen. */
export interface Followed<T> {
  events: (T & { cursor: string })[];
  /** How often the connection was lost. */
  cuts(): number;
  stop(): Promise<void>;
}

/** Follows one of the subscriptions that have a cursor, from `after` on. */
export function follow<T>(
  trader: Trader,
  graphqlUrl: string,
  { field, selection, after }: { field: string; selection: string; after: string },
): Followed<T> {
  const events: (T & { cursor: string })[] = [];
  const query = `subscription Follow($after: String) { ${field}(after: $after) { cursor ${selection} } }`;
  let stopped = false;
  let cuts = 0;
  let client = createLiveClient(graphqlUrl, trader.cookie);
  const run = async () => {
    while (!stopped) {
      const variables = { after: events.at(-1)?.cursor ?? after };
      try {
        for await (const { data, errors } of client.iterate<Record<string, T & { cursor: string }>>({
          query,
          variables,
        })) {
          if (errors) throw [...errors];
          const event = data?.[field];
          if (event) events.push(event);
        }
      } catch (error) {
        // Errors of the operation come as a list and are final. Anything else is a disconnection, and the loop starts again.
        if (Array.isArray(error)) throw new Error(`${field} was refused: ${JSON.stringify(error)}`, { cause: error });
      }
      if (stopped) return;
      cuts += 1;
      await sleep(RETRY_MS);
      client = createLiveClient(graphqlUrl, trader.cookie);
    }
  };
  const running = run();
  // Ended by stop(), which every test calls.
  running.catch(() => undefined);
  return {
    events,
    cuts: () => cuts,
    async stop() {
      stopped = true;
      await client.dispose();
      await running;
    },
  };
}
