/**
 * Proofs on a few rows written by hand: each must be able to fail, whatever the venue does not show and
 * whatever `since` is.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant, HOUR_MS, plus } from "../../src/domain/instant.ts";
import { reconcileAccount } from "../../src/reconcile/reconcile-account.ts";
import type { Store } from "../../src/store/store.ts";
import type { IncomeRow } from "../../src/store/tables.ts";
import { account, balance, fill, income, insert, taken, window } from "../report/small-books.ts";
import { POSITION_ALONE } from "../support/not-shown.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const FROM = "2026-05-01T00:00:00.000Z";
const TRADED = "2026-05-01T10:00:00.000Z";
const FIRST_NIGHT = "2026-05-02T00:00:00.000Z";
const SECOND_NIGHT = "2026-05-03T00:00:00.000Z";
const SETTLED_UNTIL = "2026-05-04T00:00:00.000Z";

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

let accounts = 0;
/** An account that was read from `since` on; its cash and fills are settled. */
async function openAccount(isFromBeginning = false): Promise<string> {
  accounts += 1;
  const name = `account ${accounts}`;
  await insert(store, "raw.account", [
    { ...account(name, "binance-usdm", FROM), is_from_beginning: isFromBeginning },
  ]);
  await insert(store, "raw.window", [
    window(name, "income", "", FROM, SETTLED_UNTIL),
    window(name, "fills", "BTCUSDT", FROM, SETTLED_UNTIL),
  ]);
  return name;
}

async function bookAndProve(name: string): Promise<void> {
  await bookAccount(store, name, { configured: [], amountDecimals: 8 });
  await reconcileAccount(store, name, 8);
}

/** What the laws say, a line each: `wallet USDT agrees 5 5`. */
async function proofsOf(name: string, ...laws: readonly string[]): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom("ledger.reconciliation")
    .select(["check_name", "subject", "status", "class", "expected", "found"])
    .where("account_id", "=", name)
    .where("check_name", "in", laws)
    .orderBy("check_name")
    .orderBy("subject")
    .orderBy("checked_at")
    .execute();
  return rows.map((row) =>
    [row.check_name, row.subject, row.status, row.class, row.expected, row.found]
      .filter((word) => word !== "")
      .join(" "),
  );
}

const paid = (name: string, key: string, amount: string, others: Partial<IncomeRow> = {}): IncomeRow => ({
  ...income(name, key, "TRANSFER", amount, "USDT", "", TRADED, ""),
  ...others,
});

describe("a cash row of zero is a row", () => {
  test.each([
    {
      what: "a realized PnL of zero beside a fill with a result",
      cash: { kind: "realized_pnl" as const, amount: "0" },
      filled: { realized_pnl: "7.5", margin_asset: "USDT" },
      proven: ["realized_pnl_cash BTCUSDT USDT trade 7 differs altered_row 7.5 0"],
    },
    {
      what: "a fee of zero beside a fill with a fee",
      cash: { kind: "trading_fee" as const, amount: "0" },
      filled: { fee: "0.25" },
      proven: ["fee_cash BTCUSDT USDT trade 7 differs altered_row -0.25 0"],
    },
    {
      what: "a fee of zero in another asset beside a fill with a fee",
      cash: { kind: "trading_fee" as const, amount: "0", asset: "BNB" },
      filled: { fee: "0.25" },
      proven: [
        "fee_cash BTCUSDT BNB agrees 0 0",
        "fee_cash BTCUSDT USDT trade 7 differs missing_row -0.25 0",
      ],
    },
    {
      what: "a realized PnL of zero beside a fill without a result",
      cash: { kind: "realized_pnl" as const, amount: "0" },
      filled: {},
      proven: ["realized_pnl_cash BTCUSDT USDT agrees 0 0"],
    },
    {
      what: "no cash row beside a fill with a result, which is booked from the fill,",
      cash: null,
      filled: { realized_pnl: "7.5", margin_asset: "USDT" },
      proven: ["realized_pnl_cash BTCUSDT USDT 2026-05-01 inferred missing_row 7.5 7.5"],
    },
  ])("$what: the trade is proven by what was booked", async ({ cash, filled, proven }) => {
    const name = await openAccount();
    await insert(store, "snapshot.taken", [taken(name, FIRST_NIGHT)]);
    await insert(store, "history.fill", [fill(name, "fill", "7", "1", "SELL", TRADED, "100", "1", filled)]);
    if (cash !== null)
      await insert(store, "history.income", [
        paid(name, "cash", "0", { symbol: "BTCUSDT", trade_id: "7", ...cash }),
      ]);
    await bookAndProve(name);
    expect(await proofsOf(name, "realized_pnl_cash", "fee_cash")).toEqual(proven);
  });

  test("a fill that was to be booked and was not is a missing row, not an inferred one", async () => {
    const name = await openAccount();
    await insert(store, "snapshot.taken", [taken(name, FIRST_NIGHT)]);
    await insert(store, "history.fill", [
      fill(name, "fill", "7", "1", "SELL", TRADED, "100", "1", { realized_pnl: "7.5", margin_asset: "USDT" }),
    ]);
    await bookAndProve(name);
    await store.db.deleteFrom("ledger.movement").where("account_id", "=", name).execute();
    await reconcileAccount(store, name, 8);
    expect(await proofsOf(name, "realized_pnl_cash")).toEqual([
      "realized_pnl_cash BTCUSDT USDT trade 7 differs missing_row 7.5 0",
    ]);
  });
});

test("where a ticker is listed again and its ids begin anew, the cash of an old trade is not that of a new one of its id", async () => {
  const name = await openAccount();
  const [listed, listedAgain] = ["2026-05-01T10:00:00.000Z", "2026-05-02T20:00:00.000Z"];
  await insert(store, "snapshot.taken", [taken(name, SECOND_NIGHT)]);
  const of = { realized_pnl: "7.5", margin_asset: "USDT" };
  await insert(store, "history.fill", [
    fill(name, "old fill", "7", "1", "SELL", listed, "100", "1", of),
    fill(name, "new fill", "7", "2", "SELL", listedAgain, "100", "1", { ...of, realized_pnl: "2.5" }),
  ]);
  const cash = (key: string, amount: string, at: string) =>
    paid(name, key, amount, {
      kind: "realized_pnl",
      symbol: "BTCUSDT",
      trade_id: "7",
      occurred_at: at,
      posted_at: at,
      value_at: at,
    });
  const entries = async () => {
    const rows = await store.db
      .selectFrom("ledger.entry")
      .select(["record_key", "basis"])
      .where("account_id", "=", name)
      .where("kind", "=", "realized_pnl")
      .orderBy("record_key")
      .execute();
    return rows.map((row) => `${row.record_key}: ${row.basis}`);
  };
  await insert(store, "history.income", [cash("old cash", "7.5", listed)]);
  for (const _night of ["the first", "the next"]) {
    await bookAndProve(name);
    expect(await entries()).toEqual(["new fill: fill", "old cash: cash"]);
    expect(await proofsOf(name, "realized_pnl_cash")).toEqual([
      "realized_pnl_cash BTCUSDT USDT agrees 7.5 7.5",
      "realized_pnl_cash BTCUSDT USDT 2026-05-02 inferred missing_row 2.5 2.5",
    ]);
  }
  await insert(store, "history.income", [{ ...cash("new cash", "2.5", listedAgain), sequence: "99" }]);
  await bookAndProve(name);
  expect(await entries()).toEqual(["new cash: cash", "old cash: cash"]);
});

describe("the wallet of the first snapshot", () => {
  test.each([
    {
      what: "of a history that begins with `since` is inferred, and the next one is proven",
      isFromBeginning: false,
      wallets: ["1050", "1050"],
      proven: ["wallet USDT inferred 1050 1050", "wallet USDT agrees 1050 1050"],
    },
    {
      what: "that shows less than the rows since `since` come to needs a person",
      isFromBeginning: false,
      wallets: [null, null],
      proven: [
        "wallet USDT inferred 0 0",
        "wallet USDT agrees 0 0",
        "wallet_opening USDT differs unexplained 0 -1000",
      ],
    },
    {
      what: "of a history that reaches the account's beginning is proven",
      isFromBeginning: true,
      wallets: ["1000", "1000"],
      proven: ["wallet USDT agrees 1000 1000", "wallet USDT agrees 1000 1000"],
    },
    {
      what: "of a history that reaches the account's beginning differs where a row is wrong",
      isFromBeginning: true,
      wallets: ["1050", "1050"],
      proven: ["wallet USDT differs doubled_row 1050 1000", "wallet USDT agrees 1050 1050"],
    },
  ])("$what", async ({ isFromBeginning, wallets, proven }) => {
    const name = await openAccount(isFromBeginning);
    const nights = [FIRST_NIGHT, SECOND_NIGHT];
    await insert(
      store,
      "snapshot.taken",
      nights.map((at) => taken(name, at)),
    );
    await insert(
      store,
      "snapshot.balance",
      nights.flatMap((at, night) => {
        const wallet = wallets[night] ?? null;
        return wallet === null ? [] : [balance(name, at, "USDT", wallet)];
      }),
    );
    await insert(store, "history.income", [paid(name, "deposit", "1000")]);
    await bookAndProve(name);
    expect(await proofsOf(name, "wallet", "wallet_opening")).toEqual(proven);
  });

  test("proves no funding row before it: one that is missing there needs a person", async () => {
    const name = await openAccount();
    await insert(store, "snapshot.taken", [taken(name, FIRST_NIGHT), taken(name, SECOND_NIGHT)]);
    await insert(store, "raw.instrument", [
      { account_id: name, symbol: "BTCUSDT", status: "TRADING", margin_asset: "USDT", listed_at: null },
    ]);
    await insert(store, "history.fill", [
      fill(name, "buy", "7", "1", "BUY", "2026-05-01T00:30:00.000Z", "100", "1"),
    ]);
    // Hour by hour, but for one hour of each day.
    const hours = Array.from({ length: 48 }, (_, hour) => hour + 1).filter(
      (hour) => hour !== 10 && hour !== 30,
    );
    await insert(
      store,
      "history.income",
      hours.map((hour) => {
        const at = formatInstant(plus(parseInstant(FROM), hour * HOUR_MS));
        return paid(name, `funding ${hour}`, "0.5", {
          kind: "funding",
          symbol: "BTCUSDT",
          occurred_at: at,
          value_at: at,
          posted_at: at,
        });
      }),
    );
    for (const taken_at of [FIRST_NIGHT, SECOND_NIGHT]) {
      const position = {
        symbol: "BTCUSDT",
        position_side: "BOTH",
        quantity: "1",
        entry_price: "100",
        ...POSITION_ALONE,
      };
      await insert(store, "snapshot.position", [
        { account_id: name, taken_at, ...position, answered_at: taken_at },
      ]);
    }
    await insert(store, "snapshot.balance", [
      balance(name, FIRST_NIGHT, "USDT", "100"),
      balance(name, SECOND_NIGHT, "USDT", "111.5"),
    ]);
    await bookAndProve(name);
    expect(await proofsOf(name, "wallet", "funding_interval")).toEqual([
      "funding_interval BTCUSDT agrees 46 46",
      "funding_interval BTCUSDT 2026-05-01T10:00:00.000Z differs missing_row 1 0",
      "funding_interval BTCUSDT 2026-05-02T06:00:00.000Z inferred missing_row 1 0",
      "wallet USDT inferred 100 100",
      "wallet USDT agrees 111.5 111.5",
    ]);
  });
});

test.each([
  { what: "more", wallet: "1050", spans: ["income 2026-05-01T00:00:00.000Z 2026-05-02T01:00:00.000Z"] },
  { what: "the rows", wallet: "1000", spans: [] },
])(
  "where the first wallet shows $what, the time before it is read again while rows of it may still be late",
  async ({ wallet, spans }) => {
    const name = await openAccount();
    await insert(store, "snapshot.taken", [taken(name, FIRST_NIGHT)]);
    await insert(store, "snapshot.balance", [balance(name, FIRST_NIGHT, "USDT", wallet)]);
    await insert(store, "history.income", [paid(name, "deposit", "1000")]);
    await bookAndProve(name);
    const rereads = await store.db
      .selectFrom("raw.reread")
      .select(["stream", "from_time", "until_time"])
      .where("account_id", "=", name)
      .execute();
    expect(rereads.map((row) => `${row.stream} ${row.from_time} ${row.until_time}`)).toEqual(spans);
  },
);

describe("a snapshot that lists nothing", () => {
  test("shows wallets of zero and flat positions, and proves them", async () => {
    const name = await openAccount(true);
    await insert(store, "snapshot.taken", [taken(name, FIRST_NIGHT)]);
    await insert(store, "history.income", [paid(name, "deposit", "1000")]);
    await insert(store, "history.fill", [fill(name, "buy", "7", "1", "BUY", TRADED, "100", "2")]);
    await bookAndProve(name);
    expect(await proofsOf(name, "wallet", "position")).toEqual([
      "position BTCUSDT BOTH differs doubled_row 0 2",
      "wallet USDT differs doubled_row 0 1000",
    ]);
  });
});

test("a record that is gone before any snapshot was taken is dated by what is left, not by a placeholder", async () => {
  const name = await openAccount();
  await store.db
    .updateTable("raw.account")
    .set({ last_sequence: "2" })
    .where("account_id", "=", name)
    .execute();
  await insert(store, "raw.record", [
    {
      account_id: name,
      stream: "income",
      record_key: "1",
      version: 1,
      symbol: "",
      occurred_at: TRADED,
      sequence: "1",
      body: "{}",
      run_id: "night",
      digest: "",
    },
  ]);
  await reconcileAccount(store, name, 8);
  const dated = await store.db
    .selectFrom("ledger.reconciliation")
    .select(["expected", "found", "checked_at"])
    .where("account_id", "=", name)
    .where("check_name", "=", "record_sequence")
    .execute();
  expect(dated).toEqual([{ expected: "2", found: "1", checked_at: TRADED }]);
});

test("where fills have a gap, what follows from them names it and the report that shows it", async () => {
  const name = await openAccount();
  const gap = { account_id: name, stream: "fills", symbol: "ETHUSDT", from_time: FROM, until_time: TRADED };
  await insert(store, "raw.gap", [{ ...gap, reason: "Binance USDⓈ-M does not serve this symbol" }]);
  const position = { position_side: "BOTH", quantity: "1", entry_price: "100" };
  for (const taken_at of [FIRST_NIGHT, SECOND_NIGHT]) {
    await insert(store, "snapshot.taken", [taken(name, taken_at)]);
  }
  await insert(
    store,
    "snapshot.position",
    ["BTCUSDT", "ETHUSDT"].map((symbol) => ({
      account_id: name,
      symbol,
      ...POSITION_ALONE,
      ...position,
      taken_at: SECOND_NIGHT,
      answered_at: SECOND_NIGHT,
    })),
  );
  await bookAndProve(name);
  const rows = await store.db
    .selectFrom("ledger.reconciliation")
    .select(["symbol", "suspect", "next"])
    .where("account_id", "=", name)
    .where("check_name", "=", "position")
    .where("status", "=", "differs")
    .orderBy("symbol")
    .execute();
  expect(rows).toEqual([
    {
      symbol: "BTCUSDT",
      suspect: expect.stringMatching(/^the history begins with a position open/),
      next: expect.any(String),
    },
    {
      symbol: "ETHUSDT",
      suspect: `fills in the gap from ${FROM} until ${TRADED}: Binance USDⓈ-M does not serve this symbol`,
      next: "run again, which reads that time once more; if this stays, settle that gap: `perpbooks status` says how",
    },
  ]);
});

describe("at each snapshot, what is open is worth what the venue says", () => {
  // 1000 came in, and 1 BTC was bought at 100: at a mark of 130 that is 30 more.
  test.each([
    {
      what: "to the last digit",
      shown: { unrealized_pnl: "30", equity: "1030" },
      proven: ["equity USDT agrees 1030 1030", "unrealized_pnl BTCUSDT BOTH agrees 30 30"],
    },
    {
      what: "to within the venue's decimals",
      shown: { unrealized_pnl: "29.99", equity: "1029.99" },
      proven: [
        "equity USDT within_tolerance truncation 1029.99 1030",
        "unrealized_pnl BTCUSDT BOTH within_tolerance truncation 29.99 30",
      ],
    },
    {
      what: "to within what the mark moves between two answers",
      shown: { unrealized_pnl: "31.2", equity: "1031.2" },
      proven: [
        "equity USDT within_tolerance snapshot_skew 1031.2 1030",
        "unrealized_pnl BTCUSDT BOTH within_tolerance snapshot_skew 31.2 30",
      ],
    },
    {
      what: "or differs, once",
      shown: { unrealized_pnl: "31.4", equity: "1031.4" },
      proven: ["unrealized_pnl BTCUSDT BOTH differs unexplained 31.4 30"],
    },
    {
      what: "or differed once, which calls nobody when a later snapshot is there",
      shown: { unrealized_pnl: "31.4", equity: "1031.4" },
      later: true,
      proven: ["unrealized_pnl BTCUSDT BOTH inferred snapshot_skew 31.4 30"],
    },
    {
      what: "and the equity differs where it is not the wallet with that",
      shown: { unrealized_pnl: "30", equity: "1040" },
      proven: ["equity USDT differs unexplained 1040 1030", "unrealized_pnl BTCUSDT BOTH agrees 30 30"],
    },
    {
      what: "which nothing is said of where the wallet differs",
      shown: { unrealized_pnl: "30", equity: "1031" },
      wallet: "1001",
      proven: ["unrealized_pnl BTCUSDT BOTH agrees 30 30"],
    },
    {
      what: "which nothing is said of where the venue shows neither",
      shown: { unrealized_pnl: null, equity: null },
      proven: [],
    },
    {
      what: "which nothing is said of where the cost differs",
      shown: { unrealized_pnl: "40", equity: "1040", entry_price: "90.00" },
      proven: [],
    },
  ])("$what", async ({ shown, wallet = "1000", later = false, proven }) => {
    const { unrealized_pnl, equity, entry_price = "100.00" } = shown;
    const name = await openAccount(true);
    await insert(store, "history.income", [paid(name, "deposit", "1000")]);
    await insert(store, "history.fill", [
      fill(name, "buy", "7", "1", "BUY", TRADED, "100", "1", { margin_asset: "USDT" }),
    ]);
    await insert(store, "snapshot.taken", [taken(name, FIRST_NIGHT)]);
    await insert(store, "snapshot.balance", [
      { ...balance(name, FIRST_NIGHT, "USDT", wallet), unrealized_pnl, equity },
    ]);
    await insert(store, "snapshot.position", [
      {
        account_id: name,
        taken_at: FIRST_NIGHT,
        symbol: "BTCUSDT",
        position_side: "BOTH",
        quantity: "1",
        entry_price,
        ...POSITION_ALONE,
        mark_price: "130",
        unrealized_pnl,
        answered_at: FIRST_NIGHT,
      },
    ]);
    if (later) {
      await insert(store, "history.fill", [
        fill(name, "sell", "8", "2", "SELL", "2026-05-02T10:00:00.000Z", "100", "1", {
          margin_asset: "USDT",
        }),
      ]);
      await insert(store, "snapshot.taken", [taken(name, SECOND_NIGHT)]);
      await insert(store, "snapshot.balance", [balance(name, SECOND_NIGHT, "USDT", "1000")]);
    }
    await bookAndProve(name);
    expect(await proofsOf(name, "equity", "unrealized_pnl")).toEqual(proven);
  });
});

test("an opening that is inferred anew as it was is not written again: what was proven of its time stands", async () => {
  const name = await openAccount();
  const shownAt = "2026-05-20T00:00:00.000Z";
  await insert(store, "snapshot.taken", [taken(name, shownAt)]);
  await insert(store, "snapshot.balance", [balance(name, shownAt, "USDT", "100")]);
  await insert(store, "history.income", [paid(name, "cash", "40")]);
  await bookAndProve(name);
  expect(await proofsOf(name, "wallet")).toEqual(["wallet USDT inferred 100 100"]);
  const provenOf = () =>
    store.db
      .selectFrom("ledger.proven")
      .select("check_name")
      .where("account_id", "=", name)
      // The booking has another of its own since the opening is written.
      .where("check_name", "like", "reconcile/%")
      .orderBy("check_name")
      .execute();
  const proven = await provenOf();
  expect(proven).not.toEqual([]);
  await bookAccount(store, name, { configured: [], amountDecimals: 8 });
  expect(await provenOf()).toEqual(proven);
  await store.db
    .updateTable("snapshot.balance")
    .set({ wallet: "101" })
    .where("account_id", "=", name)
    .execute();
  await bookAccount(store, name, { configured: [], amountDecimals: 8 });
  expect(await provenOf()).toEqual([]);
});
