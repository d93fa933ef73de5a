import type { ApiServices, GraphqlContext } from '../graphql/context.js';
import { createLoaders } from './loaders.js';

/** The context of one operation, with loaders that no other operation shares. */
export function createGraphqlContext(
  services: ApiServices,
  { viewer, ...how }: Pick<GraphqlContext, 'viewer' | 'request' | 'setCookie' | 'budget'>,
): GraphqlContext {
  return { ...services, ...how, viewer, loaders: createLoaders(services.app, viewer?.userId ?? 0) };
}
