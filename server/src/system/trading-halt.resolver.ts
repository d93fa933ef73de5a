import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import { requirePassword, PASSWORD_AGAIN } from '../auth/require-password.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import {
  deleteTradingHalt,
  readTradingHalt,
  writeTradingHalt,
  type TradingHalt as HaltRow,
} from './trading-halt.store.js';

@ObjectType({ description: 'A halt of trading with real money, for the whole installation.' })
export class TradingHalt {
  @Field(() => GraphQLDateTime, { description: 'Since when no order of a real account is sent, not even an exit.' })
  haltedAt!: Date;

  @Field(() => String, { description: 'Why, in the words of the person or command that halted it.' })
  reason!: string;
}

@InputType({ description: 'Why trading is halted.' })
@Rules(z.object({ reason: z.string().trim().min(1).max(255) }))
export class HaltTradingInput {
  @Field(() => String, { description: 'The reason, which all users see. At most 255 characters.' })
  reason!: string;
}

@InputType({ description: 'The end of a halt.' })
export class ResumeTradingInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@ObjectType({ description: 'The halt that stands now.' })
export class HaltTradingPayload {
  @Field(() => TradingHalt, { description: 'The halt; the first reason stays.' })
  tradingHalt!: TradingHalt;
}

@ObjectType({ description: 'Trading goes on.' })
export class ResumeTradingPayload {
  @Field(() => Boolean, { description: 'False = trading was not halted.' })
  wasHalted!: boolean;
}

const toHalt = ({ at, reason }: HaltRow): TradingHalt => ({ haltedAt: new Date(at), reason });

/** Halting is for every administrator at once; resuming needs a person at the keyboard. */
@Resolver()
export class TradingHaltResolver {
  @Query(() => TradingHalt, {
    nullable: true,
    description: 'What stops trading with real money in the whole installation; null = nothing.',
  })
  @Access('user')
  async tradingHalt(@Ctx() { app }: GraphqlContext): Promise<TradingHalt | null> {
    const halt = await readTradingHalt(app.db);
    return halt ? toHalt(halt) : null;
  }

  @Mutation(() => HaltTradingPayload, {
    description:
      'Stops all orders of real accounts in every process within a second, exits included. For administrators.',
  })
  @Access('admin')
  @Audit('trading_halt')
  async haltTrading(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => HaltTradingInput, { description: 'The reason.' }) { reason }: HaltTradingInput,
  ): Promise<HaltTradingPayload> {
    const userId = viewerId(ctx);
    await writeTradingHalt(ctx.app.db, { reason, userId });
    const halt = await readTradingHalt(ctx.app.db);
    return { tradingHalt: toHalt(halt ?? { at: ctx.app.clock.now(), reason, userId }) };
  }

  @Mutation(() => ResumeTradingPayload, {
    description:
      'Ends a halt. Compare real accounts with their exchanges first. For administrators, with the password.',
  })
  @Access('admin')
  @Audit('trading_halt')
  async resumeTrading(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ResumeTradingInput, { description: 'The password.' }) { password }: ResumeTradingInput,
  ): Promise<ResumeTradingPayload> {
    await requirePassword(ctx, password, 'resumeTrading');
    return { wasHalted: await deleteTradingHalt(ctx.app.db) };
  }
}
