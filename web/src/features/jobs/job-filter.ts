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

/** The groups that the address names, separated by commas; it can be edited by hand. */
export const groupsIn = (text: string): StatusGroup[] =>
  STATUS_GROUP_NAMES.filter((name) => text.split(',').includes(name));

export const statusesOf = (groups: readonly StatusGroup[]): JobStatus[] =>
  groups.flatMap((name) => STATUS_GROUPS[name]);

/** Whether a job still matches the filter: its status may have changed since the list was read. */
export const isInGroups = (status: JobStatus, groups: readonly StatusGroup[]): boolean =>
  groups.length === 0 || statusesOf(groups).includes(status);
