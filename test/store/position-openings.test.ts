/**
 * Which shortfall of a first snapshot is an opening: one that was possible when the history began, and that
 * nothing else explains. Where evidence is weak it is an open item, and what a close has kept says how to
 * have it again.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookLots } from "../../src/book/book-lots.ts";
import { bookPositionOpenings } from "../../src/book/book-position-openings.ts";
import { goOn } from "../../src/book/onward.ts";
import { pnlTolerance } from "../../src/book/pnl-tolerance.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatDecimal } from "../../src/domain/decimal.ts";
import { checkAveragePnl } from "../../src/reconcile/average-pnl.ts";
import { checkLateFunding } from "../../src/reconcile/late-funding.ts";
import { checkPositions } from "../../src/reconcile/positions.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import type { FillRow, IncomeRow, WindowRow } from "../../src/store/tables.ts";
import { POSITION_ALONE, TAKEN_PLAINLY } from "../support/not-shown.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const BEGINS = "2026-05-01T00:00:00.000Z";
const SHOWN_AT = "2026-05-20T00:00:00.000Z";
const ANSWERED_AT = "2026-05-20T00:00:02.000Z";
const on = (day: number) => `2026-05-${String(day).padStart(2, "0")}T12:00:00.000Z`;

type Fill = readonly [at: string, side: string, order: string, realizedPnl: string, more?: Partial<FillRow>];
type Case = {
  readonly what: string;
  readonly fills?: readonly Fill[];
  /** `side quantity at price`, as the venue shows it. */
  readonly shown?: string;
  readonly listedAt?: string;
  readonly windows?: readonly (readonly [from: string, until: string])[];
  readonly income?: Partial<IncomeRow>;
  /** `side quantity cost`; null for none. */
  readonly opening: string | null;
};

const CASES: readonly Case[] = [
  {
    what: "a long that was sold",
    fills: [[on(10), "SELL", "10 at 110", "200"]],
    opening: "BOTH 10 900",
  },
  {
    what: "a long that was added to, at the entry price that is shown",
    fills: [[on(10), "BUY", "5 at 120", "0"]],
    shown: "BOTH 15 at 100.00000",
    opening: "BOTH 10 900",
  },
  { what: "a short that was never traded", shown: "SHORT -2 at 50.5", opening: "SHORT -2 -101" },
  {
    what: "a shortfall behind closes that began with nothing",
    fills: [
      [on(2), "BUY", "5 at 100", "0"],
      [on(3), "SELL", "5 at 110", "50"],
    ],
    shown: "BOTH 3 at 100.00000",
    opening: null,
  },
  {
    what: "a close without a result, which nothing else speaks for",
    fills: [[on(10), "SELL", "10 at 110", "0"]],
    opening: null,
  },
  {
    what: "a long below zero, where sales of a purchase are there and the purchase is not",
    fills: [
      [on(10), "BUY", "555 at 2", "0", { position_side: "LONG" }],
      [on(19), "SELL", "555 at 3", "555", { position_side: "LONG" }],
      [on(19), "BUY", "555 at 3", "0", { position_side: "LONG" }],
    ],
    opening: null,
  },
  {
    what: "a long before hedge mode began",
    fills: [
      [on(2), "BUY", "1 at 10", "0", { symbol: "ETHUSDT" }],
      [on(3), "SELL", "1 at 10", "0", { symbol: "ETHUSDT" }],
      [on(10), "SELL", "5 at 110", "50", { position_side: "LONG" }],
    ],
    opening: null,
  },
  {
    what: "a contract that was listed since",
    fills: [[on(10), "SELL", "10 at 110", "200"]],
    listedAt: on(5),
    opening: null,
  },
  {
    what: "a contract that was settled since",
    fills: [[on(10), "BUY", "10 at 110", "0"]],
    income: { kind: "contract_settlement", amount: "-5" },
    opening: null,
  },
  {
    what: "a trade that the cash statement names and no fill shows",
    fills: [[on(10), "BUY", "5 at 120", "0"]],
    shown: "BOTH 15 at 100.00000",
    income: { kind: "trading_fee", amount: "-0.1", trade_id: "777" },
    opening: null,
  },
  {
    what: "a hole in what was read",
    fills: [[on(2), "BUY", "5 at 120", "0"]],
    shown: "BOTH 15 at 100.00000",
    windows: [
      [BEGINS, on(4)],
      [on(8), "2026-05-21T00:00:00.000Z"],
    ],
    opening: null,
  },
  {
    what: "a fill while the venue was queried",
    fills: [["2026-05-20T00:00:01.000Z", "BUY", "5 at 120", "0"]],
    shown: "BOTH 5 at 120.0",
    opening: null,
  },
];

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

describe("an opening is inferred from what was before the history, and only where it can have been", () => {
  test.each(CASES)("$what: $opening", async (one) => {
    await load(one.what, one);
    await bookPositionOpenings(store, one.what, { configured: [], amountDecimals: 8 }, []);
    const rows = await store.db
      .selectFrom("ledger.position_opening")
      .select(["position_side", "quantity", "cost"])
      .where("account_id", "=", one.what)
      .where("symbol", "=", "BTCUSDT")
      .execute();
    expect(rows.map((row) => `${row.position_side} ${row.quantity} ${row.cost}`)).toEqual(
      one.opening === null ? [] : [one.opening],
    );
  });
});

test("a position that differs after a close names the opening that the close keeps, and how to have it worked out anew", async () => {
  const account_id = "closed";
  await load(account_id, { what: account_id, fills: [[on(10), "SELL", "10 at 110", "200"]], opening: null });
  await closeUntil(account_id, on(1));
  await insertRows(
    store.db,
    "ledger.closed_position_opening",
    ["account_id", "closing_number", "symbol", "position_side"],
    [
      {
        account_id,
        closing_number: 1,
        symbol: "BTCUSDT",
        position_side: "BOTH",
        quantity: "7",
        cost: "630",
        source: "inferred",
        evidence: "a test",
      },
    ],
  );
  await bookPositionOpenings(store, account_id, { configured: [], amountDecimals: 8 }, [
    { number: 1, until: parseInstant(on(1)), throughSequence: "0" },
  ]);
  await bookLots(store, account_id);
  const findings = await store.db
    .transaction()
    .execute(async (transaction) =>
      checkPositions(transaction, account_id, await readingAll(transaction, account_id)),
    );
  const rows = findings.map(({ status, suspect, next }) => ({ status, suspect, next }));
  expect(rows).toEqual([
    {
      status: "differs",
      suspect:
        "fills are missing, or what was open before the history is not the 7 (inferred) that the close of 2026-05 keeps",
      next: "perpbooks reopen 2026-05, which works it out anew",
    },
  ]);
});

const readingAll = (transaction: Transaction, account_id: string) =>
  goOn(transaction, account_id, null, { isWhole: true, program: "" });

test("where a fill came after the close of its time, what differs behind it names the close to reopen", async () => {
  const account_id = "late";
  await load(account_id, {
    what: account_id,
    fills: [
      [on(9), "BUY", "10 at 90", "0", { posted_at: on(15) }],
      [on(10), "SELL", "4 at 110", "80"],
      [on(11), "BUY", "4 at 100", "0"],
    ],
    shown: "BOTH 10 at 94.0",
    opening: null,
  });
  await closeUntil(account_id, on(15));
  await bookLots(store, account_id);
  const findings = await store.db.transaction().execute(async (transaction) => {
    const onward = await readingAll(transaction, account_id);
    return [
      ...(await checkPositions(transaction, account_id, onward)),
      ...(await checkAveragePnl(transaction, account_id, SHOWN_AT, pnlTolerance(8), onward)),
    ];
  });
  const rows = findings
    .filter(({ status }) => status === "differs")
    .map(({ check_name, expected, found, suspect, next }) => ({
      what: `${check_name} ${formatDecimal(expected)} ${formatDecimal(found)}`,
      suspect,
      next,
    }));
  const words = {
    suspect:
      "a fill of 2026-05-09T12:00:00.000Z came after the close of 2026-05 and is booked behind fills that occurred after it",
    next: "perpbooks reopen 2026-05, which books them in their order",
  };
  expect(rows).toEqual([
    { what: "entry_price 94 90", ...words },
    { what: "realized_pnl_average 80 0", ...words },
    { what: "realized_pnl_average 0 40", ...words },
  ]);
});

test("funding that came after the close of its time, when its position was closed, is an open item that names the close", async () => {
  const account_id = "late funding";
  await load(account_id, {
    what: account_id,
    fills: [
      [on(9), "BUY", "1 at 90", "0"],
      [on(11), "SELL", "1 at 100", "10"],
    ],
    income: {
      kind: "funding",
      amount: "-3",
      symbol: "BTCUSDT",
      occurred_at: on(10),
      posted_at: on(15),
    },
    opening: null,
  });
  await closeUntil(account_id, on(15));
  await bookLots(store, account_id);
  const ask = () =>
    store.db.transaction().execute((transaction) => checkLateFunding(transaction, account_id));
  const findings = await ask();
  expect(
    findings.map(({ subject, expected, status, suspect, next }) => ({
      subject,
      expected: formatDecimal(expected),
      status,
      suspect,
      next,
    })),
  ).toEqual([
    {
      subject: `BTCUSDT USDT ${on(10)}`,
      expected: "-3",
      status: "differs",
      suspect:
        "it came after the close of 2026-05, and the books no longer hold what was open then, so it is in no position's result",
      next: "perpbooks reopen 2026-05, which gives it to its position, or accept it",
    },
  ]);
  await store.db.deleteFrom("history.fill").where("account_id", "=", account_id).execute();
  expect(await ask(), "of a contract that never traded").toEqual([]);
});

async function closeUntil(account_id: string, until_time: string): Promise<void> {
  await insertRows(
    store.db,
    "ledger.closed_period",
    ["account_id", "closing_number"],
    [
      {
        account_id,
        closing_number: 1,
        period_name: "2026-05",
        from_time: BEGINS,
        until_time,
        time_zone: "UTC",
        through_sequence: "0",
        closed_at: SHOWN_AT,
        program_version: "0",
        records: "0",
        inputs_sha256: "",
        outputs_sha256: "",
        because: "",
        accepted: "",
        reopened_at: null,
        reopen_reason: "",
      },
    ],
  );
}

async function load(
  account_id: string,
  { fills = [], shown, listedAt, windows, income }: Case,
): Promise<void> {
  const shared = { account_id, symbol: "BTCUSDT", sequence: "1" };
  await insertRows(
    store.db,
    "raw.account",
    ["account_id"],
    [
      {
        account_id,
        name: account_id,
        venue: "binance-usdm",
        last_sequence: "0",
        history_from: null,
        is_from_beginning: false,
        sweep_until: null,
      },
    ],
  );
  await insertRows(
    store.db,
    "raw.window",
    ["account_id", "stream", "symbol", "from_time", "until_time", "is_settled"],
    (windows ?? [[BEGINS, "2026-05-21T00:00:00.000Z"]]).map(
      ([from_time, until_time]): WindowRow => ({
        account_id,
        stream: "fills",
        symbol: "BTCUSDT",
        from_time,
        until_time,
        is_settled: true,
        row_count: 0,
        read_at: until_time,
        run_id: "a test",
        evidence: "venue",
        note: "",
      }),
    ),
  );
  await insertRows(
    store.db,
    "raw.instrument",
    ["account_id", "symbol"],
    [
      {
        account_id,
        symbol: "BTCUSDT",
        status: "TRADING",
        margin_asset: "USDT",
        listed_at: listedAt ?? "2020-01-01T00:00:00.000Z",
      },
    ],
  );
  await insertRows(
    store.db,
    "history.fill",
    ["account_id", "record_key"],
    fills.map(([at, side, order, realized_pnl, more], place): FillRow => {
      const [quantity = "", , price = ""] = order.split(" ");
      return {
        ...shared,
        record_key: `fill ${place}`,
        fill_id: `${100 + place}`,
        order_id: "1",
        side,
        position_side: "BOTH",
        price,
        quantity,
        value: String(BigInt(quantity) * BigInt(price)),
        fee: "0",
        fee_asset: "USDT",
        realized_pnl,
        margin_asset: "USDT",
        is_maker: false,
        occurred_at: at,
        posted_at: at,
        value_at: at,
        ...more,
      };
    }),
  );
  const incomes: IncomeRow[] =
    income === undefined
      ? []
      : [
          {
            ...shared,
            record_key: "income",
            part: "",
            kind: "unknown",
            income_type: "",
            amount: "0",
            asset: "USDT",
            tran_id: "1",
            trade_id: "",
            info: "",
            occurred_at: on(15),
            posted_at: on(15),
            value_at: on(15),
            ...income,
          },
        ];
  await insertRows(store.db, "history.income", ["account_id", "record_key", "part"], incomes);
  await insertRows(
    store.db,
    "snapshot.taken",
    ["account_id", "taken_at"],
    [{ account_id, taken_at: SHOWN_AT, answered_at: ANSWERED_AT, has_statement: false, ...TAKEN_PLAINLY }],
  );
  const [position_side, quantity, , entry_price] = shown?.split(" ") ?? [];
  if (position_side === undefined || quantity === undefined || entry_price === undefined) return;
  await insertRows(
    store.db,
    "snapshot.position",
    ["account_id", "taken_at", "symbol", "position_side"],
    [
      {
        account_id,
        ...POSITION_ALONE,
        taken_at: SHOWN_AT,
        symbol: "BTCUSDT",
        position_side,
        quantity,
        entry_price,
        answered_at: ANSWERED_AT,
      },
    ],
  );
}
