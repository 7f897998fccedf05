/**
 * What a snapshot shows beside what the books are proven against. The books need none of it: where the venue
 * does not show it, or in a form that cannot be read, the sync goes on without, and the log says why.
 */
import type { Decimal } from "../domain/decimal.ts";
import type { Names, ShownAccount } from "../domain/record.ts";
import { NotServedError, RequestRefusedError } from "../errors.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Extraction } from "./extraction.ts";

/** The account as a whole; from the balances' answer where that is the one. */
export function shownAccount(
  extraction: Extraction,
  where: string,
  names: Names,
  balancesBody: string,
): Promise<ShownAccount | null> {
  const { client, signal } = extraction;
  const inquiry = client.venue.account;
  if (inquiry === undefined) return Promise.resolve(null);
  return orNotShown(extraction, "account_not_shown", async () =>
    inquiry.request === client.venue.balancesRequest
      ? inquiry.read(balancesBody, names)
      : client.call(inquiry.request, where, (body) => inquiry.read(body, names), signal),
  );
}

export type ShownFeeRate = { readonly symbol: string; readonly maker: Decimal; readonly taker: Decimal };

/** The fee rates of one contract: each that was traded comes in its turn. */
export async function shownFeeRate(extraction: Extraction, where: string): Promise<ShownFeeRate | null> {
  const { client, signal, store, accountId: account_id } = extraction;
  const { feeRates } = client.venue;
  if (feeRates === undefined) return null;
  const [turn] = await runSqlFile<{ symbol: string }>(store.db, "extract/fee-rate-turn", { account_id });
  if (turn === undefined) return null;
  const { symbol } = turn;
  return orNotShown(extraction, "fee_rate_not_shown", async () => ({
    symbol,
    ...(await client.call(feeRates.request(symbol), where, (body) => feeRates.read(symbol, body), signal)),
  }));
}

async function orNotShown<Value>(
  { log, accountId: account }: Extraction,
  event: string,
  ask: () => Promise<Value>,
): Promise<Value | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RequestRefusedError) && !(error instanceof NotServedError)) throw error;
    log(event, { account, why: error.words.what });
    return null;
  }
}
