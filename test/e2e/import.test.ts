/** `perpbooks import`: files that the venue made fill exactly what its interface no longer serves. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type Instant, MINUTE_MS, plus } from "../../src/domain/instant.ts";
import {
  type CsvFile,
  type CsvOptions,
  type TradeDialect,
  type TransactionDialect,
  tradeFiles,
  transactionFiles,
} from "../../src/simulator/binance/csv.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { Store } from "../../src/store/store.ts";
import { expectTruth } from "../support/auditor.ts";
import { type BinanceRig, newBinanceRig, withoutHidden } from "../support/binance-rig.ts";
import { makeBooks } from "../support/make-books.ts";
import { sampleOf } from "../support/sample.ts";
import { heavyKinds, QUICK_KIND, STORE_KINDS, type StoreKind } from "../support/stores.ts";

const FROM = parseInstant("2026-02-02T00:00:00Z");
const NOW = parseInstant("2026-06-01T09:30:00Z");
/** By the program's reading of the venue's words: 89 days, and ten minutes for asking. */
const SERVED_FROM = plus(NOW, -89 * DAY_MS + 10 * MINUTE_MS);
const MARGIN_SERVED_FROM = plus(NOW, -29 * DAY_MS + 10 * MINUTE_MS);

const WORLD = withTwins(
  generateWorld({
    seed: "import",
    from: FROM,
    until: NOW,
    fills: 400,
    venue: "binance",
    symbols: ["BTCUSDT", "ETHUSDT", "BNBUSDT"],
    accounts: [{ name: "main" }, { name: "hedge", mode: "hedge" }],
    burstFills: 12,
    selfTrades: true,
  }),
);

/** Rows that agree in everything are real rows: here each account's first and last kickbacks come twice. */
function withTwins(world: World): World {
  return {
    ...world,
    accounts: world.accounts.map((account) => {
      const kickbacks = account.incomes.filter((row) => row.incomeType === "REFERRAL_KICKBACK");
      const twins = [kickbacks[0], kickbacks.at(-1)];
      return {
        ...account,
        incomes: account.incomes.flatMap((row) => (twins.includes(row) ? [row, row] : [row])),
      };
    }),
  };
}

type Dialects = {
  readonly income: TransactionDialect;
  readonly fills: TradeDialect;
  readonly csv?: CsvOptions;
};

/**
 * What a person downloads: everything from the beginning up to `until`, so that the end of it is known
 * already.
 */
function filesOf(account: string, until: Instant, { income, fills, csv }: Dialects): readonly CsvFile[] {
  const found = WORLD.accounts.find(({ name }) => name === account);
  const before = <Row extends { readonly occurredAt: Instant }>(rows: readonly Row[] = []) =>
    rows.filter((row) => row.occurredAt < until);
  return [
    ...transactionFiles(before(found?.incomes), income, csv),
    ...tradeFiles(before(found?.fills), fills, csv),
  ];
}

async function write(rig: BinanceRig, files: readonly CsvFile[], prefix = ""): Promise<string[]> {
  for (const file of files) await rig.write(`${prefix}${file.name}`, file.content);
  return files.map((file) => `${prefix}${file.name}`);
}

function gapsOf(store: Store): Promise<{ account_id: string; stream: string }[]> {
  return store.db.selectFrom("raw.gap").select(["account_id", "stream"]).execute();
}

const OVERLAP = plus(SERVED_FROM, 20 * DAY_MS);
const PERIOD = ["--period", "2026-02-02T00:00:00Z..2026-03-24T09:40:00Z"];

/** To the store a dialect makes no difference. */
const RICHEST: Dialects = {
  income: "T2",
  fills: "F2",
  csv: { utcOffsetMinutes: -360, isNewestFirst: true, hasShortYears: true, rowsPerFile: 300 },
};

test.each<Dialects & { readonly kind: StoreKind }>([
  { kind: QUICK_KIND, income: "T1", fills: "F2" },
  ...sampleOf<readonly StoreKind[]>([], STORE_KINDS).map((kind) => ({ kind, ...RICHEST })),
])(
  "$kind: files of $income and $fills fill exactly what retention left, and the books are those of the whole world",
  async ({ kind, ...dialects }) => {
    const rig = await newBinanceRig({ kind, world: WORLD, now: NOW, since: "2026-02-02" });
    const before = await rig.run("run");
    expect(before, before.errors).toMatchObject({ exitCode: 3 });
    expect((await rig.reportNames()).filter((name) => name.includes("-INCOMPLETE")).length).toBeGreaterThan(
      0,
    );
    expect((await rig.run("status")).output).toContain("gaps");

    for (const account of ["main", "hedge"]) {
      const files = await write(rig, filesOf(account, OVERLAP, dialects), `${account}-`);
      const imported = await rig.run("import", "--account", account, ...PERIOD, ...files);
      expect(imported).toMatchObject({ exitCode: 0, errors: "" });
      const again = await rig.run("import", "--account", account, ...PERIOD, ...files);
      expect(again.output, "importing twice adds nothing").toMatch(/ 0 loaded[\s\S]* 0 loaded/);
    }
    const left = await rig.inspect(gapsOf);
    expect([...new Set(left.map((gap) => gap.stream))].toSorted()).toEqual([
      "forced_orders",
      "margin_changes",
    ]);
    // Of these two the venue makes no files: a person decides.
    for (const account of ["main", "hedge"]) {
      const decided = [
        "gap",
        "accept",
        "--account",
        account,
        "--period",
        "2026",
        "--because",
        "no cash in them",
      ];
      expect((await rig.run(...decided)).exitCode).toBe(0);
    }

    const after = await rig.run("run");
    expect(after).toMatchObject({ exitCode: 0, errors: "" });
    await rig.inspect(async (store) => {
      expect(await gapsOf(store)).toEqual([]);
      const whole = withoutHidden(WORLD, { margin: MARGIN_SERVED_FROM, forced: SERVED_FROM });
      await expectTruth(store, whole, NOW);
      const differing = store.db
        .selectFrom("ledger.reconciliation")
        .selectAll()
        .where("status", "=", "differs");
      expect(await differing.execute()).toEqual([]);
      const openings = store.db.selectFrom("ledger.entry").selectAll().where("kind", "=", "opening");
      expect(await openings.execute(), "the whole history explains the wallet").toEqual([]);
    });
    const names = await rig.reportNames();
    expect(names.filter((name) => name.includes("-INCOMPLETE"))).toEqual([]);
    await rig.close();
  },
);

test.each(heavyKinds("Postgres"))(
  "%s: what was read but had not settled when the venue ceased to serve it is matched row by row",
  async (kind) => {
    // Synced once long ago, and again when the rows of its last two days were served no more.
    const first = plus(FROM, 20 * DAY_MS);
    const rig = await newBinanceRig({ kind, world: WORLD, now: first, since: "2026-02-02" });
    await rig.run("sync");
    rig.setNow(NOW);
    await rig.run("sync");
    for (const account of ["main", "hedge"]) {
      const files = await write(rig, filesOf(account, OVERLAP, { income: "T1", fills: "F2" }), `${account}-`);
      expect(await rig.run("import", "--account", account, ...PERIOD, ...files)).toMatchObject({
        exitCode: 0,
        errors: "",
      });
    }
    await makeBooks(rig);
    await rig.inspect(async (store) => {
      expect(await store.db.selectFrom("raw.set_aside").selectAll().execute()).toEqual([]);
      const served = { margin: FROM, forced: FROM };
      const hidden = (row: { readonly occurredAt: Instant }, from: Instant) =>
        row.occurredAt > first && row.occurredAt < from;
      const known = withoutHidden(WORLD, served);
      const accounts = known.accounts.map((account) => ({
        ...account,
        marginChanges: account.marginChanges.filter((row) => !hidden(row, MARGIN_SERVED_FROM)),
        forcedOrders: account.forcedOrders.filter((row) => !hidden(row, SERVED_FROM)),
      }));
      await expectTruth(store, { ...known, accounts }, NOW);
    });
    await rig.close();
  },
);

describe("refused, and nothing is loaded", () => {
  let rig: BinanceRig;
  beforeAll(async () => {
    rig = await newBinanceRig({ kind: QUICK_KIND, world: WORLD, now: NOW, since: "2026-02-02" });
    await rig.run("sync");
  });
  afterAll(() => rig.close());

  const records = () =>
    rig.inspect((store) => store.db.selectFrom("raw.record").select("record_key").execute());

  async function expectRefused(
    make: (rig: BinanceRig) => Promise<readonly string[]>,
    message: RegExp,
  ): Promise<void> {
    const before = (await records()).length;
    const outcome = await rig.run("import", "--account", "main", ...(await make(rig)));
    expect(outcome.exitCode).toBe(2);
    expect(outcome.errors).toMatch(message);
    expect((await records()).length).toBe(before);
  }

  test("a file whose name was changed to another time zone", () =>
    expectRefused(async (rig) => {
      const csv = { utcOffsetMinutes: 180 };
      const [income] = filesOf("main", OVERLAP, { income: "T2", fills: "F2", csv });
      await rig.write("renamed(UTC+0).csv", income?.content ?? "");
      return ["renamed(UTC+0).csv"];
    }, /^perpbooks import: renamed\(UTC\+0\)\.csv: \d+ of its rows are known already, but 10800 seconds apart from the file's times\n/));

  test("a download of which a part is missing", () =>
    expectRefused(async (rig) => {
      const csv = { rowsPerFile: 100 };
      const files = await write(rig, filesOf("main", OVERLAP, { income: "T1", fills: "F2", csv }));
      return files.filter((name) => !name.includes("Transaction") || !name.includes("-part2-"));
    }, /part 2 of \d+ is missing\n {2}nothing was loaded\n {2}next: give all parts at once/));

  test("a file that is given twice", () =>
    expectRefused(async (rig) => {
      const [income = ""] = await write(rig, filesOf("main", OVERLAP, { income: "T1", fills: "F2" }));
      return [income, `./${income}`];
    }, /is given twice\n {2}nothing was loaded\n {2}next: give it once: its rows would count twice/));

  test("one period for two downloads of a stream that are of different times", () =>
    expectRefused(async (rig) => {
      const one = (day: string) =>
        `Date(UTC),type,Amount,Asset,Symbol,Transaction ID\n${day} 10:00:00,TRANSFER,1,USDT,,1\n`;
      await rig.write("early.csv", one("2026-02-05"));
      await rig.write("late.csv", one("2026-02-25"));
      return ["early.csv", "late.csv", ...PERIOD];
    }, /one period is given for 2 downloads of income: early.csv, late.csv\n {2}nothing was loaded/));

  test("rows outside the period, in the second of two files", () =>
    expectRefused(async (rig) => {
      const files = await write(rig, filesOf("main", OVERLAP, { income: "T1", fills: "F2" }));
      return [...files, "--period", "2026-02"];
    }, /has a row of 2026-03-\S+, outside \[2026-02-01T00:00:00.000Z, 2026-03-01T00:00:00.000Z\)\n {2}nothing was loaded/));
});
