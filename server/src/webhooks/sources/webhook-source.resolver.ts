import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../../accounts/account.types.js';
import { Access, Audit, NotForTokens } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { notFound, orThrow } from '../../graphql/errors.js';
import { toRemoval } from '../../graphql/removal.types.js';
import { mustBe } from '../../graphql/owned.js';
import { datesOf } from '../../graphql/list-filter.js';
import {
  PageArgs,
  readPage,
  rowId,
  toConnection,
  withTotalCount,
  type CountedConnection,
} from '../../graphql/pages.js';
import { requirePassword } from '../../auth/require-password.js';
import { bindAccount } from './bind-account.js';
import { createWebhookSource } from './create-webhook-source.js';
import { curlExample, webhookUrl } from './curl-example.js';
import { removeWebhookSecret } from './remove-webhook-secret.js';
import { rotateWebhookSecret } from './rotate-webhook-secret.js';
import { unbindAccount } from './unbind-account.js';
import { updateWebhookSource } from './update-webhook-source.js';
import { removeSource } from './webhook-source.store.js';
import {
  BindAccountInput,
  CreateWebhookSourceInput,
  DeleteWebhookSourceInput,
  DeleteWebhookSourcePayload,
  UpdateWebhookSourceInput,
  RotateWebhookSecretPayload,
  BindAccountPayload,
  CreateWebhookSourcePayload,
  RemoveWebhookSecretPayload,
  UnbindAccountPayload,
  UpdateWebhookSourcePayload,
  RotateWebhookSecretInput,
  RemoveWebhookSecretInput,
  UnbindAccountInput,
} from './webhook-inputs.types.js';
import { readRefusalCounts } from '../ingest/refusal-count.store.js';
import { countSources, readSources } from '../events/webhook-view.store.js';
import {
  RefusalCount,
  toBinding,
  toSource,
  WebhookBinding,
  WebhookSource,
  WebhookSourceConnection,
  WebhookSourceFilter,
} from '../events/webhook.types.js';

const idOr0 = (id: string) => rowId(id) ?? 0;

const REFUSAL_COUNTS_SHOWN = 60;

@Resolver(() => WebhookSource)
export class WebhookSourceResolver {
  @Query(() => WebhookSourceConnection, { description: 'Your webhook sources, oldest first.' })
  @Access('user')
  async webhookSources(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => WebhookSourceFilter, { nullable: true, description: 'Filters the sources.' })
    filter: WebhookSourceFilter | null,
  ): Promise<CountedConnection<WebhookSource>> {
    const page = readPage(args, { sort: 'OLDEST' });
    const { tradeMode, isActive } = filter ?? {};
    const where = { tradeMode: tradeMode ?? undefined, isActive: isActive ?? undefined, ...datesOf(filter ?? {}) };
    const found = toConnection(await readSources(ctx.app.db, viewerId(ctx), where, page), page, toSource);
    return withTotalCount(found, () => countSources(ctx.app.db, viewerId(ctx), where));
  }

  @Query(() => WebhookSource, { nullable: true, description: 'One of your sources.' })
  @Access('user')
  async webhookSource(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The source.' }) id: string,
  ): Promise<WebhookSource | null> {
    const row = await ctx.loaders.source.load(idOr0(id));
    return row && toSource(row);
  }

  @Mutation(() => CreateWebhookSourcePayload, {
    description: 'Creates a source with an address that cannot be guessed. A REAL source needs your password.',
  })
  @Access('user')
  @Audit('webhook_source')
  async createWebhookSource(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CreateWebhookSourceInput, { description: 'The source.' }) input: CreateWebhookSourceInput,
  ): Promise<CreateWebhookSourcePayload> {
    const { password, ...settings } = input;
    const made = await createWebhookSource(ctx.app, viewerId(ctx), settings, () =>
      requirePassword(ctx, password, 'createWebhookSource'),
    );
    return { source: toSource(orThrow(made).source) };
  }

  @Mutation(() => UpdateWebhookSourcePayload, { description: 'Changes a source. Omitted fields keep their value.' })
  @Access('user')
  @Audit('webhook_source')
  async updateWebhookSource(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UpdateWebhookSourceInput, { description: 'The changes.' }) input: UpdateWebhookSourceInput,
  ): Promise<UpdateWebhookSourcePayload> {
    const { password, ...given } = input;
    const changes = { ...given, id: idOr0(input.id) };
    const changed = await updateWebhookSource(ctx.app, viewerId(ctx), changes, () =>
      requirePassword(ctx, password, 'updateWebhookSource'),
    );
    return { source: toSource(orThrow(changed).source) };
  }

  @Mutation(() => DeleteWebhookSourcePayload, {
    description:
      'Deletes a source that never got a message, with its bindings and phrases. One with receipts or signals is switched off instead.',
  })
  @Access('user')
  @Audit('webhook_source')
  async deleteWebhookSource(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DeleteWebhookSourceInput, { description: 'Which one.' }) { id }: DeleteWebhookSourceInput,
  ): Promise<DeleteWebhookSourcePayload> {
    const row = rowId(id) ?? 0;
    const outcome = await removeSource(ctx.app.db, viewerId(ctx), row);
    if (!outcome) throw notFound('webhook source');
    return toRemoval(row, outcome);
  }

  @Mutation(() => RotateWebhookSecretPayload, {
    description: 'Creates a new signing secret or body token; the old one stops working at once.',
  })
  @Access('user')
  @Audit('webhook_source')
  async rotateWebhookSecret(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RotateWebhookSecretInput, { description: 'Which secret.' })
    { sourceId, kind }: RotateWebhookSecretInput,
  ): Promise<RotateWebhookSecretPayload> {
    const { source, secret } = orThrow(
      await rotateWebhookSecret(ctx.app, viewerId(ctx), { sourceId: idOr0(sourceId), kind }),
    );
    return { source: toSource(source), secret };
  }

  @Mutation(() => RemoveWebhookSecretPayload, { description: 'Removes a secret. Needs your password.' })
  @Access('user')
  @Audit('webhook_source')
  async removeWebhookSecret(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RemoveWebhookSecretInput, { description: 'Which secret.' })
    { sourceId, kind, password }: RemoveWebhookSecretInput,
  ): Promise<RemoveWebhookSecretPayload> {
    const secret = { sourceId: idOr0(sourceId), kind };
    const confirm = () => requirePassword(ctx, password, 'removeWebhookSecret');
    return { source: toSource(orThrow(await removeWebhookSecret(ctx.app, viewerId(ctx), secret, confirm)).source) };
  }

  @Mutation(() => BindAccountPayload, {
    description: "Binds an account to a source, so that it trades the source's signals, or changes the binding.",
  })
  @Access('user')
  @Audit('webhook_source')
  async bindAccount(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => BindAccountInput, { description: 'The account and the settings.' }) input: BindAccountInput,
  ): Promise<BindAccountPayload> {
    const binding = { ...input, sourceId: idOr0(input.sourceId), accountId: idOr0(input.accountId) };
    return { source: toSource(orThrow(await bindAccount(ctx.app, viewerId(ctx), binding)).source) };
  }

  @Mutation(() => UnbindAccountPayload, { description: 'Ends a binding. Its existing jobs continue.' })
  @Access('user')
  @Audit('webhook_source')
  async unbindAccount(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UnbindAccountInput, { description: 'Which binding.' })
    { sourceId, accountId }: UnbindAccountInput,
  ): Promise<UnbindAccountPayload> {
    const binding = { sourceId: idOr0(sourceId), accountId: idOr0(accountId) };
    return { source: toSource(orThrow(await unbindAccount(ctx.app, viewerId(ctx), binding)).source) };
  }

  @FieldResolver(() => String, { description: 'The address a sender POSTs to. API tokens cannot read it.' })
  @NotForTokens()
  url(@Root() source: WebhookSource, @Ctx() ctx: GraphqlContext): string {
    return webhookUrl(ctx.app.env.PUBLIC_URL, source.webhookCode);
  }

  @FieldResolver(() => String, {
    description:
      'A curl command that sends a test signal to this source. For a signed source, it signs the body. API tokens cannot read it.',
  })
  @NotForTokens()
  curlExample(@Root() source: WebhookSource, @Ctx() ctx: GraphqlContext): string {
    return curlExample(source.row, ctx.app.env.PUBLIC_URL);
  }

  @FieldResolver(() => [RefusalCount], {
    description:
      'Refused signals that are only counted, because more than 30 were refused in their minute. The newest 60 counts, newest first.',
  })
  async refusalCounts(@Root() source: WebhookSource, @Ctx() ctx: GraphqlContext): Promise<RefusalCount[]> {
    const counts = await readRefusalCounts(ctx.app.db, source.id, REFUSAL_COUNTS_SHOWN);
    return counts.map(({ minuteAt, reason, refused }) => ({ minute: new Date(minuteAt), reasonCode: reason, refused }));
  }

  @FieldResolver(() => [WebhookBinding], { description: 'The accounts that trade its signals.' })
  async bindings(@Root() source: WebhookSource, @Ctx() ctx: GraphqlContext): Promise<WebhookBinding[]> {
    return (await ctx.loaders.bindings.load(source.id)).map(toBinding);
  }
}

@Resolver(() => WebhookBinding)
export class WebhookBindingResolver {
  @FieldResolver(() => ExchangeAccount, { description: 'The account.' })
  async account(@Root() binding: WebhookBinding, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(binding.accountId)));
  }
}
