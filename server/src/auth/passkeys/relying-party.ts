import type { Env } from '../../env.js';

/** What a passkey is bound to: it answers only to a page of this origin. */
export function relyingParty({ PUBLIC_URL }: Pick<Env, 'PUBLIC_URL'>): { id: string; origin: string; name: string } {
  const { hostname, origin } = new URL(PUBLIC_URL);
  return { id: hostname, origin, name: 'mvcashnode' };
}

/** The answer of a browser, as `PublicKeyCredential.toJSON` writes it; undefined when it has not that form. */
export function parseAnswer(text: string): { id: string } | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { id, response } = answer as Record<string, unknown>;
  return typeof id === 'string' && typeof response === 'object' && response !== null ? { ...answer, id } : undefined;
}
