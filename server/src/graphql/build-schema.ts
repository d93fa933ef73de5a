import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { AccountResolver } from '../accounts/account.resolver.js';
import { PauseEntriesResolver } from '../accounts/pause-entries.resolver.js';
import { RealAccountResolver } from '../accounts/real-account.resolver.js';
import { AuthResolver } from '../auth/auth.resolver.js';
import { LiveResolver } from '../live/live.resolver.js';
import { AlertResolver } from '../operations/alert.resolver.js';
import { KillSwitchResolver } from '../operations/kill-switch.resolver.js';
import { ServerInfoResolver } from '../operations/server-info.resolver.js';
import { ParameterResolver } from '../parameters/parameter.resolver.js';
import { PositionExitsResolver } from '../positions/position-exits.resolver.js';
import { PositionFillResolver, PositionResolver } from '../positions/position.resolver.js';
import { PriceResolver } from '../prices/price.resolver.js';
import { AccountComparisonResolver, ForeignOrderResolver } from '../reconciliation/reconciliation.resolver.js';
import { DashboardResolver } from '../reports/dashboard.resolver.js';
import { TriggerLatencyResolver } from '../reports/trigger-latency.resolver.js';
import { TradeExecutionResolver, TradeJobResolver } from '../trading/job.resolver.js';
import { OwnerPlanItemResolver, OwnerPlanResolver } from '../trading/owner-plan.resolver.js';
import { PositionActionsResolver } from '../trading/position-actions.resolver.js';
import { UserResolver } from '../users/user.resolver.js';
import { VaultResolver } from '../vaults/vault.resolver.js';
import { ExplainResolver } from '../webhooks/explain.resolver.js';
import { PhraseResolver } from '../webhooks/phrase.resolver.js';
import { WebhookEventResolver, WebhookReceiptResolver } from '../webhooks/webhook-event.resolver.js';
import { WebhookBindingResolver, WebhookSourceResolver } from '../webhooks/webhook-source.resolver.js';
import { enforceAccess } from './access.js';
import { validateInput } from './rules.js';

/** type-graphql wants one; every subscription of ours brings its own stream. */
const noPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions read the live hub');
  },
};

/** The executable schema, its access rules in front of every operation. */
export async function buildApiSchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      ...([UserResolver, AuthResolver, AccountResolver, VaultResolver, ParameterResolver] as const),
      ...([WebhookSourceResolver, WebhookBindingResolver, WebhookReceiptResolver, WebhookEventResolver] as const),
      ...([ExplainResolver, TradeJobResolver, TradeExecutionResolver, PositionResolver, PositionFillResolver] as const),
      ...([PositionExitsResolver, PositionActionsResolver, OwnerPlanResolver, OwnerPlanItemResolver] as const),
      ...([RealAccountResolver, KillSwitchResolver, PauseEntriesResolver, TriggerLatencyResolver] as const),
      ...([ForeignOrderResolver, AccountComparisonResolver, PhraseResolver] as const),
      ...([PriceResolver, AlertResolver, DashboardResolver, ServerInfoResolver, LiveResolver] as const),
    ],
    pubSub: noPubSub,
    validate: false,
    validateFn: validateInput,
  });
  return enforceAccess(schema);
}

/** The contract as it stands in schema.graphql. */
export const printApiSchema = (schema: GraphQLSchema): string => `${printSchema(lexicographicSortSchema(schema))}\n`;
