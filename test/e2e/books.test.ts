import { join } from "node:path";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, plus } from "../../src/domain/instant.ts";
import { generateWorld, type WorldPlan } from "../../src/simulator/binance-family/world/generate.ts";
import type { Store } from "../../src/store/store.ts";
import { expectTruth } from "../support/auditor.ts";
import { makeBooks } from "../support/make-books.ts";
import { newRig, readFolder } from "../support/rig.ts";
import { longTest, sampleOf } from "../support/sample.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-02T00:00:00Z");
/** The worlds of one run are half as long in part. */
const ONCE = { from: sampleOf(plus(FROM, 14 * DAY_MS), FROM), fills: sampleOf(150, 300) };
const NOW = parseInstant("2026-06-01T09:30:00Z");

function world(plan: Partial<WorldPlan> = {}) {
  return generateWorld({
    seed: "books",
    from: FROM,
    until: NOW,
    fills: 300,
    accounts: [{ name: "main" }, { name: "hedge", mode: "hedge" }],
    selfTrades: true,
    burstFills: 30,
    ...plan,
  });
}

/** A hash of each table of the books, whatever the order in which their rows were loaded. */
async function fingerprints(store: Store): Promise<Record<string, unknown>> {
  const tables = [
    "ledger.entry",
    "ledger.movement",
    "ledger.disposal",
    "ledger.disposal_amount",
    "ledger.lot",
    "ledger.lot_amount",
    "ledger.round_trip",
    "ledger.position_change",
    "ledger.unassigned_funding",
    "history.income",
    "history.fill",
  ] as const;
  const hashes: Record<string, unknown> = {};
  for (const table of tables) {
    const { rows } = await sql<{ hash: string }>`
      select md5(string_agg(line, '' order by line collate "C")) as hash
      from (select (to_jsonb(row) - 'sequence')::text as line from ${sql.table(table)} as row) as lines
    `.execute(store.db);
    hashes[table] = rows[0]?.hash;
  }
  return hashes;
}

const reports: Record<string, string>[] = [];

const LATE = world({ seed: "nights", lateIncomeBy: 20 * HOUR_MS });
const NIGHTS = Array.from({ length: 9 }, (_, night) => plus(FROM, (24 + night) * DAY_MS));
const LAST = NIGHTS.at(-1) ?? NOW;
let readAtOnce: Record<string, unknown>;
beforeAll(async () => {
  const once = await newRig({ kind: QUICK_KIND, world: LATE, now: LAST, reports: "at the end" });
  await once.run("run");
  readAtOnce = await once.inspect(fingerprints);
  await once.close();
});

for (const kind of heavyKinds("Postgres")) {
  describe(`on ${kind}`, () => {
    test("a run ends with the books equal to the venue's truth, every check agreed, and exit code 0", async () => {
      const truth = world(ONCE);
      const rig = await newRig({ kind, world: truth, now: NOW, v3Account: "hedge" });
      const outcome = await rig.run("run");
      expect(outcome.errors).toBe("");
      expect(outcome.exitCode).toBe(0);
      await rig.inspect((store) => expectTruth(store, truth, NOW));
      expect(outcome.output).toContain("proven:");
      reports.push(await rig.files());

      const before = rig.simulator.requests().length;
      const again = await rig.run("run");
      expect(again.exitCode).toBe(0);
      expect(await rig.files(), "a second run writes the same bytes").toEqual(reports.at(-1));
      const requested = rig.simulator.requests().slice(before);
      const symbols = await rig.inspect((store) =>
        store.db.selectFrom("history.fill").select(["account_id", "symbol"]).distinct().execute(),
      );
      // Time, instruments, balances, positions, the account, one contract's fee rates of each account; then
      // one request a stream and known symbol, for what is not settled.
      const traded = new Set(symbols.map((row) => `${row.account_id} ${row.symbol}`)).size;
      expect(requested.length).toBe(2 * 6 + 2 * 2 + traded * 2);

      const rebuilt = [
        await rig.run("book", "--from-empty"),
        await rig.run("reconcile"),
        await rig.run("report", "--output", "anew"),
      ];
      expect(rebuilt.map((outcome) => outcome.exitCode)).toEqual([0, 0, 0]);
      expect(
        await readFolder(join(rig.folder, "anew")),
        "books built anew from raw give the same bytes",
      ).toEqual(reports.at(-1));
      await rig.close();
    });
  });
}

for (const kind of heavyKinds("Postgres")) {
  describe(`on ${kind}`, () => {
    test("nights that each bring a little, some of it late, give the same books as one run over all of it", {
      timeout: 240_000,
    }, async () => {
      // The nights are what takes long, on PGlite above all.
      const every = kind === QUICK_KIND ? sampleOf(2, 1) : 4;
      const nights = NIGHTS.filter((_, night) => night % every === 0);
      const nightly = await newRig({ kind, world: LATE, now: nights[0] ?? NOW, reports: "at the end" });
      for (const night of nights.slice(0, -1)) {
        nightly.setNow(night);
        await makeBooks(nightly);
      }
      nightly.setNow(LAST);
      // Rows that came late made a difference at the snapshots before they came; by now all are here.
      expect(await nightly.run("run")).toMatchObject({ exitCode: 0, errors: "" });
      expect(await nightly.inspect(fingerprints)).toEqual(readAtOnce);
      await nightly.close();
    });
  });
}

for (const kind of heavyKinds("PGlite")) {
  describe(`on ${kind}`, () => {
    test("results whose cash row is never shown are booked from the fill, marked, and the wallet still proves", async () => {
      const truth = world({ ...ONCE, seed: "omitted", omitRealizedPnlRows: true });
      const rig = await newRig({ kind, world: truth, now: NOW, reports: "at the end" });
      await rig.run("run");
      rig.setNow(plus(NOW, 3 * DAY_MS));
      const outcome = await rig.run("run");
      expect(outcome.errors).toBe("");
      await rig.inspect(async (store) => {
        await expectTruth(store, truth, NOW);
        const differing = store.db
          .selectFrom("ledger.reconciliation")
          .selectAll()
          .where("status", "=", "differs");
        expect(await differing.execute()).toEqual([]);
        const { rows } = await sql<{
          basis: string;
        }>`select distinct basis from ledger.entry order by basis`.execute(store.db);
        expect(rows.map((row) => row.basis)).toEqual(["cash", "fill"]);
      });
      await rig.close();
    });
  });
}

longTest("both stores write the same bytes", () => {
  expect(reports).toHaveLength(2);
  expect(reports[0]).toEqual(reports[1]);
});
