// Signs in, prints every job as it happens, survives any cut without missing one, and (with --send) sends a signal.
// Needs: npm install graphql graphql-ws ws
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const base = process.env.MVCASH_URL ?? 'http://localhost:4000';
let cookie = '';

async function ask(query, variables) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify({ query, variables }),
  });
  const session = response.headers.getSetCookie().find((line) => line.startsWith('mvcash_session='));
  if (session) cookie = session.split(';')[0];
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('\n'));
  return data;
}

await ask('mutation SignIn($input: SignInInput!) { signIn(input: $input) { user { id } } }', {
  input: { email: process.env.MVCASH_EMAIL ?? 'trader@example.com', password: process.env.MVCASH_PASSWORD ?? '' },
});

const client = createClient({
  url: `${base.replace(/^http/, 'ws')}/graphql`,
  retryAttempts: Infinity,
  // Node has to say the cookie itself; a browser does it alone.
  webSocketImpl: class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { cookie } });
    }
  },
});

// The cursor first, then the subscription behind it: nothing can fall between.
let { liveCursor: after } = await ask('query Cursor { liveCursor }');

async function follow(field, selection, print) {
  for (;;) {
    const query = `subscription Follow($after: String) { ${field}(after: $after) { cursor ${selection} } }`;
    try {
      for await (const { data } of client.iterate({ query, variables: { after } })) {
        if (!data) continue;
        print(data[field]);
        after = data[field].cursor;
      }
    } catch (error) {
      console.error('cut, resuming:', error?.reason ?? error?.message ?? error);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

follow('jobChanged', 'job { id symbol side status reasonMessage }', ({ job }) =>
  console.log(`job ${job.id}  ${job.side} ${job.symbol}  ${job.status}  ${job.reasonMessage ?? ''}`),
);

if (process.argv.includes('--send')) {
  const { webhookSources } = await ask('query Sources { webhookSources(first: 1) { edges { node { url } } } }');
  const answer = await fetch(webhookSources.edges[0].node.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), ticker: 'ETHUSDT', action: 'buy' }),
  });
  console.log(answer.status, await answer.json());
}
