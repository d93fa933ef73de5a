import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useMutation, useQuery, useSubscription, type SkipToken } from '@apollo/client/react';

// Options may be left out only where the operation needs no variables.
type Options<V, O> = Record<never, never> extends V ? [options?: O | SkipToken] : [options: O | SkipToken];

/** Creates the typed query hook of one document; generated.ts calls it for every query. */
export const queryHook =
  <D, V extends OperationVariables>(document: TypedDocumentNode<D, V>) =>
  (
    ...[options]: Options<V, useQuery.Options<D, V>>
  ): useQuery.Result<D, V, 'empty' | 'complete' | 'streaming', Partial<V>> =>
    useQuery<D, V>(document, ...([options] as never));

/** Creates the typed mutation hook of one document. */
export const mutationHook =
  <D, V extends OperationVariables>(document: TypedDocumentNode<D, V>) =>
  (options?: useMutation.Options<D, V>): useMutation.ResultTuple<D, V> =>
    useMutation<D, V>(document, options as never) as useMutation.ResultTuple<D, V>;

/** Creates the typed subscription hook of one document. */
export const subscriptionHook =
  <D, V extends OperationVariables>(document: TypedDocumentNode<D, V>) =>
  (...[options]: Options<V, useSubscription.Options<D, V>>): useSubscription.Result<D> =>
    useSubscription<D, V>(document, ...([options] as never));
