import { isAddress } from '../../lib/field-rules';

/** The addresses in a text: one on each line, or separated by commas or spaces. */
export const addressLines = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** The first part of a text that is no address and no range; undefined when all are. */
export const wrongAddress = (text: string): string | undefined => addressLines(text).find((line) => !isAddress(line));
