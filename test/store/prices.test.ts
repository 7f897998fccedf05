/** Prices in the store, and books that are valued with them: the same on both stores. */
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeEntries } from "../../src/book/write-entries.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { parseDecimal } from "../../src/domain/decimal.ts";
import { type LedgerAccount, walletMovement } from "../../src/domain/entry.ts";
import { instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import { declarePegs } from "../../src/price/pegs.ts";
import type { PriceQuote } from "../../src/price/price-quote.ts";
import { readPriceTable } from "../../src/price/read-csv.ts";
import { readEcbRates } from "../../src/price/read-ecb.ts";
import { valueAccount } from "../../src/price/value-account.ts";
import { SHARED, writeQuotes } from "../../src/price/write-quotes.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { cell, readTable } from "../support/text-table.ts";

const NOW = parseInstant("2026-05-05T12:00:00Z");
const LATER = parseInstant("2026-05-06T12:00:00Z");

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  const write = (quotes: readonly PriceQuote[], at = NOW, account = SHARED) =>
    store.db.transaction().execute((transaction) => writeQuotes(transaction, account, quotes, at));

  test("to import the same again changes nothing; another price replaces; a longer file shows how long a rate holds", async () => {
    const standing = async () => {
      const { rows } = await sql<{ row: string }>`
        select concat_ws(' ', price, stands_until at time zone 'UTC', source, fetched_at at time zone 'UTC') as row
        from price.quote where base_asset = 'EUR' and quote_asset = 'SEK' order by quoted_at
      `.execute(store.db);
      return rows.map((row) => row.row);
    };
    const thursday = "Date,SEK,\n2026-04-30,10.80,\n";
    expect(await write(readEcbRates("a.csv", thursday))).toEqual({ added: 1, replaced: 0 });
    const first = ["10.80 2026-04-30 22:00:00 ECB a.csv line 2 2026-05-05 12:00:00"];
    expect(await standing()).toEqual(first);
    expect(await write(readEcbRates("b.csv", thursday), LATER)).toEqual({ added: 0, replaced: 0 });
    expect(await standing()).toEqual(first);

    const longer = "Date,SEK,\n2026-05-04,10.90,\n2026-04-30,10.80,\n";
    expect(await write(readEcbRates("c.csv", longer), LATER)).toEqual({ added: 1, replaced: 0 });
    const both = [
      "10.80 2026-05-03 22:00:00 ECB c.csv line 3 2026-05-06 12:00:00",
      "10.90 2026-05-04 22:00:00 ECB c.csv line 2 2026-05-06 12:00:00",
    ];
    expect(await standing()).toEqual(both);
    // The shorter file again: it knows less.
    await write(readEcbRates("a.csv", thursday), LATER);
    expect(await standing()).toEqual(both);

    const corrected = "Date,SEK,\n2026-05-04,10.91,\n";
    expect(await write(readEcbRates("d.csv", corrected), LATER)).toEqual({ added: 0, replaced: 1 });
    expect((await standing())[1]).toBe("10.91 2026-05-04 22:00:00 ECB d.csv line 2 2026-05-06 12:00:00");
  });

  test("the pegs in the store are those that are declared, and no others", async () => {
    const pegs = async () => {
      const rows = await store.db
        .selectFrom("price.quote")
        .selectAll()
        .where("quality", "=", "peg")
        .execute();
      return rows.map((row) => `${row.base_asset} ${row.price} ${row.quote_asset} ${row.source}`).toSorted();
    };
    const usdt = { asset: "USDT", currency: "USD", price: "1", because: "at par" };
    const usdc = { asset: "USDC", currency: "USD", price: "1.00", because: "at par" };
    await declarePegs(store, [usdt, usdc], NOW);
    expect(await pegs()).toEqual(["USDC 1.00 USD declared: at par", "USDT 1 USD declared: at par"]);
    await declarePegs(store, [{ ...usdt, because: "redeemed by its issuer" }], NOW);
    expect(await pegs()).toEqual(["USDT 1 USD declared: redeemed by its issuer"]);
    await declarePegs(store, [], NOW);
    expect(await pegs()).toEqual([]);
  });

  /** One entry a line, booked against a ledger account. */
  async function book(account: string, text: string): Promise<void> {
    const entries = readTable(`entry | kind | at | posted | amount | asset | counter\n${text}`).map(
      (row) => ({
        entryId: cell(row, "entry"),
        kind: cell(row, "kind"),
        symbol: "",
        occurredAt: parseInstant(`2026-05-${cell(row, "at")}Z`),
        movements: walletMovement(
          parseDecimal(cell(row, "amount")),
          cell(row, "asset"),
          cell(row, "counter") as LedgerAccount,
        ),
        stream: "income",
        recordKey: cell(row, "entry"),
        basis: "cash" as const,
        valueAt: parseInstant(`2026-05-${cell(row, "at")}Z`),
        postedAt: parseInstant(`2026-05-${cell(row, "posted")}Z`),
      }),
    );
    await store.db.transaction().execute((transaction) => writeEntries(transaction, account, entries));
  }

  async function valued(account: string): Promise<readonly string[]> {
    const { rows } = await sql<{ row: string }>`
      select concat_ws(' ', entry_id, ledger_account, report.plain(amount), asset, '=', report.plain(value), currency, quality, missing) as row
      from report.valued_entry
      where account_id = ${account} and ledger_account <> 'assets:wallet'
      order by entry_id collate "C"
    `.execute(store.db);
    return rows.map((row) => row.row);
  }

  async function coins(account: string): Promise<readonly string[]> {
    const { rows } = await sql<{ row: string }>`
      select concat_ws(' ', entry_id, report.plain(quantity), asset, coalesce(acquired_entry_id, 'nowhere'), coalesce(report.plain(result), '?'), missing) as row
      from ledger.coin_disposal
      where account_id = ${account}
      order by posted_at, entry_id collate "C", part
    `.execute(store.db);
    return rows.map((row) => row.row);
  }

  const PRICES = readPriceTable(
    "mine.csv",
    `time,base,quote,price
2026-05-01T10:00Z,BNB,USDT,600
2026-05-02T10:00Z,BNB,USDT,650
2026-05-03,BNB,USDT,700
`,
  );
  const BOOKS = `
    a opening  | opening      | 01T09:00:00 | 01T09:00:00 | 0.1    | BNB  | equity:opening
    b bought   | transfer     | 01T10:00:59 | 01T10:00:59 | 0.2    | BNB  | equity:transfers
    c profit   | realized_pnl | 02T10:00:30 | 02T10:00:30 | 12.5   | USDT | income:realized_pnl
    d fee      | trading_fee  | 02T10:00:30 | 02T10:00:30 | -0.15  | BNB  | expenses:trading_fees
    e late fee | trading_fee  | 01T10:00:00 | 03T00:00:00 | -0.05  | BNB  | expenses:trading_fees
    f sent     | transfer     | 03T11:00:00 | 03T11:00:00 | -0.05  | BNB  | equity:transfers
    g fee      | trading_fee  | 03T12:00:00 | 03T12:00:00 | -0.1   | BNB  | expenses:trading_fees
    h gas      | rebate       | 03T12:00:00 | 03T12:00:00 | 1      | DOGE | income:rebates
  `;

  test("each posting is worth its amount times the price of its minute; a missing price is empty and named", async () => {
    await write(PRICES);
    await declarePegs(store, [{ asset: "USDT", currency: "USD", price: "1", because: "at par" }], NOW);
    await book("valued", BOOKS);
    await valueAccount(store, "valued", { currency: "USD", timeZone: "UTC" });
    expect(await valued("valued")).toEqual([
      "a opening equity:opening -0.1 BNB = USD no price of BNB in USDT for that time",
      "b bought equity:transfers -0.2 BNB = -120 USD minute",
      "c profit income:realized_pnl -12.5 USDT = -12.5 USD peg",
      "d fee expenses:trading_fees 0.15 BNB = 97.5 USD minute",
      // By the time it occurred, though the books count it two days later.
      "e late fee expenses:trading_fees 0.05 BNB = 30 USD minute",
      "f sent equity:transfers 0.05 BNB = 35 USD day",
      "g fee expenses:trading_fees 0.1 BNB = 70 USD day",
      "h gas income:rebates -1 DOGE = USD no price leads from DOGE to USD",
    ]);
    expect(await coins("valued")).toEqual([
      "d fee 0.1 BNB a opening ? cost: what the opening balance cost is not known",
      "d fee 0.05 BNB b bought 2.5",
      "e late fee 0.05 BNB b bought 0",
      "g fee 0.05 BNB b bought 5",
      "g fee 0.05 BNB nowhere ? cost: the books know of no coins that were left",
    ]);
  });

  test("books that were valued night by night are those that are valued once, and without a currency they are forgotten", async () => {
    const lines = BOOKS.trim().split("\n");
    for (const line of lines) {
      await book("nightly", line);
      await valueAccount(store, "nightly", { currency: "USD", timeZone: "UTC" });
    }
    const fingerprint = async (account: string) => {
      const hashes: unknown[] = [];
      for (const table of ["ledger.valuation", "ledger.valuation_leg", "ledger.coin_disposal"]) {
        const { rows } = await sql<{ hash: string; count: string }>`
          select count(*) as count, md5(string_agg((to_jsonb(fact) - 'account_id')::text, '' order by (to_jsonb(fact) - 'account_id')::text collate "C")) as hash
          from ${sql.table(table)} as fact where account_id = ${account}
        `.execute(store.db);
        hashes.push(rows[0]);
      }
      return hashes;
    };
    const once = await fingerprint("valued");
    expect(once).toMatchObject([{ count: "7" }, { count: "9" }, { count: "5" }]);
    expect(await fingerprint("nightly")).toEqual(once);
    await valueAccount(store, "nightly", { currency: null, timeZone: "UTC" });
    expect(await fingerprint("nightly")).toMatchObject([{ count: "0" }, { count: "0" }, { count: "0" }]);
  });

  test("a report rounds half to even, on either side of zero", async () => {
    const amounts = ["0.125", "0.135", "-0.125", "-0.135", "0.1250000001", "2.5", "-0.004", "0"];
    const { rows } = await sql<{ text: string }>`
      select string_agg(report.rounded(amount::numeric, 2)::text, ' ' order by ordinality) as text
      from unnest(${amounts}::text[]) with ordinality as given (amount, ordinality)
    `.execute(store.db);
    expect(rows[0]?.text).toBe("0.12 0.14 -0.12 -0.14 0.13 2.50 0.00 0.00");
  });

  test("an account's own venue values it, and no other account", async () => {
    const at = parseInstant("2026-05-09T10:00:00Z");
    const quote: PriceQuote = {
      base: "ASTER",
      quote: "USD",
      quality: "minute",
      quotedAt: instant(at),
      validUntil: plus(at, MINUTE_MS),
      price: "1.5",
      source: "aster /fapi/v3/klines ASTERUSD",
    };
    await write([quote], NOW, "one");
    for (const account of ["one", "two"]) {
      await book(
        account,
        "fee | trading_fee | 09T10:00:30 | 09T10:00:30 | -2 | ASTER | expenses:trading_fees",
      );
      await valueAccount(store, account, { currency: "USD", timeZone: "UTC" });
    }
    expect(await valued("one")).toEqual(["fee expenses:trading_fees 2 ASTER = 3 USD minute"]);
    expect(await valued("two")).toEqual([
      "fee expenses:trading_fees 2 ASTER = USD no price leads from ASTER to USD",
    ]);
  });

  test("no valuation names a price that is not in the table, or of a later time", async () => {
    const { rows } = await sql<{ count: string }>`
      select count(*) as count
      from ledger.valuation_leg as leg
      left join price.quote
        on quote.account_id in ('', leg.account_id)
        and quote.base_asset = leg.base_asset
        and quote.quote_asset = leg.quote_asset
        and quote.quality = leg.quality
        and quote.quoted_at = leg.quoted_at
        and quote.price = leg.price
        and quote.quoted_at <= leg.minute
        and quote.stands_until > leg.minute
      where quote.price is null
    `.execute(store.db);
    expect(rows).toEqual([{ count: "0" }]);
  });
});
