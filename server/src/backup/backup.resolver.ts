import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { Backup, showBackups } from './backup.types.js';

/** What admins see of the backups. Files leave the machine and come back by commands only. */
@Resolver()
export class BackupResolver {
  @Query(() => [Backup], {
    description:
      'The backups of this machine, newest first; empty also when BACKUP_DIR is not set. The scheduled job database_backup writes one a day. For administrators.',
  })
  @Access('admin')
  async backups(@Ctx() { app }: GraphqlContext): Promise<Backup[]> {
    return showBackups(app.env.BACKUP_DIR);
  }
}
