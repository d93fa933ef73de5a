import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { notFound } from '../../graphql/errors.js';
import { rowId } from '../../graphql/pages.js';
import { deleteSession, deleteSessions, readSessions } from '../session.store.js';
import { EndOtherSessionsPayload, EndSessionInput, EndSessionPayload, Session, toSession } from './session.types.js';

const currentHash = ({ viewer }: GraphqlContext): string => (viewer?.kind === 'session' ? viewer.sessionHash : '');

@Resolver()
export class SessionResolver {
  @Query(() => [Session], { description: 'Where you are signed in, newest first.' })
  @Access('user')
  async sessions(@Ctx() ctx: GraphqlContext): Promise<Session[]> {
    const rows = await readSessions(ctx.app.db, viewerId(ctx), new Date(ctx.app.clock.now()));
    return rows.map((row) => toSession(row, currentHash(ctx)));
  }

  @Mutation(() => EndSessionPayload, { description: 'Ends one of your sessions.' })
  @Access('user')
  @Audit('self')
  async endSession(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => EndSessionInput, { description: 'Which session.' }) { sessionId }: EndSessionInput,
  ): Promise<EndSessionPayload> {
    if (!(await deleteSession(ctx.app.db, viewerId(ctx), rowId(sessionId) ?? 0))) throw notFound('session');
    return { sessions: await this.sessions(ctx) };
  }

  @Mutation(() => EndOtherSessionsPayload, { description: 'Ends all your sessions except this one.' })
  @Access('user')
  @Audit('self')
  async endOtherSessions(@Ctx() ctx: GraphqlContext): Promise<EndOtherSessionsPayload> {
    return { ended: await deleteSessions(ctx.app.db, viewerId(ctx), currentHash(ctx)) };
  }
}
