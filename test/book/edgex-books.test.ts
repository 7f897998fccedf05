/**
 * A small life of an edgeX account, from the venue's pages into the books: what the wallet holds is what the
 * statement says.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, plus } from "../../src/domain/instant.ts";
import type { StreamName } from "../../src/domain/record.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import { normalise } from "../../src/normalise/normalise.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import type { Store } from "../../src/store/store.ts";
import { edgexVenue } from "../../src/venues/edgex/venue.ts";
import { supportOf } from "../../src/venues/venue.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { page } from "../venues/edgex/answers.ts";
import { V1 } from "../venues/edgex/credentials.ts";
import { fillRow, snapshotRow, statementRow, termRow, tradeRow } from "../venues/edgex/rows.ts";

const FROM = parseInstant("2025-03-03T00:00:00Z");
const window = { from: FROM, until: plus(FROM, 7 * DAY_MS) };
const hour = (hours: number): string => `${FROM + hours * HOUR_MS}`;
const venue = edgexVenue(V1);

// 1 is bought at 50; funding is paid; 0.4 are sold at 55; the rest is liquidated at 40, whose fee of 1 % is
// inside the value.
const STATEMENT = [
  statementRow({
    id: "1",
    createdTime: hour(1),
    deltaAmount: "100",
    deltaLegacyAmount: "100",
    beforeAmount: "0",
    beforeLegacyAmount: "0",
  }),
  tradeRow({
    id: "2",
    createdTime: hour(2),
    type: "POSITION_BUY",
    deltaAmount: "-50.02",
    deltaLegacyAmount: "-0.02",
    beforeAmount: "100",
    beforeLegacyAmount: "100",
    fillOpenValue: "50",
    fillOpenFee: "-0.02",
    orderFillTransactionId: "72",
  }),
  statementRow({
    id: "3",
    createdTime: hour(4),
    type: "POSITION_FUNDING",
    fundingTime: hour(3.75),
    positionContractId: "10000001",
    deltaAmount: "-0.5",
    deltaLegacyAmount: "-0.5",
    beforeAmount: "49.98",
    beforeLegacyAmount: "99.98",
  }),
  tradeRow({
    id: "4",
    createdTime: hour(5),
    type: "POSITION_SELL",
    deltaAmount: "21.99",
    deltaLegacyAmount: "1.99",
    beforeAmount: "49.48",
    beforeLegacyAmount: "99.48",
    fillCloseValue: "-22",
    fillCloseFee: "-0.01",
    orderFillTransactionId: "75",
  }),
  tradeRow({
    id: "5",
    createdTime: hour(6),
    type: "POSITION_SELL",
    deltaAmount: "23.75",
    deltaLegacyAmount: "-6.25",
    beforeAmount: "71.47",
    beforeLegacyAmount: "101.47",
    fillCloseValue: "-23.76",
    fillCloseFee: "-0.01",
    liquidateFee: "-0.24",
    isLiquidate: true,
    orderFillTransactionId: "76",
  }),
];
const FILLS = [
  fillRow({
    id: "72",
    createdTime: hour(2),
    orderSide: "BUY",
    fillSize: "1",
    fillPrice: "50",
    fillValue: "50",
    fillFee: "0.02",
    realizePnl: "-0.02",
  }),
  fillRow({
    id: "75",
    createdTime: hour(5),
    fillSize: "0.4",
    fillPrice: "55",
    fillValue: "22",
    fillFee: "0.01",
    realizePnl: "1.99",
  }),
  fillRow({
    id: "76",
    createdTime: hour(6),
    fillSize: "0.6",
    fillPrice: "40",
    fillValue: "23.76",
    fillFee: "0.01",
    liquidateFee: "-0.24",
    realizePnl: "-6.25",
    isLiquidate: true,
  }),
];

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
    await store.db
      .insertInto("raw.account")
      .values({
        account_id: "main",
        name: "main",
        venue: "edgex",
        last_sequence: "0",
        history_from: "2024-01-01T00:00:00.000Z",
        is_from_beginning: true,
        sweep_until: null,
      })
      .execute();
    await insertRows(
      store.db,
      "raw.name",
      ["account_id", "kind", "venue_id"],
      [
        { account_id: "main", kind: "contract", venue_id: "10000001", name: "BTCUSD", listed_name: "BTCUSD" },
        { account_id: "main", kind: "asset", venue_id: "1000", name: "USD", listed_name: "USD" },
      ],
    );
  });
  afterAll(() => store.close());

  /** Reads the rows as a page, loads them, and returns how many were new. */
  async function load(stream: StreamName, rows: readonly object[]): Promise<number> {
    const support = supportOf(venue, stream) ?? expect.unreachable(`edgex has no ${stream}`);
    return loadProven(store, {
      accountId: "main",
      stream,
      symbol: "",
      window,
      rows: venue.readPage({ stream, symbol: "", filters: {}, span: { by: "time", window } }, page(rows)),
      readAt: plus(window.until, 30 * DAY_MS),
      latenessMs: support.lateness,
      pendingMaxMs: support.pendingMax ?? null,
      mayChange: support.mayChange,
      isUnderstood: () => true,
      runId: "run",
      evidence: { kind: "venue", note: "" },
    });
  }

  async function setAside(): Promise<readonly object[]> {
    return store.db.selectFrom("raw.set_aside").select(["stream", "reason"]).execute();
  }

  test("the wallet is what the statement says, in its parts, and nothing is booked twice", async () => {
    await load(
      "income",
      STATEMENT.map((row) => ({ ...row, censorStatus: "CENSOR_SUCCESS" })),
    );
    await load("fills", FILLS);
    await load("position_cycles", [termRow({ createdTime: hour(2), cumOpenSize: "1", cumCloseSize: "-1" })]);
    await load("hourly_equity", [snapshotRow({ snapshotTime: hour(5) })]);
    await load("daily_equity", [snapshotRow({ snapshotTime: hour(0), timeTag: 1 })]);
    expect(await normalise(store, "main", venue.decode)).toEqual({ records: 11, adjusting: 0 });
    await bookAccount(store, "main", { configured: [], amountDecimals: venue.amountDecimals });

    expect(await setAside()).toEqual([]);
    const postings = await store.db
      .selectFrom("ledger.posting")
      .select(({ fn }) => ["ledger_account", fn.sum<string>("amount").as("amount")])
      .where("account_id", "=", "main")
      .groupBy("ledger_account")
      .orderBy("ledger_account")
      .execute();
    expect(postings.map(({ ledger_account, amount }) => `${ledger_account} ${amount}`)).toEqual([
      "assets:wallet 95.22",
      "equity:transfers -100",
      "expenses:funding 0.5",
      "expenses:liquidation 0.24",
      "expenses:trading_fees 0.04",
      "income:realized_pnl 4",
    ]);
    const entries = await store.db.selectFrom("ledger.entry").select(["basis"]).distinct().execute();
    expect(entries).toEqual([{ basis: "cash" }]);
  });

  test("our own result of each close is the venue's, and the position ends flat", async () => {
    const disposals = await store.db
      .selectFrom("ledger.disposal")
      .select(["symbol", "quantity", "proceeds", "cost", "realized_pnl"])
      .where("account_id", "=", "main")
      .where("method", "=", "average")
      .orderBy("closed_at")
      .execute();
    expect(disposals).toEqual([
      { symbol: "BTCUSD", quantity: "0.4", proceeds: "22", cost: "20", realized_pnl: "2" },
      { symbol: "BTCUSD", quantity: "0.6", proceeds: "24", cost: "30", realized_pnl: "-6" },
    ]);
    const forced = await store.db
      .selectFrom("history.forced_order")
      .select(["kind", "average_price"])
      .execute();
    expect(forced).toEqual([{ kind: "liquidation", average_price: "40" }]);
  });

  test("a confirmation that comes later is no alarm and no second event; an amount that changes is", async () => {
    const later = STATEMENT.map((row) => ({
      ...row,
      censorStatus: "L2_APPROVED",
      l2ApprovedTime: hour(7),
      updatedTime: hour(7),
    }));
    await load("income", later);
    await normalise(store, "main", venue.decode);
    await bookAccount(store, "main", { configured: [], amountDecimals: venue.amountDecimals });
    expect(await setAside()).toEqual([]);
    const status = await store.db
      .selectFrom("history.collateral_transaction")
      .select(["status"])
      .distinct()
      .execute();
    expect(status).toEqual([{ status: "L2_APPROVED" }]);
    const wallet = await store.db
      .selectFrom("ledger.posting")
      .select(({ fn }) => fn.sum<string>("amount").as("amount"))
      .where("ledger_account", "=", "assets:wallet")
      .executeTakeFirstOrThrow();
    expect(wallet.amount).toBe("95.22");

    await load(
      "income",
      later.map((row, position) => (position === 0 ? { ...row, deltaLegacyAmount: "101" } : row)),
    );
    expect(await setAside()).toEqual([
      { stream: "income", reason: expect.stringContaining("deltaLegacyAmount") },
    ]);
  });
});
