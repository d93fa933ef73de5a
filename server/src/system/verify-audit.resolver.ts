import { Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { verifyAuditLog, type AuditVerdict as Verdict } from './verify-audit-log.js';

@ObjectType({ description: 'The audit log compared with its chain of hashes.' })
export class AuditVerdict {
  @Field(() => Boolean, { description: 'Whether nobody edited, deleted or forged an entry.' })
  isIntact!: boolean;

  @Field(() => Int, { description: 'Entries in the chain.' })
  entries!: number;

  @Field(() => Int, { description: 'Entries from before there was a chain. They are not protected.' })
  unprotected!: number;

  @Field(() => Int, { description: 'Entries that do not fit; `npm run verify-audit` names them.' })
  faults!: number;

  @Field(() => ID, {
    description: 'The last entry. Note it elsewhere: an older copy of the whole database cannot have it.',
  })
  lastId!: number;
}

/** Reading a long log takes seconds, so callers at the same time share one check. */
let running: Promise<Verdict> | undefined;

@Resolver()
export class VerifyAuditResolver {
  @Query(() => AuditVerdict, {
    description: 'Checks every entry of the audit log, also those of other users, and shows none. For administrators.',
  })
  @Access('admin')
  async verifyAuditLog(@Ctx() ctx: GraphqlContext): Promise<AuditVerdict> {
    running ??= verifyAuditLog(ctx.app).finally(() => (running = undefined));
    const { isIntact, entries, unprotected, faults, head } = await running;
    return { isIntact, entries, unprotected, faults: faults.length, lastId: head.lastId };
  }
}
