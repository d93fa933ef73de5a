import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import { stateName, WhatsAppConnectionState, type ConnectionStateName } from './notification-enums.js';
import type { ShownServers } from './servers.store.js';

@ObjectType({ description: 'The server of Evolution API. Its key is never shown.' })
export class WhatsAppServer {
  @Field(() => String, { description: 'Its address.' })
  address!: string;

  @Field(() => String, { description: 'The name of the instance.' })
  instanceName!: string;

  @Field(() => Boolean, { description: 'Whether a key is stored.' })
  hasKey!: boolean;

  @Field(() => Boolean, { description: 'Whether messages go out through it.' })
  isActive!: boolean;

  @Field(() => Boolean, { description: 'Whether it is an older version, which wants textMessage in the body.' })
  usesOldBody!: boolean;

  @Field(() => WhatsAppConnectionState, {
    nullable: true,
    description: 'Its connection when last asked; null = unknown.',
  })
  state!: ConnectionStateName | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last asked.' })
  checkedAt!: Date | null;
}

@ObjectType({ description: 'The mail server. Its password is never shown.' })
export class MailServer {
  @Field(() => String, { description: 'Host and port.' })
  server!: string;

  @Field(() => String, { description: 'The sender.' })
  from!: string;
}

@ObjectType({ description: 'The servers through which this installation sends.' })
export class NotificationServers {
  @Field(() => WhatsAppServer, { nullable: true, description: 'WhatsApp; null = not set up.' })
  whatsApp!: WhatsAppServer | null;

  @Field(() => MailServer, { nullable: true, description: 'E-mail; null = not set up.' })
  mail!: MailServer | null;

  @Field(() => Boolean, { description: 'Whether browsers can subscribe.' })
  hasWebPush!: boolean;
}

export const toServers = ({ whatsApp, mail, vapidPublicKey }: ShownServers): NotificationServers => ({
  whatsApp: whatsApp && {
    ...{ address: whatsApp.apiUrl, instanceName: whatsApp.instanceName, hasKey: whatsApp.hasApiKey },
    ...{ isActive: whatsApp.isActive, usesOldBody: whatsApp.usesOldBody, checkedAt: whatsApp.checkedAt },
    state: whatsApp.state && stateName(whatsApp.state),
  },
  mail,
  hasWebPush: vapidPublicKey !== null,
});

const host = z.string().regex(/^[\w.:[\]-]{1,190}$/, 'host must be a name or an address.');

@InputType({ description: 'The server of Evolution API.' })
@Rules(
  z.object({
    address: z.url({ protocol: /^https?$/, error: 'address must start with http:// or https://.' }).max(500),
    apiKey: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, 'apiKey must be printable text without spaces.')
      .nullish(),
    instanceName: z.string().min(1).max(120),
  }),
)
export class SetWhatsAppServerInput {
  @Field(() => String, { description: 'Its address. It may be on your network.' })
  address!: string;

  @Field(() => String, { nullable: true, description: 'Its key; omitted = the stored one, null = none.' })
  apiKey?: string | null;

  @Field(() => String, { description: 'The name of the instance.' })
  instanceName!: string;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether messages go out through it.' })
  isActive!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether it is an older version. The other form is tried, too.',
  })
  usesOldBody!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Your password again. Not needed within 10 minutes after stepUp.',
  })
  password?: string | null;
}

@ObjectType({ description: 'The servers, after the change.' })
export class SetWhatsAppServerPayload {
  @Field(() => NotificationServers, { description: 'As they are now.' })
  servers!: NotificationServers;
}

@InputType({ description: 'The mail server. Without a host, it is removed.' })
@Rules(
  z.object({
    host: host.nullish(),
    port: z.int().min(1).max(65_535),
    userName: z.string().max(190).nullish(),
    userPassword: z.string().max(190).nullish(),
    from: z
      .string()
      .max(190)
      .refine((text) => /@/.test(text) && !/[\r\n]/.test(text), 'from must be an e-mail address.'),
  }),
)
export class SetMailServerInput {
  @Field(() => String, { nullable: true, description: 'Its host; null = remove the mail server.' })
  host?: string | null;

  @Field(() => Int, { defaultValue: 587, description: 'Its port.' })
  port!: number;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether the connection begins with TLS (port 465).' })
  isTls!: boolean;

  @Field(() => String, { nullable: true, description: 'The user.' })
  userName?: string | null;

  @Field(() => String, { nullable: true, description: 'The password of that user.' })
  userPassword?: string | null;

  @Field(() => String, { description: 'The sender, such as mvcashnode <bot@example.com>.' })
  from!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your password again. Not needed within 10 minutes after stepUp.',
  })
  password?: string | null;
}

@ObjectType({ description: 'The servers, after the change.' })
export class SetMailServerPayload {
  @Field(() => NotificationServers, { description: 'As they are now.' })
  servers!: NotificationServers;
}

@ObjectType({ description: 'What the servers said.' })
export class CheckNotificationServersPayload {
  @Field(() => NotificationServers, { description: 'As they are now.' })
  servers!: NotificationServers;

  @Field(() => String, { nullable: true, description: 'What WhatsApp said: open = it works. Null = it is not set up.' })
  whatsApp!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the mail server said: open = it works. Null = it is not set up.',
  })
  mail!: string | null;
}
