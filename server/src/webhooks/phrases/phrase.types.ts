import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SignalAction as SignalActionText } from '../../core/domain.js';
import type { UnreadPart as Unread } from '../../core/signal/read-signal.js';
import { normalizePhrase, type PhraseMeaning as PhraseMeaningText } from '../../core/signal/text/signal-phrases.js';
import { PhraseMeaning, SignalAction, UnreadKind } from '../../graphql/enums.js';
import { GraphQLDateTime, GraphQLDecimal } from '../../graphql/scalars.js';
import type { PhraseRow } from './webhook-phrases.store.js';

@ObjectType({ description: 'A part of a message that the reader does not know. It can be taught as a phrase.' })
export class UnreadPart {
  @Field(() => UnreadKind, { description: 'A word or a field.' })
  kind!: Unread['kind'];

  @Field(() => String, { description: 'The text to teach.' })
  text!: string;

  @Field(() => PhraseMeaning, {
    nullable: true,
    description: 'The meaning that it was taught since; null = none.',
  })
  taughtAs!: PhraseMeaningText | null;
}

/** The unread parts, each with the meaning that the source was taught for it. */
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

  @Field(() => String, { description: 'The phrase as it was typed.' })
  phrase!: string;

  @Field(() => String, {
    description: 'The form used for comparing: lower case, without accents and punctuation; # stands for any number.',
  })
  comparedAs!: string;

  @Field(() => PhraseMeaning, { description: 'What it means.' })
  meaning!: PhraseMeaningText;

  @Field(() => GraphQLDateTime, { description: 'When it was taught.' })
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

  @Field(() => String, { description: 'The word or phrase as it appears in messages. # stands for any number.' })
  phrase!: string;

  @Field(() => PhraseMeaning, { description: 'What it means. A known phrase gets this new meaning.' })
  meaning!: PhraseMeaningText;
}

@InputType({ description: 'A phrase to preview.' })
export class PreviewPhraseInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => String, { description: 'The word or phrase.' })
  phrase!: string;

  @Field(() => PhraseMeaning, {
    nullable: true,
    description: 'What it would mean; null = preview forgetting it.',
  })
  meaning?: PhraseMeaningText | null;
}

@ObjectType({ description: 'What would be traded for a message.' })
export class TradedReading {
  @Field(() => SignalAction, { description: 'The action it asks for.' })
  action!: SignalActionText;

  @Field(() => String, { nullable: true, description: 'The symbol as the market names it, such as SOL/USDT.' })
  symbol!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price in the message.' })
  price!: string | null;
}

@ObjectType({ description: 'How many messages would be read differently.' })
export class ReadingChange {
  @Field(() => SignalAction, { description: 'How they are read.' })
  from!: SignalActionText;

  @Field(() => SignalAction, {
    description: 'How they would be read. When equal to `from`, the symbol or the price changes.',
  })
  to!: SignalActionText;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: 'A message that would be read differently.' })
export class ChangedMessage {
  @Field(() => String, { description: 'Its receipt.' })
  receipt!: string;

  @Field(() => GraphQLDateTime, { description: 'When it arrived.' })
  receivedAt!: Date;

  @Field(() => String, { description: 'The start of the message, at most 300 characters.' })
  message!: string;

  @Field(() => TradedReading, { description: 'How it is read.' })
  before!: TradedReading;

  @Field(() => TradedReading, { description: 'How it would be read.' })
  after!: TradedReading;
}

@ObjectType({
  description:
    'What a phrase would have changed in the newest messages of a source. It has no effect before it is taught.',
})
export class PhrasePreview {
  @Field(() => Int, { description: 'How many messages were compared, at most 500.' })
  read!: number;

  @Field(() => Int, { description: 'How many would be read differently.' })
  changed!: number;

  @Field(() => Int, { description: 'How many would buy that do not buy now. Check each of them.' })
  newBuys!: number;

  @Field(() => Int, { description: 'How many would no longer sell.' })
  lostSells!: number;

  @Field(() => [ReadingChange], { description: 'The changes of reading, the most frequent first.' })
  changes!: ReadingChange[];

  @Field(() => [ChangedMessage], {
    description: 'Up to 10 messages that would change. New buys come first.',
  })
  examples!: ChangedMessage[];

  @Field(() => Int, {
    description: 'How many messages could not be read again because they were too long to be stored completely.',
  })
  unread!: number;

  @Field(() => Boolean, { description: 'False when the time was not enough for all messages.' })
  isComplete!: boolean;
}

@InputType({ description: 'The phrase to forget.' })
export class ForgetPhraseInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => ID, { description: 'The phrase.' })
  phraseId!: string;
}
