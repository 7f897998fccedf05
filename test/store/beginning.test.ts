/** What a row, or a wish, does to an inferred beginning. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, plus } from "../../src/domain/instant.ts";
import { recordBeginning, takeBackBeginning } from "../../src/load/beginning.ts";
import { loadProven } from "../../src/load/load-proven.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";

const BEGINS = parseInstant("2026-04-01T00:00:00Z");
const day = (days: number) => plus(BEGINS, days * DAY_MS);

describe.each(STORE_KINDS)("on %s", (kind) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(kind);
  });
  afterAll(() => store.close());

  async function begun(accountId: string): Promise<void> {
    await store.db
      .insertInto("raw.account")
      .values({
        account_id: accountId,
        name: accountId,
        venue: "aster",
        last_sequence: "0",
        history_from: null,
        is_from_beginning: true,
        sweep_until: formatInstant(day(60)),
      })
      .execute();
    await recordBeginning(store.db, {
      accountId,
      window: { from: day(-1_000), until: BEGINS },
      streams: [
        { stream: "income", scope: "account" },
        { stream: "fills", scope: "symbol" },
      ],
      readAt: day(60),
      runId: "first",
      note: "the first cash row is of 2026-04-03T00:00:00.000Z",
    });
  }

  async function state(accountId: string) {
    const spans = await store.db
      .selectFrom("raw.window")
      .select(["stream", "symbol"])
      .where("account_id", "=", accountId)
      .where("evidence", "=", "beginning")
      .orderBy("stream")
      .execute();
    const { sweep_until } = await store.db
      .selectFrom("raw.account")
      .select("sweep_until")
      .where("account_id", "=", accountId)
      .executeTakeFirstOrThrow();
    return { spans: spans.map(({ stream, symbol }) => `${stream} ${symbol}`), isSwept: sweep_until !== null };
  }

  const KEPT = { spans: ["fills *", "income "], isSwept: true };
  const TAKEN_BACK = { spans: [], isSwept: false };

  test.each([
    { what: "a file's row of before", evidence: "import", stream: "income", days: -400, left: TAKEN_BACK },
    { what: "a venue's row of before", evidence: "venue", stream: "income", days: -1, left: TAKEN_BACK },
    {
      what: "another stream's row of before",
      evidence: "venue",
      stream: "fills",
      days: -1,
      left: TAKEN_BACK,
    },
    { what: "a row of its very end", evidence: "venue", stream: "income", days: 0, left: KEPT },
    { what: "a file's row of later", evidence: "import", stream: "fills", days: 3, left: KEPT },
    { what: "a file without rows of before", evidence: "import", stream: "income", days: null, left: KEPT },
  ] as const)("$what: $left.spans", async ({ what, evidence, stream, days, left }) => {
    await begun(what);
    const symbol = stream === "income" ? "" : "BTCUSDT";
    await loadProven(store, {
      accountId: what,
      stream,
      symbol,
      window: { from: day(-500), until: day(50) },
      rows:
        days === null
          ? []
          : [
              { identity: ["later"], symbol: "BTCUSDT", occurredAt: day(40), body: "{}" },
              { identity: ["first"], symbol: "BTCUSDT", occurredAt: day(days), body: "{}" },
            ],
      readAt: day(60),
      latenessMs: 0,
      pendingMaxMs: null,
      mayChange: [],
      isUnderstood: () => true,
      runId: "second",
      evidence: { kind: evidence, note: "" },
    });
    expect(await state(what)).toEqual(left);
  });

  test.each([
    { what: "a wish for an earlier time", days: -1, left: TAKEN_BACK },
    { what: "a wish for its very end", days: 0, left: KEPT },
  ])("$what: $left.spans", async ({ what, days, left }) => {
    await begun(what);
    await begun(`${what} of another account`);
    await store.db.transaction().execute((transaction) => takeBackBeginning(transaction, what, day(days)));
    expect(await state(what)).toEqual(left);
    expect(await state(`${what} of another account`)).toEqual(KEPT);
  });
});
