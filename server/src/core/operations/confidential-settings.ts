/**
 * Settings whose values must never appear in an error message, a log or an answer. Each may be given as a file instead,
 * named by the variable with `_FILE` behind its name.
 */
export const CONFIDENTIAL_SETTINGS: readonly string[] = [
  ...['DATABASE_URL', 'REDIS_URL', 'SECRET_KEYS', 'DEMO_PASSWORD', 'BACKUP_AGE_IDENTITY'],
];

export const isConfidential = (name: string): boolean => CONFIDENTIAL_SETTINGS.includes(name);

/** A setting as it is shown: a confidential one only says whether it is set. */
export interface ShownSetting {
  name: string;
  /** null = not set, or confidential. */
  value: string | null;
  isSet: boolean;
  isConfidential: boolean;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** The settings that a process uses, in the order in which they are given. */
export const showSettings = (settings: Readonly<Record<string, unknown>>): ShownSetting[] =>
  Object.entries(settings).map(([name, value]) => {
    const [isSet, hidden] = [!isEmpty(value), isConfidential(name)];
    return { name, isSet, isConfidential: hidden, value: isSet && !hidden ? asText(value) : null };
  });
