import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SignalAction as SignalActionText } from '../../core/domain.js';
import type { UnreadPart as Unread } from '../../core/signal/read-signal.js';
import { normalizePhrase, type PhraseMeaning as PhraseMeaningText } from '../../core/signal/text/signal-phrases.js';
import { PhraseMeaning, SignalAction, UnreadKind } from '../../graphql/enums.js';
import { GraphQLDateTime, GraphQLDecimal } from '../../graphql/scalars.js';
import type { PhraseRow } from './webhook-phrases.store.js';

@ObjectType({ description: 'What a message holds that its reader does not know; it can be taught as a phrase.' })
export class UnreadPart {
  @Field(() => UnreadKind, { description: 'A word or a field.' })
  kind!: Unread['kind'];

  @Field(() => String, { description: 'As it is taught.' })
  text!: string;

  @Field(() => PhraseMeaning, {
    nullable: true,
    description: 'What it was taught to mean since; null when it was not.',
  })
  taughtAs!: PhraseMeaningText | null;
}

/** The unread parts with what the source has been taught of them. */
export const toUnread = (parts: readonly Unread[], phrases: readonly PhraseRow[]): UnreadPart[] =>
  parts.map(({ kind, text }) => {
    const compared = normalizePhrase(text);
    const known = phrases.find((row) => row.phrase_normalized === compared);
    return { kind, text, taughtAs: (known?.meaning as PhraseMeaningText | undefined) ?? null };
  });

@ObjectType({ description: 'A word or phrase that the owner taught the reader of a source.' })
export class SourcePhrase {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'As it was typed.' })
  phrase!: string;

  @Field(() => String, {
    description: 'As it is compared: lower case, without accents and signs; # stands for any number.',
  })
  comparedAs!: string;

  @Field(() => PhraseMeaning, { description: 'What it stands for.' })
  meaning!: PhraseMeaningText;

  @Field(() => GraphQLDateTime, { description: 'Since when.' })
  createdAt!: Date;
}

export const toPhrase = (row: PhraseRow): SourcePhrase => ({
  id: row.id,
  phrase: row.phrase,
  comparedAs: row.phrase_normalized,
  meaning: row.meaning as PhraseMeaningText,
  createdAt: row.created_at,
});

@InputType({ description: 'Teaches the reader of a source what a word or phrase means.' })
export class TeachPhraseInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => String, { description: 'The word or phrase, as it stands in messages. # stands for any number.' })
  phrase!: string;

  @Field(() => PhraseMeaning, { description: 'What it stands for. A phrase that is known already gets this meaning.' })
  meaning!: PhraseMeaningText;
}

@InputType({ description: 'A phrase that may be taught or forgotten.' })
export class PreviewPhraseInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => String, { description: 'The word or phrase.' })
  phrase!: string;

  @Field(() => PhraseMeaning, {
    nullable: true,
    description: 'What it would stand for; null = as if it were forgotten.',
  })
  meaning?: PhraseMeaningText | null;
}

@ObjectType({ description: 'What would be traded for a message.' })
export class TradedReading {
  @Field(() => SignalAction, { description: 'What it asks for.' })
  action!: SignalActionText;

  @Field(() => String, { nullable: true, description: 'The symbol as it is traded.' })
  symbol!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price it names.' })
  price!: string | null;
}

@ObjectType({ description: 'How many messages would be read in another way.' })
export class ReadingChange {
  @Field(() => SignalAction, { description: 'How they are read.' })
  from!: SignalActionText;

  @Field(() => SignalAction, { description: 'How they would be read. The same as before: another symbol or price.' })
  to!: SignalActionText;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: 'A message that would be read in another way.' })
export class ChangedMessage {
  @Field(() => String, { description: 'Its receipt.' })
  receipt!: string;

  @Field(() => GraphQLDateTime, { description: 'When it came.' })
  receivedAt!: Date;

  @Field(() => String, { description: 'Its beginning, at most 300 characters.' })
  message!: string;

  @Field(() => TradedReading, { description: 'How it is read.' })
  before!: TradedReading;

  @Field(() => TradedReading, { description: 'How it would be read.' })
  after!: TradedReading;
}

@ObjectType({
  description:
    'What a phrase would have changed in the newest messages of a source. Nothing counts before it is taught.',
})
export class PhrasePreview {
  @Field(() => Int, { description: 'How many messages were read both ways, at most 500.' })
  read!: number;

  @Field(() => Int, { description: 'How many would be read in another way.' })
  changed!: number;

  @Field(() => Int, { description: 'How many would buy that do not buy now: look at each of them.' })
  newBuys!: number;

  @Field(() => Int, { description: 'How many would not sell any more.' })
  lostSells!: number;

  @Field(() => [ReadingChange], { description: 'What becomes what, the most frequent first.' })
  changes!: ReadingChange[];

  @Field(() => [ChangedMessage], {
    description: 'The first that would change, at most 10; those that would buy first.',
  })
  examples!: ChangedMessage[];

  @Field(() => Int, { description: 'How many messages were too long to be kept whole and so could not be read again.' })
  unread!: number;

  @Field(() => Boolean, { description: 'False when there was not time enough for all of them.' })
  isComplete!: boolean;
}

@InputType({ description: 'A phrase to forget.' })
export class ForgetPhraseInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => ID, { description: 'The phrase.' })
  phraseId!: string;
}
