import { Ctx, Field, FieldResolver, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import type { ClockState as ClockStateName } from '../core/time/database-time.js';
import { ClockState } from '../graphql/enums.js';
import { ErrorCodes, type ErrorCode } from '../graphql/errors.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import { version } from '../infra/version.js';
import { readClockAlerts, type ClockAlert } from '../alerts/clock-alert.store.js';
import { CLOCK_ALERT_GONE_MS } from './watch-clock.js';

@ObjectType({ description: "A process whose machine's clock differs from the database's by more than a second." })
export class WrongClock {
  @Field(() => String, { description: 'The machine.' })
  host!: string;

  @Field(() => Int, { description: 'Its process id there.' })
  pid!: number;

  @Field(() => [String], { description: 'Its roles.' })
  roles!: string[];

  @Field(() => Int, { description: 'By how many milliseconds its clock is ahead; negative = behind.' })
  skewMs!: number;

  @Field(() => Boolean, {
    description:
      'Whether it still trades. Beyond 5 s it opens no position, leaves exits to other processes and sells only what none of them took.',
  })
  trades!: boolean;
}

@ObjectType({ description: 'The server process that answers.' })
export class ServerInfo {
  @Field(() => String, { description: 'Its version.' })
  version!: string;

  @Field(() => GraphQLDateTime, { description: "The database's time, which all processes use." })
  time!: Date;

  @Field(() => ClockState, { description: "How the clock of its machine differs from the database's." })
  clock!: ClockStateName;

  @Field(() => Int, { description: 'By how many milliseconds that clock is ahead; negative = behind.' })
  clockSkewMs!: number;

  @Field(() => String, {
    description: 'Where prices of the simulation come from: demo, replay, auto or ccxt:<exchange>.',
  })
  priceFeed!: string;

  @Field(() => [String], { description: 'The roles this process has.' })
  roles!: string[];

  @Field(() => Int, { description: 'Prices older than this many milliseconds never size or fill an order.' })
  stalePriceMs!: number;

  @Field(() => Boolean, {
    description:
      'Whether orders of real accounts go to their exchanges. While false they are refused with REAL_NOT_AVAILABLE.',
  })
  realTrading!: boolean;

  @Field(() => [ErrorCodes], { description: 'Every code an error of this API can have.' })
  errorCodes!: ErrorCode[];
}

@Resolver(() => ServerInfo)
export class ServerInfoResolver {
  @Query(() => ServerInfo, { description: 'Information about the server process that answers.' })
  @Access('user')
  serverInfo(@Ctx() { app, roles }: GraphqlContext): ServerInfo {
    const { state, skewMs } = app.clock.standing?.() ?? { state: 'OK' as const, skewMs: 0 };
    return {
      version,
      time: new Date(app.clock.now()),
      clock: state,
      clockSkewMs: clampInt(skewMs),
      priceFeed: app.env.PRICE_FEED,
      roles: [...roles],
      stalePriceMs: app.env.STALE_PRICE_MS,
      realTrading: app.env.REAL_TRADING,
      errorCodes: Object.values(ErrorCodes),
    };
  }

  @FieldResolver(() => [WrongClock], {
    description: 'The processes of this installation that reported a wrong clock within the last minute.',
  })
  async wrongClocks(@Ctx() { app }: GraphqlContext): Promise<WrongClock[]> {
    const clocks = await readClockAlerts(app.db, { seenSince: app.clock.now() - CLOCK_ALERT_GONE_MS });
    return clocks.map(toWrongClock);
  }
}

const INT_MAX = 2_147_483_647;
/** A clock that is off by years differs by more milliseconds than an Int of GraphQL can hold. */
const clampInt = (ms: number): number => Math.max(-INT_MAX, Math.min(INT_MAX, ms));

const toWrongClock = ({ host, pid, roles, skewMs, trades }: ClockAlert): WrongClock => ({
  ...{ host, pid, roles, skewMs: clampInt(skewMs), trades },
});
