import { z } from 'zod';
import { isVisibleText } from '../core/visible-text.js';

/**
 * The rule of a name or label: trimmed, `min` to `max` characters, all of them visible. Control characters would forge
 * lines, and characters that turn the direction would make it look like another name.
 */
export const visibleText = (field: string, max: number, min = 1) =>
  z
    .string()
    .trim()
    .min(min, `${field} must not be empty.`)
    .max(max, `${field} must have at most ${max} characters.`)
    .refine(isVisibleText, `${field} must not have control characters or invisible ones.`);
