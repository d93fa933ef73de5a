import type { JobStatus } from '../../gql/generated';

/** Groups of statuses to filter by; their names are part of the address. */
export const STATUS_GROUPS = {
  live: ['PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED'],
  filled: ['FILLED'],
  refused: ['SKIPPED', 'FAILED'],
  canceled: ['CANCELED'],
} as const satisfies Record<string, readonly JobStatus[]>;

export type StatusGroup = keyof typeof STATUS_GROUPS;
export const STATUS_GROUP_NAMES = Object.keys(STATUS_GROUPS) as StatusGroup[];

/** Whether a job still matches the filter: its status may have changed since the list was read. */
export const isInGroup = (status: JobStatus, group: StatusGroup | undefined): boolean =>
  group === undefined || (STATUS_GROUPS[group] as readonly JobStatus[]).includes(status);
