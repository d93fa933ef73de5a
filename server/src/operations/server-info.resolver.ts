import { readFileSync } from 'node:fs';
import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { ErrorCodes, type ErrorCode } from '../graphql/errors.js';
import { GraphQLDateTime } from '../graphql/scalars.js';

// The package file is two folders up from here and from where the compiled file lies.
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

@ObjectType({ description: 'The server that answers.' })
export class ServerInfo {
  @Field(() => String, { description: 'Its version.' })
  version!: string;

  @Field(() => GraphQLDateTime, { description: 'Its clock.' })
  time!: Date;

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

@Resolver()
export class ServerInfoResolver {
  @Query(() => ServerInfo, { description: 'About the server that answers.' })
  @Access('user')
  serverInfo(@Ctx() { app, roles }: GraphqlContext): ServerInfo {
    return {
      version,
      time: new Date(app.clock.now()),
      priceFeed: app.env.PRICE_FEED,
      roles: [...roles],
      stalePriceMs: app.env.STALE_PRICE_MS,
      realTrading: app.env.REAL_TRADING,
      errorCodes: Object.values(ErrorCodes),
    };
  }
}
