import {
  markRepeated,
  composeDigest,
  defaultBody,
  pathOf,
  renderTemplate,
  titleOf,
  type Message,
} from '../../core/notifications/templates.js';
import type { PersonSettings } from '../settings/notification-settings.store.js';
import type { EventRow } from './delivery.store.js';

/** The message of one event, or of several as a summary, with the person's own templates. */
export function composeMessage(
  events: readonly EventRow[],
  { locale, templates }: Pick<PersonSettings, 'locale' | 'templates'>,
): Message {
  const messages = events.map(({ type, facts }) => ({
    title: titleOf(type, locale),
    text: renderTemplate(templates[type] ?? defaultBody(type, locale), facts),
    path: pathOf(type, facts),
  }));
  return composeDigest(messages, locale);
}

/** A message is stored as it is sent, so that every attempt sends the same. */
export const storeMessage = (message: Message): string => JSON.stringify(message);
export const storedMessage = (stored: string): Message => JSON.parse(stored) as Message;

export const markStored = (stored: string, { locale }: Pick<PersonSettings, 'locale'>): string =>
  storeMessage(markRepeated(storedMessage(stored), locale));
