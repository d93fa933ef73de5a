import 'reflect-metadata';
import { lexicographicSortSchema, printSchema, specifiedDirectives, type GraphQLSchema } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { AccountResolver } from '../accounts/account.resolver.js';
import { PauseEntriesResolver } from '../accounts/pause-entries.resolver.js';
import { RealAccountResolver } from '../accounts/real-account.resolver.js';
import { AuthResolver } from '../auth/auth.resolver.js';
import { PeopleResolver } from '../auth/people/people.resolver.js';
import { BindingListResolver } from '../webhooks/sources/binding-list.resolver.js';
import { PasskeyResolver } from '../auth/passkeys/passkey.resolver.js';
import { SecondFactorResolver } from '../auth/second-factor/second-factor.resolver.js';
import { SessionResolver } from '../auth/sessions/session.resolver.js';
import { AuditLogResolver } from '../auth/audit/audit-log.resolver.js';
import { ApiTokenResolver } from '../auth/tokens/api-token.resolver.js';
import { LiveResolver } from './subscriptions/live.resolver.js';
import { AlertResolver } from '../alerts/alert.resolver.js';
import { KillSwitchResolver } from '../bulk-actions/kill-switch.resolver.js';
import { VerifyAuditResolver } from '../system/verify-audit.resolver.js';
import { ScheduledJobResolver } from '../scheduled-jobs/scheduled-job.resolver.js';
import { MonitoringLogResolver } from '../system/monitoring-logs.resolver.js';
import { BackupResolver } from '../backup/backup.resolver.js';
import { SetupResolver } from '../setup/setup.resolver.js';
import { LogLevelResolver } from '../system/log-level.resolver.js';
import { TradingHaltResolver } from '../system/trading-halt.resolver.js';
import { TradingGatesResolver } from '../system/trading-gates/trading-gates.resolver.js';
import { ServerInfoResolver } from '../system/server-info.resolver.js';
import { ParameterResolver } from '../parameters/parameter.resolver.js';
import { PositionExitsResolver } from '../positions/position-exits.resolver.js';
import { JobPositionResolver } from '../positions/job-position.resolver.js';
import { PositionFillResolver, PositionResolver } from '../positions/position.resolver.js';
import { CandleResolver } from '../prices/candles/candle.resolver.js';
import { PriceResolver } from '../prices/price.resolver.js';
import { AccountReconciliationResolver, ExternalOrderResolver } from '../reconciliation/reconciliation.resolver.js';
import { DashboardResolver } from '../reports/dashboard.resolver.js';
import { ReportResolver } from '../reports/report.resolver.js';
import { TriggerLatencyResolver } from '../reports/trigger-latency.resolver.js';
import { TradeExecutionResolver, TradeJobResolver } from '../orders/job.resolver.js';
import { BulkActionItemResolver, BulkActionResolver } from '../bulk-actions/bulk-action.resolver.js';
import { PlaceOrderResolver } from '../positions/buy/place-order.resolver.js';
import { PositionActionsResolver } from '../positions/position-actions.resolver.js';
import { ViewSettingsResolver } from '../users/view-settings.resolver.js';
import { UserResolver } from '../users/user.resolver.js';
import { VaultResolver } from '../vaults/vault.resolver.js';
import { DryRunResolver } from '../webhooks/events/dry-run.resolver.js';
import { PhraseResolver } from '../webhooks/phrases/phrase.resolver.js';
import { JobEventResolver } from '../webhooks/events/job-event.resolver.js';
import {
  WebhookBlockedAttemptResolver,
  WebhookEventResolver,
  WebhookReceiptResolver,
} from '../webhooks/events/webhook-event.resolver.js';
import { WebhookBindingResolver, WebhookSourceResolver } from '../webhooks/sources/webhook-source.resolver.js';
import { NotificationEventResolver } from '../notifications/settings/notification-event.resolver.js';
import { NotificationResolver } from '../notifications/settings/notification.resolver.js';
import { NotificationServersResolver } from '../notifications/settings/servers.resolver.js';
import { NotificationLogResolver } from '../notifications/settings/notification-log.resolver.js';
import { QueueResolver } from '../scheduled-jobs/queues.resolver.js';
import { SettingsResolver } from '../system/installation/settings.resolver.js';
import { WebhookEndpointResolver } from '../notifications/webhooks-out/webhook-endpoint.resolver.js';
import { enforceAccess } from '../graphql/access.js';
import { validateInput } from '../graphql/rules.js';
import { callFieldResolversDirectly, readPropertiesDirectly } from './direct-resolvers.js';
import { queueHeavyReads } from './limits/heavy-reads.js';
import { failAlone, SEMANTIC_NON_NULL, withSemanticNonNull } from './semantic-non-null.js';

/** type-graphql requires one, but each subscription of ours has its own stream. */
const noPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions read the live hub');
  },
};

/** What signals mean, what they would do, and what they pass. */
const SIGNAL_RESOLVERS = [PhraseResolver, JobEventResolver, DryRunResolver, TradingGatesResolver] as const;

/**
 * The executable schema, with its access rules in front of every operation. Not `direct`: fields are resolved in the way of
 * type-graphql, which a test compares ours with.
 */
export async function buildApiSchema({ direct = true } = {}): Promise<GraphQLSchema> {
  readPropertiesDirectly(direct);
  const schema = await buildSchema({
    resolvers: [
      UserResolver,
      ViewSettingsResolver,
      AuthResolver,
      ApiTokenResolver,
      PeopleResolver,
      AuditLogResolver,
      BindingListResolver,
      PasskeyResolver,
      SecondFactorResolver,
      SessionResolver,
      AccountResolver,
      VaultResolver,
      ParameterResolver,
      WebhookSourceResolver,
      WebhookBindingResolver,
      WebhookReceiptResolver,
      WebhookEventResolver,
      WebhookBlockedAttemptResolver,
      ...SIGNAL_RESOLVERS,
      TradeJobResolver,
      TradeExecutionResolver,
      PositionResolver,
      PositionFillResolver,
      PositionExitsResolver,
      PositionActionsResolver,
      PlaceOrderResolver,
      BulkActionResolver,
      BulkActionItemResolver,
      RealAccountResolver,
      KillSwitchResolver,
      PauseEntriesResolver,
      TriggerLatencyResolver,
      ExternalOrderResolver,
      AccountReconciliationResolver,
      JobPositionResolver,
      CandleResolver,
      PriceResolver,
      AlertResolver,
      DashboardResolver,
      ReportResolver,
      MonitoringLogResolver,
      ServerInfoResolver,
      LogLevelResolver,
      TradingHaltResolver,
      BackupResolver,
      SetupResolver,
      ScheduledJobResolver,
      NotificationResolver,
      NotificationEventResolver,
      NotificationServersResolver,
      NotificationLogResolver,
      QueueResolver,
      SettingsResolver,
      WebhookEndpointResolver,
      VerifyAuditResolver,
      LiveResolver,
    ],
    pubSub: noPubSub,
    directives: [...specifiedDirectives, SEMANTIC_NON_NULL],
    validate: false,
    validateFn: validateInput,
  });
  return failAlone(enforceAccess(queueHeavyReads(direct ? callFieldResolversDirectly(schema) : schema)));
}

/** The schema as text, as it is stored in schema.graphql. */
export const printApiSchema = (schema: GraphQLSchema): string =>
  `${withSemanticNonNull(printSchema(lexicographicSortSchema(schema)), schema)}\n`;
