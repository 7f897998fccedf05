/** What the venue will not show becomes a gap, and the rest is read. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { rehearsalClock } from "../../src/clock.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, plus } from "../../src/domain/instant.ts";
import type { Window } from "../../src/domain/window.ts";
import {
  CredentialsRejectedError,
  OutsideRetentionError,
  type PerpbooksError,
  RightMissingError,
  SymbolNotServedError,
} from "../../src/errors.ts";
import { readCoverage } from "../../src/extract/coverage.ts";
import type { Extraction } from "../../src/extract/extraction.ts";
import { reachOf } from "../../src/extract/plan.ts";
import { newProbeBound } from "../../src/extract/probe.ts";
import { readStream } from "../../src/extract/read-stream.ts";
import { createVenueClient } from "../../src/http/client.ts";
import { WeightBudget } from "../../src/http/weight.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { fakeRow, fakeWalk } from "../unit/extract/fake-venue.ts";

const NOW = parseInstant("2026-03-01T00:00:00Z");
const FROM = plus(NOW, -28 * DAY_MS);
const WORDS = { where: "main fills BTCUSDT", what: "refused", next: "nothing" };
let store: Store;

beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

/**
 * Reads four weeks of fills of a venue that answers each week's request by `answer`; gives what was logged
 * and what is a gap now.
 */
async function readFourWeeks(
  accountId: string,
  answer: (week: number) => PerpbooksError | null,
  settled: readonly Window[] = [],
  isKnown = true,
) {
  const { venue } = fakeWalk({ rows: [], pageRowsMax: 1000, truncation: "oldest" });
  const events: string[] = [];
  const weeks: number[] = [];
  const client = createVenueClient({
    venue,
    baseUrl: "http://127.0.0.1:1",
    clock: rehearsalClock(NOW),
    budget: new WeightBudget({ weightPerMinute: 2400, clock: rehearsalClock(NOW) }),
    log: () => {},
  });
  const call = async (request: Parameters<typeof client.call>[0]): Promise<unknown> => {
    const from = Number(Object.fromEntries(request.query)["startTime"]);
    const week = Math.floor((from - FROM) / (7 * DAY_MS));
    weeks.push(week);
    const refusal = answer(week);
    if (refusal !== null) throw refusal;
    return [fakeRow(from, week + 1)];
  };
  const extraction: Extraction = {
    accountId,
    store,
    client: Object.assign(client, { call }) as typeof client,
    log: (event) => events.push(event),
    signal: new AbortController().signal,
    runId: "run",
    progress: () => {},
    tell: () => {},
  };
  const account = {
    account_id: accountId,
    name: accountId,
    venue: venue.id,
    history_from: formatInstant(FROM),
    is_from_beginning: false,
    last_sequence: "0",
    sweep_until: null,
  };
  await store.db
    .insertInto("raw.account")
    .values(account)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const support = venue.streams.fills;
  if (support.kind === "unsupported") return expect.unreachable();
  const added = await readStream(extraction, {
    stream: "fills",
    symbol: "BTCUSDT",
    isKnown,
    support: { ...support, windowMax: 7 * DAY_MS },
    span: { from: FROM, until: NOW },
    readAt: NOW,
    historyFrom: FROM,
    reach: reachOf(NOW, settled.length === 0 ? null : { sure: 29 * DAY_MS, possible: 29 * DAY_MS }),
    probeBound: newProbeBound(),
    coverage: {
      ...(await readCoverage(store.db, accountId, venue.streams)),
      settled: () => settled,
      readLast: () => [],
    },
    alreadyRead: [],
    knownSymbols: [],
  });
  const gaps = await store.db
    .selectFrom("raw.gap")
    .select(["from_time", "until_time", "reason"])
    .where("account_id", "=", accountId)
    .orderBy("from_time")
    .execute();
  return { added, weeks, events: events.filter((event) => event !== "window_loaded"), gaps };
}

/** Just before the instant at which it was requested: then it did not trade. */
const REFUSED_AT = formatInstant(plus(NOW, -1));
const day = (days: number) => formatInstant(plus(FROM, days * DAY_MS));
const instantOf = (text: string) => formatInstant(parseInstant(text.replace(" ", "T").replace("+00", "Z")));
const spans = (gaps: readonly { from_time: string; until_time: string; reason: string }[]) =>
  gaps.map((gap) => [instantOf(gap.from_time), instantOf(gap.until_time), gap.reason]);

test("a window that is too old is a gap of its own, and the windows after it are read", async () => {
  const { added, weeks, events, gaps } = await readFourWeeks("old", (week) =>
    week < 2 ? new OutsideRetentionError(WORDS) : null,
  );
  expect(weeks).toEqual([0, 1, 2, 3]);
  expect(added).toBe(2);
  expect(events).toEqual(["window_not_served", "window_not_served"]);
  expect(spans(gaps)).toEqual([
    [day(0), day(7), "Aster no longer serves it"],
    [day(7), day(14), "Aster no longer serves it"],
  ]);
});

test("a right that the key lacks is no gap: the whole stream is not kept, and the caller is told", async () => {
  await expect(readFourWeeks("right", () => new RightMissingError(WORDS))).rejects.toBeInstanceOf(
    RightMissingError,
  );
  expect(
    (await readFourWeeks("right", (week) => (week === 0 ? new OutsideRetentionError(WORDS) : null))).gaps,
  ).toHaveLength(1);
});

test("a symbol that ceases to be served is a gap from there, and what was read before stays", async () => {
  const { added, weeks, events, gaps } = await readFourWeeks("symbol", (week) =>
    week === 2 ? new SymbolNotServedError(WORDS) : null,
  );
  expect(weeks).toEqual([0, 1, 2]);
  expect(added).toBe(2);
  expect(events).toEqual(["symbol_not_served"]);
  expect(spans(gaps)).toEqual([[day(14), REFUSED_AT, "Aster does not serve this symbol"]]);
});

test("a settled window that is refused when it is to be read for the last time is no gap: it is known", async () => {
  const settled = [{ from: FROM, until: plus(FROM, 14 * DAY_MS) }];
  const { weeks, gaps } = await readFourWeeks("settled", () => new SymbolNotServedError(WORDS), settled);
  expect(weeks).toEqual([2]);
  expect(spans(gaps)).toEqual([[day(14), REFUSED_AT, "Aster does not serve this symbol"]]);
  const old = await readFourWeeks(
    "settled",
    (week) => (week < 2 ? new OutsideRetentionError(WORDS) : null),
    settled,
  );
  expect(old.weeks).toEqual([2, 3, 0, 1]);
  expect(old.gaps).toEqual([]);
});

test("a listed contract that is refused, and that nothing of the account ever named, is no gap", async () => {
  const { events, gaps } = await readFourWeeks("unknown", () => new SymbolNotServedError(WORDS), [], false);
  expect(events).toEqual(["symbol_not_served"]);
  expect(gaps).toEqual([]);
});

test("a gap goes away when the venue serves it after all", async () => {
  await readFourWeeks("again", () => new SymbolNotServedError(WORDS));
  expect((await readFourWeeks("again", () => null)).gaps).toEqual([]);
});

test("a rejected key is no gap: it stops", async () => {
  await expect(readFourWeeks("key", () => new CredentialsRejectedError(WORDS))).rejects.toThrow(
    CredentialsRejectedError,
  );
});
