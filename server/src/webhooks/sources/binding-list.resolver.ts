import { Arg, Args, Ctx, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import type { TradeMode as TradeModeText } from '../../core/domain.js';
import { Access } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { TradeMode } from '../../graphql/enums.js';
import { DatesFilter, datesOf, scopesOf, SEVERAL } from '../../graphql/list-filter.js';
import { connectionType, PageArgs, readPage, toConnection, type Connection } from '../../graphql/pages.js';
import { toBinding, WebhookBinding } from '../events/webhook.types.js';
import { readBindingList } from './binding-list.store.js';

const WebhookBindingConnection = connectionType('WebhookBinding', WebhookBinding);

@InputType({ description: 'Which bindings.' })
class WebhookBindingFilter extends DatesFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this source.' })
  sourceId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('sources', 'sourceId') })
  sourceIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  accountId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('accounts', 'accountId') })
  accountIds?: string[] | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of sources of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => Boolean, { nullable: true, description: 'Only active or only inactive ones.' })
  isActive?: boolean | null;
}

@Resolver()
export class BindingListResolver {
  @Query(() => WebhookBindingConnection, { description: 'Which accounts your sources trade for, newest first.' })
  @Access('user')
  async webhookBindings(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => WebhookBindingFilter, { nullable: true, description: 'Filters the bindings.' })
    filter: WebhookBindingFilter | null,
  ): Promise<Connection<WebhookBinding>> {
    const page = readPage(args);
    const where = {
      ...scopesOf(filter ?? {}),
      ...{ tradeMode: filter?.tradeMode ?? undefined, isActive: filter?.isActive ?? undefined },
      ...datesOf(filter ?? {}),
    };
    return toConnection(await readBindingList(ctx.app.db, viewerId(ctx), where, page), page, toBinding);
  }
}
