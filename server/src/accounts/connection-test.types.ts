import { Field, Int, ObjectType } from 'type-graphql';
import { EXCHANGE_FAULTS, type ExchangeFaultCode as ExchangeFaultName } from '../exchange/exchange-fault.js';
import { ExchangeFaultCode } from '../graphql/enums.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import { fromJson } from '../infra/database/database.js';
import type { AccountRow } from './account.store.js';
import type { ConnectionResult } from './keys/read-permissions.js';

@ObjectType({
  description: 'The result of a connection test: permissions of the API key, latency and clock difference.',
})
export class ConnectionTest {
  @Field(() => Boolean, { description: 'Whether the exchange answered and accepted the key.' })
  ok!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When the test was made.' })
  testedAt!: Date;

  @Field(() => Boolean, { description: 'The key may read balances and orders.' })
  canRead!: boolean;

  @Field(() => Boolean, { description: 'The key may trade on the spot market.' })
  canTrade!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'The key may withdraw. No key used here should. Null = the exchange does not report it.',
  })
  canWithdraw!: boolean | null;

  @Field(() => Int, { nullable: true, description: 'How long the exchange took to answer, in milliseconds.' })
  latencyMs!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "How far the exchange's clock is ahead of the server's, in milliseconds.",
  })
  clockOffsetMs!: number | null;

  @Field(() => ExchangeFaultCode, { nullable: true, description: 'Why the test failed; null = it succeeded.' })
  fault!: ExchangeFaultName | null;

  @Field(() => String, { nullable: true, description: 'The same as a sentence.' })
  message!: string | null;

  @Field(() => String, { nullable: true, description: "The exchange's own error code." })
  exchangeCode!: string | null;
}

const NOTHING = { canRead: false, canTrade: false, canWithdraw: null, latencyMs: null, clockOffsetMs: null };

/** The stored result of the last test; null when these keys were not tested. */
export function toConnectionTest(
  row: Pick<AccountRow, 'connection_json' | 'connection_tested_at'>,
): ConnectionTest | null {
  const result = fromJson<ConnectionResult>(row.connection_json);
  const testedAt = row.connection_tested_at;
  if (!result || !testedAt) return null;
  if (!result.ok) {
    const { fault, exchangeCode } = result;
    return { ok: false, testedAt, ...NOTHING, fault, message: EXCHANGE_FAULTS[fault], exchangeCode };
  }
  const { canRead, canTrade, canWithdraw, latencyMs, clockOffsetMs } = result;
  return {
    ...{ ok: true, testedAt, canRead, canTrade, canWithdraw },
    ...{ latencyMs: Math.round(latencyMs), clockOffsetMs: Math.round(clockOffsetMs) },
    ...{ fault: null, message: null, exchangeCode: null },
  };
}
