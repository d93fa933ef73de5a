import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { orThrow } from '../../graphql/errors.js';
import { rowId } from '../../graphql/pages.js';
import { forgetPhrase } from './forget-phrase.js';
import {
  PhrasePreview,
  PreviewPhraseInput,
  SourcePhrase,
  TeachPhraseInput,
  toPhrase,
  ForgetPhraseInput,
} from './phrase.types.js';
import { previewPhrase } from './preview-phrase.js';
import { teachPhrase } from './teach-phrase.js';
import { ForgetPhrasePayload, TeachPhrasePayload } from '../sources/webhook-inputs.types.js';
import { toSource, WebhookSource } from '../events/webhook.types.js';

const idOr0 = (id: string) => rowId(id) ?? 0;
const MESSAGE_SHOWN = 300;

@Resolver(() => WebhookSource)
export class PhraseResolver {
  @FieldResolver(() => [SourcePhrase], { description: 'The words and phrases it was taught, newest first.' })
  async phrases(@Root() source: WebhookSource, @Ctx() ctx: GraphqlContext): Promise<SourcePhrase[]> {
    return (await ctx.loaders.phrasesOfSource.load(source.id)).map(toPhrase);
  }

  @Query(() => PhrasePreview, {
    description:
      'Compares how the last 500 messages of a source are read now with how they would be read with a phrase taught or forgotten. Changes nothing.',
  })
  @Access('user')
  async previewPhrase(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => PreviewPhraseInput, { description: 'The phrase.' }) input: PreviewPhraseInput,
  ): Promise<PhrasePreview> {
    const { sourceId, phrase, meaning = null } = input;
    const preview = orThrow(
      await previewPhrase(ctx.app, viewerId(ctx), { sourceId: idOr0(sourceId), phrase, meaning }),
    );
    const examples = preview.examples.map((each) => ({ ...each, message: each.message.slice(0, MESSAGE_SHOWN) }));
    return { ...preview, examples };
  }

  @Mutation(() => TeachPhrasePayload, {
    description: 'Teaches the reader of a source a word or phrase. It applies from the next message on.',
  })
  @Access('user')
  @Audit('webhook_source')
  async teachPhrase(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => TeachPhraseInput, { description: 'The phrase and what it means.' }) input: TeachPhraseInput,
  ): Promise<TeachPhrasePayload> {
    const { phrase, meaning } = input;
    const taught = { sourceId: idOr0(input.sourceId), phrase, meaning };
    return { source: toSource(orThrow(await teachPhrase(ctx.app, viewerId(ctx), taught)).source) };
  }

  @Mutation(() => ForgetPhrasePayload, { description: 'Forgets a phrase. It applies from the next message on.' })
  @Access('user')
  @Audit('webhook_source')
  async forgetPhrase(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ForgetPhraseInput, { description: 'Which phrase.' }) { sourceId, phraseId }: ForgetPhraseInput,
  ): Promise<ForgetPhrasePayload> {
    const phrase = { sourceId: idOr0(sourceId), phraseId: idOr0(phraseId) };
    return { source: toSource(orThrow(await forgetPhrase(ctx.app, viewerId(ctx), phrase)).source) };
  }
}
