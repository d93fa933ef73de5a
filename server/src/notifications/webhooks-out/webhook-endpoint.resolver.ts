import { randomUUID } from 'node:crypto';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { notFound, orThrow } from '../../graphql/errors.js';
import { rowId } from '../../graphql/pages.js';
import { readChannel, readChannels } from '../settings/channel.store.js';
import { toEvent } from '../settings/delivery-view.js';
import { readEventOf, readNewestEvent } from '../settings/delivery-log.store.js';
import { DEFAULT_SELECTION, readSelection, runSelection } from './run-selection.js';
import { createEndpoint, rotateEndpointSecret, updateEndpoint } from './webhook-endpoints.js';
import * as types from './webhook-endpoint.types.js';

async function shown(ctx: GraphqlContext, id: number): Promise<{ endpoint: types.WebhookEndpoint }> {
  const row = await readChannel(ctx.app.db, viewerId(ctx), id);
  if (row?.kind !== 'WEBHOOK') throw notFound('webhook');
  return { endpoint: types.toEndpoint(row) };
}

/** Webhooks out. They are channels too: `testNotificationChannel` tries one and `removeNotificationChannel` removes it. */
@Resolver()
export class WebhookEndpointResolver {
  @Query(() => [types.WebhookEndpoint], { description: 'Your webhooks out, oldest first.' })
  @Access('user')
  async webhookEndpoints(@Ctx() ctx: GraphqlContext): Promise<types.WebhookEndpoint[]> {
    return (await readChannels(ctx.app.db, viewerId(ctx), { webhooks: true })).map(types.toEndpoint);
  }

  @Query(() => types.DryRunWebhook, {
    description: 'What a webhook with this selection would get of one of your events. Nothing is sent.',
  })
  @Access('user')
  async dryRunWebhook(
    @Ctx() ctx: GraphqlContext,
    @Info() { schema }: GraphQLResolveInfo,
    @Arg('input', () => types.DryRunWebhookInput, { description: 'The selection.' })
    { selection, eventId }: types.DryRunWebhookInput,
  ): Promise<types.DryRunWebhook> {
    const read = readSelection(schema, selection ?? DEFAULT_SELECTION);
    if ('faults' in read) return { faults: read.faults, payload: null };
    const { db } = ctx.app;
    const userId = viewerId(ctx);
    const row = eventId ? await readEventOf(db, userId, rowId(eventId) ?? 0) : await readNewestEvent(db, userId);
    if (!row) return { faults: [], payload: null };
    // With the rights that a webhook has, which may be fewer than the viewer's.
    const viewer = ctx.viewer && { ...ctx.viewer, kind: 'token' as const, tokenId: 0, scopes: ['read' as const] };
    const payload = await runSelection(
      { schema, contextValue: { ...ctx, viewer } },
      { event: toEvent(row), messageId: randomUUID(), selection: selection ?? null },
    );
    return { faults: [], payload };
  }

  @Mutation(() => types.CreateWebhookEndpointPayload, {
    description: 'Creates a webhook out: a POST, signed by Standard Webhooks, for each of the events.',
  })
  @Access('user')
  @Audit('notification_channel')
  async createWebhookEndpoint(
    @Ctx() ctx: GraphqlContext,
    @Info() { schema }: GraphQLResolveInfo,
    @Arg('input', () => types.CreateWebhookEndpointInput, { description: 'The webhook.' })
    { label, url, events, selection }: types.CreateWebhookEndpointInput,
  ): Promise<types.CreateWebhookEndpointPayload> {
    const settings = { label, url, types: events, selection: selection ?? null };
    const { id, secret } = orThrow(await createEndpoint(ctx.app, schema, viewerId(ctx), settings));
    return { ...(await shown(ctx, id)), secret };
  }

  @Mutation(() => types.UpdateWebhookEndpointPayload, { description: 'Changes a webhook out, or switches it.' })
  @Access('user')
  @Audit('notification_channel')
  async updateWebhookEndpoint(
    @Ctx() ctx: GraphqlContext,
    @Info() { schema }: GraphQLResolveInfo,
    @Arg('input', () => types.UpdateWebhookEndpointInput, { description: 'The changes.' })
    input: types.UpdateWebhookEndpointInput,
  ): Promise<types.UpdateWebhookEndpointPayload> {
    const id = rowId(input.channelId) ?? 0;
    const { label, url, events, selection, isEnabled } = input;
    const changes = {
      ...{ id, label: label ?? undefined, url: url ?? undefined, types: events ?? undefined, selection },
      isEnabled: isEnabled ?? undefined,
    };
    const changed = await updateEndpoint(ctx.app, schema, viewerId(ctx), changes);
    if (!changed) throw notFound('webhook');
    orThrow(changed);
    return shown(ctx, id);
  }

  @Mutation(() => types.RotateWebhookEndpointSecretPayload, {
    description: 'Gives a webhook out a new secret. The old one signs too for some hours, so that nothing is lost.',
  })
  @Access('user')
  @Audit('notification_channel')
  async rotateWebhookEndpointSecret(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.RotateWebhookEndpointSecretInput, { description: 'Which one.' })
    { channelId, keepOldHours }: types.RotateWebhookEndpointSecretInput,
  ): Promise<types.RotateWebhookEndpointSecretPayload> {
    const rotated = await rotateEndpointSecret(ctx.app, viewerId(ctx), { id: rowId(channelId) ?? 0, keepOldHours });
    if (!rotated) throw notFound('webhook');
    return { secret: rotated.secret, oldValidUntil: rotated.oldUntil };
  }
}
