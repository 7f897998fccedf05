/**
 * The openings that a person configured, as what a difference of their series may come from: what was typed
 * can be wrong.
 */
import { type Decimal, formatDecimal, parseDecimal } from "../domain/decimal.ts";
import type { Transaction } from "../store/store.ts";

type Configured = { readonly quantity: Decimal; readonly evidence: string };
/** By symbol and side. */
export type ConfiguredOpenings = ReadonlyMap<string, Configured>;

export type Suspicion = { readonly suspect: string; readonly next: string };

/**
 * Empty once a period is closed: then what the close keeps is suspected, and not what the configuration says
 * today.
 */
export async function readConfiguredOpenings(
  transaction: Transaction,
  account_id: string,
): Promise<ConfiguredOpenings> {
  const closed = await transaction
    .selectFrom("ledger.closed_period")
    .select("closing_number")
    .where("account_id", "=", account_id)
    .where("reopened_at", "is", null)
    .executeTakeFirst();
  if (closed !== undefined) return new Map();
  const rows = await transaction
    .selectFrom("ledger.position_opening")
    .select(["symbol", "position_side", "quantity", "evidence"])
    .where("account_id", "=", account_id)
    .where("source", "=", "configured")
    .execute();
  return new Map(
    rows.map(({ symbol, position_side, quantity, evidence }) => [
      `${symbol} ${position_side}`,
      { quantity: parseDecimal(quantity), evidence },
    ]),
  );
}

/**
 * `lacking` is what the books' position lacks of the venue's, where that is known; null where the series has
 * no such opening.
 */
export function configuredSuspicion(
  configured: ConfiguredOpenings,
  series: string,
  lacking: Decimal | null,
): Suspicion | null {
  const opening = configured.get(series);
  if (opening === undefined) return null;
  const needed = lacking === null ? null : opening.quantity.plus(lacking);
  const wouldAgree =
    needed === null
      ? ""
      : `; ${needed.isZero() ? "without it" : `with a quantity of ${formatDecimal(needed)}`} the position would agree`;
  return {
    suspect: `the opening in the configuration (${opening.evidence})${wouldAgree}; or fills are missing`,
    next: "correct it under openings, or take it out so that it is inferred, then perpbooks run",
  };
}
