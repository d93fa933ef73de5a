import type { ApiServices, GraphqlContext } from '../graphql/context.js';
import { createLoaders } from './loaders.js';

/** The context of one operation, with loaders that no other operation shares. */
export function createGraphqlContext(
  services: ApiServices,
  { viewer, request, setCookie }: Pick<GraphqlContext, 'viewer' | 'request' | 'setCookie'>,
): GraphqlContext {
  return { ...services, viewer, request, setCookie, loaders: createLoaders(services.app, viewer?.userId ?? 0) };
}
