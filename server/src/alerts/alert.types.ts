import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { AlertSeverity, type AlertSeverityName } from '../graphql/enums.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import type { AlertRow } from './alert.store.js';

@ObjectType({ description: 'A problem that needs attention.' })
export class Alert {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'The kind of alert, such as ORDER_UNKNOWN.' })
  type!: string;

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
}

@ObjectType({ description: 'An alert that was resolved by hand.' })
export class ResolveAlertPayload {
  @Field(() => Alert, { description: 'The alert as it is now.' })
  alert!: Alert;
}

export const toAlert = (row: AlertRow): Alert => ({
  id: row.id,
  type: row.alert_type,
  severity: row.severity.toUpperCase() as AlertSeverityName,
  message: row.message,
  isOperators: row.user_id === null,
  createdAt: row.created_at,
  resolvedAt: row.resolved_at,
  resolvedByHand: row.resolved_by !== null,
});
export const AlertConnection = connectionType('Alert', Alert);

@InputType({ description: 'An alert to resolve.' })
export class ResolveAlertInput {
  @Field(() => ID, { description: 'The alert.' })
  alertId!: string;
}

@InputType({ description: 'Which alerts.' })
export class AlertFilter extends DatesFilter {
  @Field(() => Boolean, { nullable: true, description: 'True: only alerts that are still open.' })
  openOnly?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Only those of this kind, such as ORDER_UNKNOWN.' })
  type?: string | null;

  @Field(() => [AlertSeverity], { nullable: true, description: 'Only those of these severities.' })
  severity?: AlertSeverityName[] | null;
}
