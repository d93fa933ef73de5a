import { confirmPassword } from './confirm-password.js';
import { isSteppedUp } from './step-up.js';
import { PASSWORD_MAX } from './password.js';
import { refuse } from '../core/reasons.js';
import { notForTokens } from '../graphql/access.js';
import { writeAudit } from '../graphql/audit.js';
import type { GraphqlContext } from '../graphql/context.js';
import { apiError, badInput, refusalError } from '../graphql/errors.js';

export const PASSWORD_AGAIN =
  'Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp.';

export const tooManyPasswords = (retryAfterMs: number) =>
  apiError('RATE_LIMITED', `Too many wrong passwords. Try again in ${Math.ceil(retryAfterMs / 60_000)} min.`, {
    retryAfterMs,
  });

/**
 * For actions that need more than a session: throws unless the viewer's password was given and is right, or the session
 * has a recent proof (`stepUp`). An API token is always refused. PASSWORD_REQUIRED and PASSWORD_WRONG are FORBIDDEN. A wrong password is written to the audit log under the action it
 * was given for.
 */
export async function requirePassword(
  ctx: GraphqlContext,
  password: string | null | undefined,
  action: string,
): Promise<void> {
  const { viewer } = ctx;
  if (!viewer) throw apiError('UNAUTHENTICATED', 'Sign in first.');
  if (viewer.kind === 'token') throw notForTokens();
  if (!password && isSteppedUp(viewer, ctx.app.clock.now())) return;
  if (!password) throw refusalError(refuse('PASSWORD_REQUIRED'));
  if (password.length > PASSWORD_MAX)
    throw badInput({ path: 'password', message: `password must have at most ${PASSWORD_MAX} characters.` });
  const check = await confirmPassword(ctx.app, ctx, { viewer, password, facts: ctx.request });
  if (check.kind === 'right') return;
  await writeAudit(ctx, { action, entity: 'user', entityId: viewer.userId, changes: { refused: check.kind } });
  if (check.kind === 'limited') throw tooManyPasswords(check.retryAfterMs);
  throw refusalError(refuse('PASSWORD_WRONG'));
}
