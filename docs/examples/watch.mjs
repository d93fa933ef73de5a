// Signs in, prints every job as it happens, once each and across any cut, and (with --send) sends a signal.
// It ends when the session has ended. Needs: npm install graphql graphql-ws ws
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const base = process.env.MVCASH_URL ?? 'http://localhost:4000';
/** The close code of a socket whose session has ended. */
const UNAUTHORIZED = 4401;
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
  if (errors) {
    const text = errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('\n');
    throw Object.assign(new Error(text), { code: errors[0].extensions?.code });
  }
  return data;
}

await ask('mutation SignIn($input: SignInInput!) { signIn(input: $input) { user { id } } }', {
  input: { email: process.env.MVCASH_EMAIL ?? 'trader@example.com', password: process.env.MVCASH_PASSWORD ?? '' },
});

const client = createClient({
  url: `${base.replace(/^http/, 'ws')}/graphql`,
  // A retry of the client would send the same `after` again and repeat all events since then. `follow` resumes itself.
  retryAttempts: 0,
  // Node has to say the cookie itself; a browser does it alone.
  webSocketImpl: class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { cookie } });
    }
  },
});

const newestCursor = async () => (await ask('query Cursor { liveCursor }')).liveCursor;
const codeOf = (error) => (Array.isArray(error) ? error[0]?.extensions?.code : error?.code);

// The cursor first, then the subscription behind it: nothing can fall between.
async function follow(field, selection, print) {
  let after = await newestCursor();
  for (;;) {
    const query = `subscription Follow($after: String) { ${field}(after: $after) { cursor ${selection} } }`;
    try {
      for await (const { data } of client.iterate({ query, variables: { after } })) {
        if (!data) continue;
        print(data[field]);
        after = data[field].cursor;
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === UNAUTHORIZED || code === 'UNAUTHENTICATED') {
        throw new Error('Unauthorized: the session has ended.', { cause: error });
      }
      console.error('cut, resuming:', code ?? error?.message ?? error);
      // Events after this cursor are no longer kept: query what you need, and go on from now.
      if (code === 'CURSOR_TOO_OLD') after = await newestCursor();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

const end = (error) => {
  console.error(error.message);
  process.exit(1);
};
follow('jobChanged', 'job { id symbol side status reasonMessage }', ({ job }) =>
  console.log(`job ${job.id}  ${job.side} ${job.symbol}  ${job.status}  ${job.reasonMessage ?? ''}`),
).catch(end);

if (process.argv.includes('--send')) {
  const { webhookSources } = await ask('query Sources { webhookSources(first: 1) { edges { node { url } } } }');
  const answer = await fetch(webhookSources.edges[0].node.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), ticker: 'ETHUSDT', action: 'buy' }),
  });
  console.log(answer.status, await answer.json());
}
