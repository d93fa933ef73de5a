import {
  getArgumentValues,
  Kind,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { viewerId, type GraphqlContext, type StreamPlace } from '../../graphql/context.js';
import { readAfter } from './live.resolver.js';
import type { StreamClient, StreamRequest } from './shared-stream.js';
import { textFrame } from './text-frame.js';

export interface Subscribing {
  /** The id that the client gave to the subscription. */
  id: string;
  socket: WebSocket;
  /** The connection below the socket. */
  wire: Duplex;
  query: string;
  operation: OperationDefinitionNode;
  args: ExecutionArgs & { contextValue: GraphqlContext };
  /** A context for one stream, with loaders of its own. */
  contextOf(place: StreamPlace): GraphqlContext;
  format(result: ExecutionResult): object;
}

/**
 * How a subscription can be shared. undefined when it cannot: prices have no cursor and start with what is known, and a
 * cursor that is used twice in a document changes more than the start. Throws BAD_USER_INPUT for a cursor that is none.
 */
export function shareSubscription(how: Subscribing): StreamRequest | undefined {
  const { args, operation, query, contextOf, format } = how;
  const field = onlyField(operation);
  const definition = field && args.schema.getSubscriptionType()?.getFields()[field.name.value];
  if (!field || !definition?.args.some(({ name }) => name === 'after')) return undefined;
  const { after } = getArgumentValues(definition, field, args.variableValues) as { after?: string | null };
  const cursor = cursorVariable(field, args.document);
  if (cursor === 'mixed') return undefined;
  const { [cursor ?? '']: _cursor, ...variables } = args.variableValues ?? {};
  return {
    key: JSON.stringify([audienceOf(args.contextValue), query, args.operationName ?? null, variables]),
    userId: viewerId(args.contextValue),
    after: readAfter(after),
    argsFor: (place) => ({ ...args, contextValue: contextOf(place) }),
    encode: (result) => JSON.stringify(format(result)),
    client: clientOf(how),
  };
}

const END = Buffer.from('}');

/**
 * Writes whole frames to the connection, which costs half of what `ws` needs for a text: the bytes are encoded once for
 * all clients, and header and message are one write. It may, because `ws` writes whole frames too when nothing is
 * compressed, and this server compresses nothing. An error of the connection ends the socket and with it the subscription.
 */
function clientOf({ id, socket, wire }: Pick<Subscribing, 'id' | 'socket' | 'wire'>): StreamClient {
  const start = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  const isOpen = (): boolean => socket.readyState === socket.OPEN && wire.writable;
  const frameOf = (payload: Uint8Array): Buffer => textFrame([start, payload, END]);
  return {
    unreadBytes: () => socket.bufferedAmount,
    post(payload) {
      if (isOpen()) wire.write(frameOf(payload));
    },
    send: (payload) =>
      new Promise((resolve, reject) => {
        if (!isOpen()) return reject(new Error('the socket is closed'));
        wire.write(frameOf(payload), (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** Everything about the viewer that an answer may depend on. The session itself is not part of it. */
function audienceOf({ viewer }: GraphqlContext): unknown {
  if (viewer?.kind !== 'session') return viewer;
  const { token: _token, sessionHash: _session, steppedUpAt: _proof, ...rest } = viewer;
  return rest;
}

function onlyField({ selectionSet }: OperationDefinitionNode): FieldNode | undefined {
  const [selection, ...more] = selectionSet.selections;
  return selection?.kind === Kind.FIELD && more.length === 0 ? selection : undefined;
}

/** The variable of `after`, which the key leaves out; 'mixed' when the document uses it elsewhere too. */
function cursorVariable(field: FieldNode, document: DocumentNode): string | 'mixed' | undefined {
  const value = field.arguments?.find(({ name }) => name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  let uses = 0;
  // Its definition and one use.
  JSON.stringify(document, (_key, node: unknown) => {
    const variable = node as { kind?: unknown; name?: { value?: unknown } } | null;
    if (variable?.kind === Kind.VARIABLE && variable.name?.value === name) uses += 1;
    return _key === 'loc' ? undefined : node;
  });
  return uses === 2 ? name : 'mixed';
}
