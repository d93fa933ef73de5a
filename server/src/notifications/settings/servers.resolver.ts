import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { requirePassword } from '../../auth/require-password.js';
import { whatsAppRecipient } from '../../core/notifications/recipient.js';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { badInput, notFound } from '../../graphql/errors.js';
import { rowId } from '../../graphql/pages.js';
import { writeAlertGroup } from '../../webhooks/sources/webhook-source.store.js';
import { checkServers } from './check-servers.js';
import { SetSourceAlertGroupInput, SetSourceAlertGroupPayload } from './notification-inputs.types.js';
import { readShownServers, writeMailServer, writeWhatsAppServer } from './servers.store.js';
import * as types from './servers.types.js';

const shown = async (ctx: GraphqlContext) => ({ servers: types.toServers(await readShownServers(ctx.app.db)) });

/** What administrators set up for everybody, and the groups of sources. */
@Resolver()
export class NotificationServersResolver {
  @Query(() => types.NotificationServers, { description: 'The servers of WhatsApp and e-mail. For administrators.' })
  @Access('admin')
  async notificationServers(@Ctx() ctx: GraphqlContext): Promise<types.NotificationServers> {
    return (await shown(ctx)).servers;
  }

  @Mutation(() => types.SetWhatsAppServerPayload, {
    description: 'Sets the server of WhatsApp. Needs your password. For administrators.',
  })
  @Access('admin')
  @Audit('notification_server')
  async setWhatsAppServer(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.SetWhatsAppServerInput, { description: 'The server.' })
    input: types.SetWhatsAppServerInput,
  ): Promise<types.SetWhatsAppServerPayload> {
    const { address, apiKey, instanceName, isActive, usesOldBody, password } = input;
    await requirePassword(ctx, password, 'setWhatsAppServer');
    const server = { apiUrl: address, apiKey, instanceName, isActive, usesOldBody };
    await writeWhatsAppServer(ctx.app.db, ctx.app.secrets, server);
    return shown(ctx);
  }

  @Mutation(() => types.SetMailServerPayload, {
    description: 'Sets or removes the mail server. Needs your password. For administrators.',
  })
  @Access('admin')
  @Audit('notification_server')
  async setMailServer(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.SetMailServerInput, { description: 'The server.' }) input: types.SetMailServerInput,
  ): Promise<types.SetMailServerPayload> {
    await requirePassword(ctx, input.password, 'setMailServer');
    await writeMailServer(ctx.app.db, ctx.app.secrets, input.host ? mailServer(input, input.host) : null);
    return shown(ctx);
  }

  @Mutation(() => types.CheckNotificationServersPayload, {
    description: 'Asks the servers now whether they work. No message is sent. For administrators.',
  })
  @Access('admin')
  @Audit('notification_server')
  async checkNotificationServers(@Ctx() ctx: GraphqlContext): Promise<types.CheckNotificationServersPayload> {
    const { whatsApp = null, mail = null } = await checkServers(ctx.app, { signal: AbortSignal.timeout(12_000) });
    return { ...(await shown(ctx)), whatsApp, mail };
  }

  @Mutation(() => SetSourceAlertGroupPayload, {
    description: 'Sets the WhatsApp group that is told of every signal that a source of yours accepts.',
  })
  @Access('user')
  @Audit('webhook_source')
  async setSourceAlertGroup(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => SetSourceAlertGroupInput, { description: 'The source and the group.' })
    { sourceId, groupId }: SetSourceAlertGroupInput,
  ): Promise<SetSourceAlertGroupPayload> {
    const [id, given] = [rowId(sourceId) ?? 0, groupId ?? null];
    const group = given === null ? null : whatsAppRecipient(given);
    const wanted = { id, ownerUserId: viewerId(ctx), groupId: group?.type === 'group' ? group.recipient : null };
    const isGroup = given === null || wanted.groupId !== null;
    if (!(await ownsSource(ctx, id))) throw notFound('webhook source');
    if (!isGroup) throw badInput({ path: 'groupId', message: 'groupId must be the id of a group (…@g.us).' });
    await writeAlertGroup(ctx.app.db, wanted);
    return { sourceId: id, groupId: wanted.groupId };
  }
}

const ownsSource = async (ctx: GraphqlContext, id: number): Promise<boolean> =>
  (await ctx.loaders.source.load(id)) !== null;

function mailServer({ port, isTls, userName, userPassword, from }: types.SetMailServerInput, host: string) {
  const user = userName ? `${encodeURIComponent(userName)}:${encodeURIComponent(userPassword ?? '')}@` : '';
  const hint = `${host}:${port}`;
  return { smtpUrl: `${isTls ? 'smtps' : 'smtp'}://${user}${hint}`, hint, from };
}
