/** What takes back that a contract's time without a word was taken to be empty. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import type { StreamName } from "../../src/domain/record.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import { recordSilences } from "../../src/load/silence.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const UNTIL = parseInstant("2026-04-01T00:00:00Z");
const day = (days: number) => plus(UNTIL, days * DAY_MS);

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  test.each<{ what: string; stream: StreamName; symbol: string; at: number; left: readonly string[] }>([
    { what: "a fill within it", stream: "fills", symbol: "ETHUSDT", at: -10, left: ["fills of XRPUSDT"] },
    { what: "cash within it", stream: "income", symbol: "ETHUSDT", at: -1, left: ["fills of XRPUSDT"] },
    { what: "cash before it", stream: "income", symbol: "ETHUSDT", at: -99, left: ["fills of XRPUSDT"] },
    {
      what: "nothing of another contract",
      stream: "income",
      symbol: "BTCUSDT",
      at: -10,
      left: ["fills of ETHUSDT", "fills of XRPUSDT", "margin_changes of ETHUSDT"],
    },
    {
      what: "nothing from its end on",
      stream: "fills",
      symbol: "ETHUSDT",
      at: 0,
      left: ["fills of ETHUSDT", "fills of XRPUSDT", "margin_changes of ETHUSDT"],
    },
  ])("$what takes back the silence of a contract", async ({ what, stream, symbol, at, left }) => {
    const accountId = what;
    await store.db
      .insertInto("raw.account")
      .values({
        account_id: accountId,
        name: accountId,
        venue: "binance-usdm",
        last_sequence: "0",
        history_from: null,
        is_from_beginning: false,
        sweep_until: null,
      })
      .execute();
    const silence = (of: StreamName, contract: string) => ({
      accountId,
      stream: of,
      symbol: contract,
      windows: [{ from: day(-90), until: UNTIL }],
      readAt: day(90),
      runId: "first",
      note: "nothing names the contract yet",
    });
    await recordSilences(store.db, [
      silence("fills", "ETHUSDT"),
      silence("margin_changes", "ETHUSDT"),
      silence("fills", "XRPUSDT"),
    ]);
    await loadProven(store, {
      accountId,
      stream,
      symbol: stream === "fills" ? symbol : "",
      window: { from: day(at), until: day(at + 1) },
      rows: [{ identity: ["1"], symbol, occurredAt: day(at), body: "{}" }],
      readAt: day(90),
      latenessMs: DAY_MS,
      pendingMaxMs: null,
      mayChange: [],
      isUnderstood: () => true,
      runId: "second",
      evidence: { kind: "import", note: "a file" },
    });
    const spans = await store.db
      .selectFrom("raw.window")
      .select(["stream", "symbol"])
      .where("account_id", "=", accountId)
      .where("evidence", "=", "silence")
      .execute();
    expect(spans.map((span) => `${span.stream} of ${span.symbol}`).toSorted()).toEqual(left);
  });
});
