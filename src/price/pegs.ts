/** What a person declares one asset to be worth: a price for all time, with the reason as its source. */
import { parseInstant } from "../domain/calendar.ts";
import { type Instant, instant } from "../domain/instant.ts";
import type { Store } from "../store/store.ts";
import type { PriceQuote } from "./price-quote.ts";
import { SHARED, writeQuotes } from "./write-quotes.ts";

export type Peg = {
  readonly asset: string;
  readonly currency: string;
  /** Units of the currency for one of the asset; a plain decimal above zero. */
  readonly price: string;
  readonly because: string;
};

const FROM = instant(0);
const UNTIL = parseInstant("9999-12-31T00:00:00Z");

/** Makes the declared pegs the only ones in the store. */
export async function declarePegs(store: Store, pegs: readonly Peg[], at: Instant): Promise<void> {
  const quotes = pegs.map(
    (peg): PriceQuote => ({
      base: peg.asset,
      quote: peg.currency,
      quality: "peg",
      quotedAt: FROM,
      validUntil: UNTIL,
      price: peg.price,
      source: `declared: ${peg.because}`,
    }),
  );
  await store.db.transaction().execute(async (transaction) => {
    const known = await transaction
      .selectFrom("price.quote")
      .select(["base_asset", "quote_asset"])
      .where("account_id", "=", SHARED)
      .where("quality", "=", "peg")
      .execute();
    for (const { base_asset, quote_asset } of known) {
      if (pegs.some((peg) => peg.asset === base_asset && peg.currency === quote_asset)) continue;
      await transaction
        .deleteFrom("price.quote")
        .where("account_id", "=", SHARED)
        .where("quality", "=", "peg")
        .where("base_asset", "=", base_asset)
        .where("quote_asset", "=", quote_asset)
        .execute();
    }
    await writeQuotes(transaction, SHARED, quotes, at);
  });
}
