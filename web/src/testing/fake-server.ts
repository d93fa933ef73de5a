import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';

/** What the server says to an operation: data, a refusal, or nothing at all. */
export type Answer =
  | { data: Record<string, unknown> }
  | { errors: { message: string; extensions: Record<string, unknown> }[] }
  | 'never'
  | 'connection lost';

/** A refusal as the server words it. */
export const refused = (code: string, message: string, reason?: string): Answer => ({
  errors: [{ message, extensions: { code, ...(reason && { reason }) } }],
});

export interface FakeServer {
  client: ApolloClient;
  /** The variables of every time an operation was sent, the oldest first. */
  sent: (operation: string) => Record<string, unknown>[];
  /** From now on the operation is answered so. Operations without an answer are never answered. */
  answer: (operation: string, answer: Answer) => void;
}

/** A client whose server answers each operation, by its name, with what the test says. */
export function fakeServer(answers: Record<string, Answer> = {}): FakeServer {
  const known = new Map(Object.entries(answers));
  const log: { name: string; variables: Record<string, unknown> }[] = [];
  const link = new ApolloLink(
    ({ operationName, variables }) =>
      new Observable((observer) => {
        const name = operationName ?? '';
        log.push({ name, variables: { ...variables } });
        const answer = known.get(name) ?? 'never';
        if (answer === 'never') return;
        // As from the network: never at once.
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
