import { Ctx, Field, Float, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { listBackups } from './write-backup.js';

@ObjectType({ description: 'A backup in BACKUP_DIR.' })
export class Backup {
  @Field(() => String, { description: 'The file name, with the UTC time at which it shows the database.' })
  name!: string;

  @Field(() => Float, { description: 'Its size in bytes.' })
  bytes!: number;

  @Field(() => Boolean, { description: 'Whether it is encrypted with age.' })
  isEncrypted!: boolean;

  @Field(() => Boolean, { description: 'Whether a restore wrote it of the database of before.' })
  isRestorePoint!: boolean;
}

/** What admins see of the backups. Files leave the machine and come back by commands only. */
@Resolver()
export class BackupResolver {
  @Query(() => [Backup], {
    description:
      'The backups of this machine, newest first; empty also when BACKUP_DIR is not set. The scheduled job database_backup writes one a day. For administrators.',
  })
  @Access('admin')
  async backups(@Ctx() { app }: GraphqlContext): Promise<Backup[]> {
    const { BACKUP_DIR: dir } = app.env;
    if (dir === undefined) return [];
    return (await listBackups(dir)).map(({ name, bytes }) => ({
      ...{ name, bytes, isEncrypted: name.endsWith('.age') },
      isRestorePoint: name.includes('-restore-point'),
    }));
  }
}
