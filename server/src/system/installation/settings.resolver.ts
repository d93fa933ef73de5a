import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { showSettings, type ShownSetting } from '../../core/operations/confidential-settings.js';
import { Access } from '../../graphql/access.js';
import type { GraphqlContext } from '../../graphql/context.js';

@ObjectType({ description: 'A setting of the environment, as the server process that answers uses it.' })
export class Setting implements ShownSetting {
  @Field(() => String, { description: 'Its name; .env.example explains it.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Its value; null = not set, or confidential.' })
  value!: string | null;

  @Field(() => Boolean, { description: 'Whether it has a value, its default included.' })
  isSet!: boolean;

  @Field(() => Boolean, { description: 'Whether its value is a secret, which is shown to nobody.' })
  isConfidential!: boolean;
}

@Resolver()
export class SettingsResolver {
  @Query(() => [Setting], { description: 'The settings in force, in the order of .env.example. For administrators.' })
  @Access('admin')
  settings(@Ctx() { app }: GraphqlContext): Setting[] {
    return showSettings(app.env);
  }
}
