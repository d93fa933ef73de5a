import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { AlertType as AlertTypeName } from '../core/operations/alert-types.js';
import { AlertSeverity, AlertType, type AlertSeverityName } from '../graphql/enums.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import type { AlertRow } from './alert.store.js';

@ObjectType({ description: 'A problem that needs attention.' })
export class Alert {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => AlertType, { description: 'The kind of alert.' })
  type!: AlertTypeName;

  @Field(() => AlertSeverity, { description: 'How urgent it is.' })
  severity!: AlertSeverityName;

  @Field(() => String, { description: 'What happened.' })
  message!: string;

  @Field(() => Boolean, { description: 'Whether it is about the installation. Such alerts are shown to admins.' })
  isOperators!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was raised.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was resolved; null while open.' })
  resolvedAt!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether a person resolved it. False while it is open, and when the system resolved it.',
  })
  resolvedByHand!: boolean;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When somebody took note of it; from then on it is not raised again. Null = nobody did.',
  })
  acknowledgedAt!: Date | null;

  @Field(() => Int, { description: 'How often it was raised again because nobody acknowledged it.' })
  escalationLevel!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was raised again last; null = never.' })
  escalatedAt!: Date | null;
}

@ObjectType({ description: 'An alert that was resolved by hand.' })
export class ResolveAlertPayload {
  @Field(() => Alert, { description: 'The alert as it is now.' })
  alert!: Alert;
}

export const toAlert = (row: AlertRow): Alert => ({
  id: row.id,
  type: row.alert_type as AlertTypeName,
  severity: row.severity.toUpperCase() as AlertSeverityName,
  message: row.message,
  isOperators: row.user_id === null,
  createdAt: row.created_at,
  resolvedAt: row.resolved_at,
  resolvedByHand: row.resolved_by !== null,
  acknowledgedAt: row.acknowledged_at,
  escalationLevel: row.escalation_level,
  escalatedAt: row.escalated_at,
});
export const AlertConnection = connectionType('Alert', Alert);

@InputType({ description: 'An alert to resolve.' })
export class ResolveAlertInput {
  @Field(() => ID, { description: 'The alert.' })
  alertId!: string;
}

@ObjectType({ description: 'An alert that somebody took note of.' })
export class AcknowledgeAlertPayload {
  @Field(() => Alert, { description: 'The alert as it is now.' })
  alert!: Alert;
}

@InputType({ description: 'An alert to acknowledge.' })
export class AcknowledgeAlertInput {
  @Field(() => ID, { description: 'The alert.' })
  alertId!: string;
}

@InputType({ description: 'Which alerts.' })
export class AlertFilter extends DatesFilter {
  @Field(() => Boolean, { nullable: true, description: 'True: only alerts that are still open.' })
  openOnly?: boolean | null;

  @Field(() => [AlertType], { nullable: true, description: 'Only those of these kinds.' })
  type?: AlertTypeName[] | null;

  @Field(() => [AlertSeverity], { nullable: true, description: 'Only those of these severities.' })
  severity?: AlertSeverityName[] | null;
}
