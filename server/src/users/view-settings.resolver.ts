import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { VIEW_NAME, VIEW_NAME_MAX, viewSettingsFault } from '../core/views/view-settings.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { badInput, orThrow } from '../graphql/errors.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLJsonValue } from '../graphql/scalars.js';
import { saveViewSettings } from './save-view-settings.js';
import { readViews } from './view-settings.store.js';

const NAMES_MAX = 20;

@ObjectType({ description: 'What you have chosen for one view of the page, on every device.' })
export class ViewSettings {
  @Field(() => String, { description: 'The view, such as positions.open.' })
  name!: string;

  @Field(() => GraphQLJsonValue, { description: 'The choices, as the page saved them.' })
  settings!: unknown;

  @Field(() => GraphQLDateTime, { description: 'When they were saved.' })
  updatedAt!: Date;
}

const name = z
  .string()
  .max(VIEW_NAME_MAX, `Use at most ${VIEW_NAME_MAX} characters.`)
  .regex(VIEW_NAME, 'Use lower-case letters, digits and hyphens, with points between parts.');
const settings = z.unknown().superRefine((value, issues) => {
  const message = value === null || value === undefined ? undefined : viewSettingsFault(value);
  if (message) issues.addIssue({ code: 'custom', message });
});

@Rules(z.looseObject({ name, settings }))
@InputType({ description: 'The choices for one view.' })
export class SaveViewSettingsInput {
  @Field(() => String, { description: 'The view: lower-case letters, digits and hyphens, at most 64 characters.' })
  name!: string;

  @Field(() => GraphQLJsonValue, {
    nullable: true,
    description: 'A JSON object of at most 16,384 characters and 6 levels. null forgets the choices.',
  })
  settings?: unknown;
}

@ObjectType({ description: 'The view after the change.' })
export class SaveViewSettingsPayload {
  @Field(() => ViewSettings, { nullable: true, description: 'The view; null when its choices were forgotten.' })
  view!: ViewSettings | null;
}

@Resolver()
export class ViewSettingsResolver {
  @Query(() => [ViewSettings], { description: 'What you have chosen for the views of the page, by their names.' })
  @Access('user')
  async viewSettings(
    @Ctx() ctx: GraphqlContext,
    @Arg('names', () => [String], { nullable: true, description: 'Only these views, at most 20.' })
    names: string[] | null,
  ): Promise<ViewSettings[]> {
    if (names && names.length > NAMES_MAX)
      throw badInput({ path: 'names', message: `Give at most ${NAMES_MAX} names.` });
    return readViews(ctx.app.db, viewerId(ctx), names ?? undefined);
  }

  @Mutation(() => SaveViewSettingsPayload, {
    description: 'Keeps what you have chosen for a view of the page: columns, their order and widths, saved filters.',
  })
  @Access('user')
  @Audit('self')
  async saveViewSettings(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => SaveViewSettingsInput, { description: 'The choices.' }) input: SaveViewSettingsInput,
  ): Promise<SaveViewSettingsPayload> {
    const chosen = (input.settings ?? null) as Record<string, unknown> | null;
    const { view } = orThrow(await saveViewSettings(ctx.app, viewerId(ctx), { name: input.name, settings: chosen }));
    return { view };
  }
}
