import { Arg, Ctx, Field, InputType, Mutation, ObjectType, registerEnumType, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { LOG_LEVELS, shareLogLevel, type LogLevel as LevelText } from '../infra/log-level.js';

const LogLevel = Object.fromEntries(LOG_LEVELS.map((level) => [level.toUpperCase(), level])) as Record<
  string,
  LevelText
>;
registerEnumType(LogLevel, {
  name: 'LogLevel',
  description: 'Which lines the log has: those of this level and of the more urgent ones.',
  valuesConfig: Object.fromEntries(
    LOG_LEVELS.map((level) => [
      level.toUpperCase(),
      { description: level === 'silent' ? 'No lines.' : `Lines of the level ${level} and more urgent ones.` },
    ]),
  ),
});

@InputType({ description: 'The level of the log.' })
export class SetLogLevelInput {
  @Field(() => LogLevel, { description: 'The level until the processes end; LOG_LEVEL counts again after a restart.' })
  level!: LevelText;
}

@ObjectType({ description: 'The level that the log has now.' })
export class SetLogLevelPayload {
  @Field(() => LogLevel, { description: 'The level.' })
  level!: LevelText;

  @Field(() => Boolean, {
    description:
      'Whether the other processes were told. False while Redis is away: then only the process that answers has it.',
  })
  allProcesses!: boolean;
}

@Resolver()
export class LogLevelResolver {
  @Mutation(() => SetLogLevelPayload, {
    description: 'Changes the level of the log of all processes until they end. For administrators.',
  })
  @Access('admin')
  @Audit('log_level')
  async setLogLevel(
    @Ctx() { app }: GraphqlContext,
    @Arg('input', () => SetLogLevelInput, { description: 'The level.' }) { level }: SetLogLevelInput,
  ): Promise<SetLogLevelPayload> {
    return { level, allProcesses: await shareLogLevel(app, level) };
  }
}
