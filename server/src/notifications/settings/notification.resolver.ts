import { randomUUID } from 'node:crypto';
import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { defaultBody, EXAMPLES, renderTemplate, templateFaults } from '../../core/notifications/templates.js';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { apiError, notFound, orThrow } from '../../graphql/errors.js';
import { datesOf } from '../../graphql/list-filter.js';
import { filterId, PageArgs, readPage, rowId, toConnection, type Connection } from '../../graphql/pages.js';
import { deliverChannel } from '../deliver/deliver-channel.js';
import { requeueDelivery } from '../deliver/delivery.store.js';
import { insertSingle } from '../derive/notification-event.store.js';
import {
  deleteChannel,
  findByAddress,
  readChannel,
  readChannels,
  updateChannel,
  type ChannelRow,
} from './channel.store.js';
import { connectChannel, subscribeBrowser } from './connect-channel.js';
import { readDeliveries, readDeliveriesById } from './delivery-log.store.js';
import { toDelivery } from './delivery-view.js';
import * as inputs from './notification-inputs.types.js';
import { readPersonSettings } from './notification-settings.store.js';
import * as types from './notification.types.js';
import { saveSettings, saveTemplate, showSettings, showTemplate } from './save-settings.js';
import { readShownServers } from './servers.store.js';

const channelOf = async (ctx: GraphqlContext, id: number): Promise<ChannelRow> => {
  const row = await readChannel(ctx.app.db, viewerId(ctx), id);
  if (!row) throw notFound('notification channel');
  return row;
};
const shown = async (ctx: GraphqlContext, id: number) => ({ channel: types.toChannel(await channelOf(ctx, id)) });

/** How and where a person is told. */
@Resolver()
export class NotificationResolver {
  @Query(() => types.NotificationSettings, { description: 'How you are told, with the texts.' })
  @Access('user')
  async notificationSettings(@Ctx() ctx: GraphqlContext): Promise<types.NotificationSettings> {
    return showSettings(await readPersonSettings(ctx.app.db, viewerId(ctx)));
  }

  @Query(() => inputs.NotificationTemplatePreview, { description: 'Tries a text. Nothing is saved.' })
  @Access('user')
  async previewNotificationTemplate(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.NotificationTemplateInput, { description: 'The text.' })
    { type, body }: inputs.NotificationTemplateInput,
  ): Promise<inputs.NotificationTemplatePreview> {
    const { locale } = await readPersonSettings(ctx.app.db, viewerId(ctx));
    const text = body ?? defaultBody(type, locale);
    return { text: renderTemplate(text, EXAMPLES[type]), faults: templateFaults(type, text) };
  }

  @Query(() => [types.NotificationChannel], { description: 'Where you are told, oldest first, without webhooks out.' })
  @Access('user')
  async notificationChannels(@Ctx() ctx: GraphqlContext): Promise<types.NotificationChannel[]> {
    return (await readChannels(ctx.app.db, viewerId(ctx), { webhooks: false })).map(types.toChannel);
  }

  @Query(() => types.NotificationDeliveryConnection, {
    description: 'What you and your webhooks were told and what became of it, newest first.',
  })
  @Access('user')
  async notificationDeliveries(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => inputs.NotificationDeliveryFilter, { nullable: true, description: 'Filters them.' })
    filter: inputs.NotificationDeliveryFilter | null,
  ): Promise<Connection<types.NotificationDelivery>> {
    const page = readPage(args);
    const where = {
      channelId: filterId(filter?.channelId),
      status: filter?.status ?? undefined,
      ...datesOf(filter ?? {}),
    };
    return toConnection(await readDeliveries(ctx.app.db, viewerId(ctx), where, page), page, toDelivery);
  }

  @Query(() => String, {
    nullable: true,
    description: 'The public key with which a browser subscribes to web push (applicationServerKey); null = not ready.',
  })
  @Access('user')
  async webPushKey(@Ctx() ctx: GraphqlContext): Promise<string | null> {
    return (await readShownServers(ctx.app.db)).vapidPublicKey;
  }

  @Mutation(() => inputs.SaveNotificationSettingsPayload, { description: 'Changes how you are told.' })
  @Access('user')
  @Audit('self')
  async saveNotificationSettings(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.SaveNotificationSettingsInput, { description: 'The changes.' })
    input: inputs.SaveNotificationSettingsInput,
  ): Promise<inputs.SaveNotificationSettingsPayload> {
    return { settings: showSettings(orThrow(await saveSettings(ctx.app, viewerId(ctx), input)).settings) };
  }

  @Mutation(() => inputs.SaveNotificationTemplatePayload, { description: 'Saves your own text for a type.' })
  @Access('user')
  @Audit('self')
  async saveNotificationTemplate(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.NotificationTemplateInput, { description: 'The text.' })
    { type, body }: inputs.NotificationTemplateInput,
  ): Promise<inputs.SaveNotificationTemplatePayload> {
    orThrow(await saveTemplate(ctx.app, viewerId(ctx), { type, body: body ?? null }));
    return { template: showTemplate(type, await readPersonSettings(ctx.app.db, viewerId(ctx))) };
  }

  @Mutation(() => inputs.ConnectNotificationChannelPayload, {
    description: 'Connects a channel. An address that is connected already gets its new key and is switched on.',
  })
  @Access('user')
  @Audit('notification_channel')
  async connectNotificationChannel(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.ConnectNotificationChannelInput, { description: 'The channel.' })
    input: inputs.ConnectNotificationChannelInput,
  ): Promise<inputs.ConnectNotificationChannelPayload> {
    return shown(ctx, orThrow(await connectChannel(ctx.app, viewerId(ctx), input)).id);
  }

  @Mutation(() => inputs.UpdateNotificationChannelPayload, { description: 'Renames a channel or switches it.' })
  @Access('user')
  @Audit('notification_channel')
  async updateNotificationChannel(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.UpdateNotificationChannelInput, { description: 'The changes.' })
    { channelId, label, isEnabled }: inputs.UpdateNotificationChannelInput,
  ): Promise<inputs.UpdateNotificationChannelPayload> {
    const { id, sourceId } = await channelOf(ctx, rowId(channelId) ?? 0);
    if (sourceId !== null) throw apiError('CONFLICT', 'An alert group is changed with setSourceAlertGroup.');
    const changes = { label: label ?? undefined, isEnabled: isEnabled ?? undefined };
    await updateChannel(ctx.app.db, viewerId(ctx), id, changes);
    return shown(ctx, id);
  }

  @Mutation(() => inputs.TestNotificationChannelPayload, {
    description:
      'Sends a test message through a channel or a webhook out now, and waits up to about ten seconds for it.',
  })
  @Access('user')
  @Audit('notification_channel')
  async testNotificationChannel(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.NotificationChannelInput, { description: 'The channel.' })
    { channelId }: inputs.NotificationChannelInput,
  ): Promise<inputs.TestNotificationChannelPayload> {
    const userId = viewerId(ctx);
    const { id, label } = await channelOf(ctx, rowId(channelId) ?? 0);
    const [now, key] = [ctx.app.clock.now(), `TEST_MESSAGE:${randomUUID()}`];
    const happening = { type: 'TEST_MESSAGE' as const, key, occurredAt: now, facts: { channel: label } };
    const deliveryId = await insertSingle(ctx.app.db, { userId, channelId: id, happening, dueAt: now });
    await deliverNow(ctx, id);
    const [row] = await readDeliveriesById(ctx.app.db, userId, [deliveryId]);
    if (!row) throw notFound('notification channel');
    return { delivery: toDelivery(row) };
  }

  @Mutation(() => inputs.RetryNotificationDeliveryPayload, {
    description: 'Sends a notification again that failed or was sent, with the same id and the same text.',
  })
  @Access('user')
  @Audit('notification_delivery')
  async retryNotificationDelivery(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.RetryNotificationDeliveryInput, { description: 'The delivery.' })
    { deliveryId }: inputs.RetryNotificationDeliveryInput,
  ): Promise<inputs.RetryNotificationDeliveryPayload> {
    const [userId, id] = [viewerId(ctx), rowId(deliveryId) ?? 0];
    await requeueDelivery(ctx.app.db, userId, { id, now: ctx.app.clock.now() });
    const [row] = await readDeliveriesById(ctx.app.db, userId, [id]);
    if (!row) throw notFound('notification');
    return { delivery: toDelivery(row) };
  }

  @Mutation(() => inputs.RemoveNotificationChannelPayload, {
    description: 'Removes a channel or a webhook out, with its key and its log.',
  })
  @Access('user')
  @Audit('notification_channel')
  async removeNotificationChannel(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.NotificationChannelInput, { description: 'The channel.' })
    { channelId }: inputs.NotificationChannelInput,
  ): Promise<inputs.RemoveNotificationChannelPayload> {
    const { id } = await channelOf(ctx, rowId(channelId) ?? 0);
    await deleteChannel(ctx.app.db, viewerId(ctx), id);
    return { id };
  }

  @Mutation(() => inputs.SubscribeWebPushPayload, { description: 'Makes this browser a channel.' })
  @Access('user')
  @Audit('notification_channel')
  async subscribeWebPush(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.SubscribeWebPushInput, { description: 'The subscription of the browser.' })
    input: inputs.SubscribeWebPushInput,
  ): Promise<inputs.SubscribeWebPushPayload> {
    return shown(ctx, orThrow(await subscribeBrowser(ctx.app, viewerId(ctx), input)).id);
  }

  @Mutation(() => inputs.UnsubscribeWebPushPayload, { description: 'Removes this browser from your channels.' })
  @Access('user')
  @Audit('notification_channel')
  async unsubscribeWebPush(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => inputs.UnsubscribeWebPushInput, { description: 'The browser.' })
    { endpoint }: inputs.UnsubscribeWebPushInput,
  ): Promise<inputs.UnsubscribeWebPushPayload> {
    const [userId, address] = [viewerId(ctx), URL.canParse(endpoint) ? new URL(endpoint).href : endpoint];
    const id = await findByAddress(ctx.app.db, userId, { kind: 'WEB_PUSH', address });
    return { wasSubscribed: id !== undefined && (await deleteChannel(ctx.app.db, userId, id)) };
  }
}

/** Within one attempt; the worker goes on with what is left. A webhook waits for the process that makes bodies. */
async function deliverNow(ctx: GraphqlContext, channelId: number): Promise<void> {
  const signal = AbortSignal.timeout(12_000);
  const { makePayload } = ctx;
  await deliverChannel(ctx.app, channelId, { signal, ...(makePayload && { makePayload }) });
}
