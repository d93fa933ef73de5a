import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';

/** The answer of the server to an operation: data, a refusal, or no answer. */
export type Answer =
  | { data: Record<string, unknown> }
  | { errors: { message: string; extensions: Record<string, unknown> }[] }
  | 'never'
  | 'connection lost';

/** A refusal as the server sends it. */
export const refused = (code: string, message: string, reason?: string): Answer => ({
  errors: [{ message, extensions: { code, ...(reason && { reason }) } }],
});

/** The same answer each time, or one that depends on the variables. */
type Answers = Answer | ((variables: Record<string, unknown>) => Answer);

export interface FakeServer {
  client: ApolloClient;
  /** The variables of each call of an operation, oldest first. */
  sent: (operation: string) => Record<string, unknown>[];
  /** Sets the answer of an operation. Operations without one are never answered. */
  answer: (operation: string, answer: Answers) => void;
}

/** A client with a fake server that answers each operation, by name, as the test says. */
export function fakeServer(answers: Record<string, Answers> = {}): FakeServer {
  const known = new Map(Object.entries(answers));
  const log: { name: string; variables: Record<string, unknown> }[] = [];
  const link = new ApolloLink(
    ({ operationName, variables }) =>
      new Observable((observer) => {
        const name = operationName ?? '';
        log.push({ name, variables: { ...variables } });
        const found = known.get(name) ?? 'never';
        const answer = typeof found === 'function' ? found({ ...variables }) : found;
        if (answer === 'never') return;
        // Asynchronous, like the network.
        void Promise.resolve().then(() => {
          if (answer === 'connection lost') return observer.error(new TypeError('Failed to fetch'));
          observer.next(answer as ApolloLink.Result);
          return observer.complete();
        });
      }),
  );
  return {
    client: new ApolloClient({ cache: new InMemoryCache(), link }),
    sent: (operation) => log.filter(({ name }) => name === operation).map(({ variables }) => variables),
    answer: (operation, answer) => void known.set(operation, answer),
  };
}
