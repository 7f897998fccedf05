/**
 * Traps that others have fallen into, each through the whole pipeline: a venue, a store, the command, the
 * books, the files. Which trap is proven where is listed in `docs/traps.md`.
 */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import type { Store } from "../../src/store/store.ts";
import { expectTruth } from "../support/auditor.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newRig, type ReportsWritten, type Rig, readFolder } from "../support/rig.ts";
import { type AccountScript, scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND, type StoreKind } from "../support/stores.ts";

/** Where the wanted history begins, and so its first window. */
const FROM = parseInstant("2026-05-01T00:00:00Z");
const NOW = parseInstant("2026-05-20T09:30:00Z");
const MOMENT = parseInstant("2026-05-04T08:00:00.123Z");

function main(play: AccountScript["play"]): World {
  return scriptedWorld([{ name: "main", play }]);
}

/** Runs it over an Aster once, expects the venue's truth and exit code 0, and hands the rig on. */
async function settledRig(
  world: World,
  kind: StoreKind = QUICK_KIND,
  reports: ReportsWritten = "at the end",
): Promise<Rig> {
  const rig = await newRig({ kind, world, now: NOW, reports });
  expect(await rig.run("run")).toMatchObject({ exitCode: 0, errors: "" });
  await rig.inspect((store) => expectTruth(store, world, NOW));
  return rig;
}

async function incomeOf(store: Store) {
  return store.db
    .selectFrom("history.income")
    .select(["account_id", "income_type", "tran_id", "asset", "symbol"])
    .select(sql<string>`trim_scale(amount)::text`.as("amount"))
    .orderBy("account_id")
    .orderBy("income_type")
    .orderBy("tran_id")
    .orderBy("asset")
    .orderBy("symbol")
    .execute();
}

describe("rows of one millisecond", () => {
  const crowd = main((account) => {
    account.cash(FROM, "TRANSFER", "1000");
    for (let nth = 1; nth <= 501; nth += 1) account.cash(MOMENT, "WELCOME_BONUS", `0.${nth}`);
    for (let nth = 1; nth <= 500; nth += 1) account.cash(MOMENT, "MARKET_MERCHANT_RETURN_REWARD", "0.01");
  });

  test("1001 rows of two types are all there, where pages have no numbers", async () => {
    await (await settledRig(crowd)).close();
  });

  test("1001 rows of two types are all there, where pages have numbers", async () => {
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      world: crowd,
      now: NOW,
      since: "2026-05-01",
      reports: "at the end",
    });
    expect(await rig.run("run")).toMatchObject({ exitCode: 0, errors: "" });
    await rig.inspect((store) => expectTruth(store, crowd, NOW));
    await rig.close();
  });

  test("three of them lie over the edge of a page of 1000, whichever end the venue cuts off", async () => {
    const world = main((account) => {
      account.cash(FROM, "TRANSFER", "1000");
      for (let nth = 1; nth <= 998; nth += 1) account.cash(plus(FROM, nth * 1000), "WELCOME_BONUS", "0.5");
      for (let nth = 1; nth <= 3; nth += 1) account.cash(MOMENT, "WELCOME_BONUS", "0.25");
      for (let nth = 1; nth <= 998; nth += 1) account.cash(plus(MOMENT, nth * 1000), "WELCOME_BONUS", "0.5");
    });
    for (const truncate of ["oldest", "newest"] as const) {
      const rig = await newRig({
        kind: QUICK_KIND,
        world,
        now: NOW,
        simulator: { truncate },
        reports: "at the end",
      });
      expect(await rig.run("run")).toMatchObject({ exitCode: 0, errors: "" });
      await rig.inspect((store) => expectTruth(store, world, NOW));
      await rig.close();
    }
  });

  test("equal partial fills, a self-trade, and two contracts that are funded at once stay as many rows as they are", async () => {
    const world = main((account) => {
      account.cash(FROM, "TRANSFER", "1000");
      account.trade(MOMENT, "BUY 0.01 BTCUSDT at 60000", { fee: "0.3" }, 4);
      account.trade(MOMENT, "BUY 0.1 ETHUSDT at 3000", { fee: "0.15" });
      account.trade(plus(MOMENT, 500), "BUY 0.02 BTCUSDT at 60000", { fee: "0.6" });
      account.trade(plus(MOMENT, 500), "SELL 0.02 BTCUSDT at 60000", { fee: "0.6" });
      const settlement = parseInstant("2026-05-04T16:00:00Z");
      account.fund(settlement, "BTCUSDT", "-0.24");
      account.fund(settlement, "ETHUSDT", "-0.24");
      // A dividend's special rate is paid beside the regular one, in the same millisecond.
      account.fund(settlement, "BTCUSDT", "-0.24");
      for (const late of [1_000, 18_000])
        account.fund(plus(settlement, 8 * HOUR_MS + late), "BTCUSDT", "0.1");
    });
    const rig = await settledRig(world);
    const fills = await rig.inspect((store) =>
      store.db.selectFrom("history.fill").select("fill_id").where("symbol", "=", "BTCUSDT").execute(),
    );
    expect(fills.map((fill) => fill.fill_id).toSorted()).toEqual([
      "1001",
      "1002",
      "1003",
      "1004",
      "1005",
      "1005",
    ]);
    await rig.close();
  });
});

for (const kind of heavyKinds("PGlite")) {
  describe(`ids, on ${kind}`, () => {
    test("one tranId serves two types, two assets and two accounts; its neighbour beyond 2^53 is another row", async () => {
      const tranId = 2n ** 53n;
      // Of another amount in each account: rows that agree in everything would say that the two are one.
      const playWith =
        (amount: string): AccountScript["play"] =>
        (account) => {
          account.cash(MOMENT, "TRANSFER", amount, { tranId });
          account.cash(MOMENT, "TRANSFER", amount, { tranId, asset: "USDC" });
          account.cash(MOMENT, "WELCOME_BONUS", amount, { tranId });
          account.cash(MOMENT, "TRANSFER", amount, { tranId: tranId + 1n });
        };
      const rig = await settledRig(
        scriptedWorld([
          { name: "first", play: playWith("5") },
          { name: "second", play: playWith("6") },
        ]),
        kind,
      );
      const income = await rig.inspect(incomeOf);
      expect(
        income.map((row) => [row.account_id, row.income_type, row.tran_id, row.asset].join(" ")),
      ).toEqual(
        ["first", "second"].flatMap((account) => [
          `${account} TRANSFER 9007199254740992 USDC`,
          `${account} TRANSFER 9007199254740992 USDT`,
          `${account} TRANSFER 9007199254740993 USDT`,
          `${account} WELCOME_BONUS 9007199254740992 USDT`,
        ]),
      );
      const { output } = await rig.run("report", "transfers", "--format", "csv");
      expect(output.match(/,9007199254740993,/g)).toHaveLength(2);
      await rig.close();
    });

    test("fills 9007199254740992 and 9007199254740993 of one price and millisecond are two", async () => {
      const world = scriptedWorld(
        [
          {
            name: "main",
            play: (account) => account.cash(FROM, "TRANSFER", "9").trade(MOMENT, "BUY 1 BTCUSDT at 5", {}, 2),
          },
        ],
        2n ** 53n - 1n,
      );
      const rig = await settledRig(world, kind);
      const { output } = await rig.run("report", "fills", "--format", "csv");
      expect(output).toContain("9007199254740992");
      expect(output).toContain("9007199254740993");
      await rig.close();
    });

    test("amounts of 1e-8 beside one of fifteen digits add up to the last digit", async () => {
      const world = main((account) => {
        account.cash(FROM, "TRANSFER", "9999999.12345678");
        for (let nth = 0; nth < 300; nth += 1) account.cash(plus(MOMENT, nth), "WELCOME_BONUS", "0.00000001");
      });
      const rig = await settledRig(world, kind);
      const { output } = await rig.run("report", "balances", "--format", "csv");
      expect(output).toContain("9999999.12345978");
      await rig.close();
    });
  });

  test(`a local time zone moves no day: all files on ${kind} are the same under TZ=Pacific/Auckland`, async () => {
    const world = generateWorld({
      seed: "auckland",
      from: FROM,
      until: NOW,
      fills: 120,
      symbols: ["BTCUSDT", "ETHUSDT"],
      accounts: [{ name: "main" }],
    });
    const under = async (zone: string) => {
      const before = process.env["TZ"];
      process.env["TZ"] = zone;
      try {
        const rig = await newRig({ kind, world, now: NOW });
        const offset = new Date(NOW).getTimezoneOffset();
        const outcome = await rig.run("run");
        const status = await rig.run("status");
        const files = await rig.files();
        await rig.close();
        return {
          offset,
          exitCode: outcome.exitCode,
          output: outcome.output.replaceAll(rig.folder, ""),
          status,
          files,
        };
      } finally {
        if (before === undefined) delete process.env["TZ"];
        else process.env["TZ"] = before;
      }
    };
    const utc = await under("UTC");
    const auckland = await under("Pacific/Auckland");
    expect([utc.offset, auckland.offset], "Node follows TZ").toEqual([0, -720]);
    expect(utc.exitCode).toBe(0);
    expect({ ...auckland, offset: 0 }).toEqual(utc);
  });
}

test("fills in the last millisecond of a week and in the first of the next one are read once each", async () => {
  const edge = plus(FROM, 7 * DAY_MS);
  const world = main((account) => {
    account.cash(FROM, "TRANSFER", "100");
    account.trade(FROM, "BUY 1 BTCUSDT at 5", { fee: "0.1" });
    account.trade(plus(edge, -1), "BUY 1 BTCUSDT at 5", { fee: "0.1" }, 2);
    account.trade(edge, "SELL 1 BTCUSDT at 6", { fee: "0.12" }, 2);
    account.cash(plus(edge, -1), "TRANSFER", "3");
    account.cash(edge, "TRANSFER", "3");
  });
  await (await settledRig(world)).close();
});

test("a one-way position opened, funded, closed in part, funded and closed counts everything once, however often it is run", async () => {
  const day = (days: number): Instant => plus(MOMENT, days * DAY_MS);
  const world = main((account) => {
    account.cash(FROM, "TRANSFER", "1000");
    account.trade(day(0), "BUY 2 BTCUSDT at 100", { fee: "0.1" });
    account.fund(day(1), "BTCUSDT", "-0.5");
    account.trade(day(2), "SELL 1 BTCUSDT at 110", { fee: "-0.02", isMaker: true });
    account.fund(day(3), "BTCUSDT", "-0.25");
    account.trade(day(4), "SELL 1 BTCUSDT at 90", { fee: "0.00003", feeAsset: "ASTER" });
    account.cash(FROM, "TRANSFER", "1", { asset: "ASTER" });
  });
  const rig = await settledRig(world, QUICK_KIND, "each night");
  const files = await rig.files();
  expect((await rig.run("run")).exitCode).toBe(0);
  expect(await rig.files()).toEqual(files);
  const { rows } = await rig.inspect((store) =>
    sql<{ line: string }>`
      select ledger_account || ' ' || trim_scale(sum(amount))::text || ' ' || asset as line
      from ledger.posting group by ledger_account, asset order by ledger_account collate "C", asset collate "C"
    `.execute(store.db),
  );
  // 1000 + (110 − 100) + (90 − 100) − 0.1 + 0.02 − 0.75: the rebate is income, the fee in ASTER stays in
  // ASTER.
  expect(rows.map((row) => row.line)).toEqual([
    "assets:wallet 0.99997 ASTER",
    "assets:wallet 999.17 USDT",
    "equity:transfers -1 ASTER",
    "equity:transfers -1000 USDT",
    "expenses:funding 0.75 USDT",
    "expenses:trading_fees 0.00003 ASTER",
    "expenses:trading_fees 0.1 USDT",
    "income:realized_pnl 0 USDT",
    "income:rebates -0.02 USDT",
  ]);
  const sides = await rig.inspect((store) =>
    store.db.selectFrom("history.fill").select("position_side").distinct().execute(),
  );
  expect(sides).toEqual([{ position_side: "BOTH" }]);
  await rig.close();
});

describe("a row that is missing is an alarm of its size, never a plug", () => {
  const FIRST = parseInstant("2026-05-10T09:30:00Z");
  const world = main((account) => {
    account.cash(FROM, "TRANSFER", "1000");
    account.trade(MOMENT, "BUY 1 BTCUSDT at 100", { fee: "0.05" });
    account.trade(plus(FIRST, DAY_MS), "SELL 1 BTCUSDT at 110", { fee: "0.055" });
    account.cash(plus(FIRST, 2 * DAY_MS), "TRANSFER", "12.34567891");
  });
  const differences = (store: Store) =>
    sql<{ line: string }>`
      select check_name || ' ' || subject || ' ' || trim_scale(difference)::text as line
      from ledger.reconciliation where status = 'differs'
    `
      .execute(store.db)
      .then(({ rows }) => rows.map((row) => row.line).toSorted());

  test("one that the venue never shows, between two nights", async () => {
    const hidden = withIncomes(world, (row) =>
      row.amount === "12.34567891" ? { ...row, isOmitted: true } : row,
    );
    const rig = await newRig({ kind: QUICK_KIND, world: hidden, now: FIRST, reports: "at the end" });
    expect((await rig.run("run")).exitCode).toBe(0);
    rig.setNow(NOW);
    const outcome = await rig.run("run");
    expect(outcome).toMatchObject({ exitCode: 3, errors: "" });
    expect(await rig.inspect(differences)).toEqual(["wallet USDT -12.34567891"]);
    expect((await rig.run("report")).exitCode).toBe(3);
    const names = Object.keys(await rig.files());
    expect(names.filter((name) => !name.includes("/") && !name.includes("-INCOMPLETE"))).toEqual([
      "README.md",
      "manifest.json",
      "summary.txt",
    ]);
    await rig.close();
  });

  test.each([
    {
      what: "a transfer",
      stream: "income",
      body: '"12.34567891"',
      found: [
        "record_count income 2026-05-12 -1",
        "record_sequence sequence SOME",
        "wallet USDT -12.34567891",
      ],
    },
    {
      what: "a fill",
      stream: "fills",
      body: '"110.00"',
      found: [
        "fee_cash BTCUSDT USDT trade 1002 -0.055",
        "position BTCUSDT BOTH 1",
        "realized_pnl_cash BTCUSDT USDT trade 1002 10",
        "record_count fills BTCUSDT 2026-05-11 -1",
        "record_sequence sequence SOME",
      ],
    },
  ])("$what that somebody deletes from the store", async ({ stream, body, found }) => {
    const rig = await newRig({ kind: QUICK_KIND, world, now: FIRST, reports: "at the end" });
    await rig.run("run");
    rig.setNow(NOW);
    expect((await rig.run("run")).exitCode).toBe(0);
    const deleted = await rig.inspect((store) =>
      store.db
        .deleteFrom("raw.record")
        .where("stream", "=", stream)
        .where("body", "like", `%${body}%`)
        .executeTakeFirst(),
    );
    expect(deleted.numDeletedRows).toBe(1n);
    await rig.run("book", "--from-empty");
    expect((await rig.run("reconcile")).exitCode).toBe(3);
    // Which sequence a record has depends on which answer came first.
    const lines = (await rig.inspect(differences)).map((line) =>
      line.replace(/sequence \d+ .*/, "sequence SOME"),
    );
    expect(lines).toEqual(found);
    await rig.close();
  });

  test("the cash row of a fill is booked from the fill, marked so, and the wallet proves it: only the seal tells that it was deleted", async () => {
    const rig = await newRig({ kind: QUICK_KIND, world, now: NOW });
    await rig.run("run");
    await rig.inspect((store) =>
      store.db.deleteFrom("raw.record").where("body", "like", '%"-0.05500000"%').execute(),
    );
    await rig.run("book", "--from-empty");
    expect((await rig.run("reconcile")).exitCode).toBe(3);
    const laws = (await rig.inspect(differences)).map((line) => line.split(" ")[0]);
    expect(laws).toEqual(["record_count", "record_sequence"]);
    const marked = await rig.inspect((store) =>
      store.db.selectFrom("ledger.entry").select(["kind", "symbol"]).where("basis", "=", "fill").execute(),
    );
    expect(marked).toEqual([{ kind: "trading_fee", symbol: "BTCUSDT" }]);
    await rig.close();
  });
});

test("types that nobody documents are in suspense, and suspense is exactly their sum", async () => {
  const world = main((account) => {
    account.cash(FROM, "TRANSFER", "1000");
    account.cash(MOMENT, "MARKET_MAKER_REBATE", "1.5");
    account.cash(plus(MOMENT, HOUR_MS), "EVENT_CONTRACTS_PAYOUT", "-4.00000001");
  });
  const rig = await newBinanceRig({ kind: QUICK_KIND, world, now: NOW, since: "2026-05-01" });
  const outcome = await rig.run("run");
  expect(outcome).toMatchObject({ exitCode: 3, errors: "" });
  expect(outcome.output).toContain(
    "INCOMPLETE: suspense: 2 postings of kinds that are not known, together -2.50000001 USDT",
  );
  await rig.inspect((store) => expectTruth(store, world, NOW));
  const files = await readFolder(`${rig.folder}/out`);
  expect(files["gaps-INCOMPLETE.csv"]?.match(/,suspense,[^\n]*/g)).toHaveLength(2);
  await rig.close();
});
