/**
 * A report on the terminal says what its file's name would: nobody who reads figures must look elsewhere for
 * whether they are all there.
 */
import { basename } from "node:path";
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { listReports } from "../../src/report/definition.ts";
import { newRig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-01-01T00:00:00Z");
const day = (days: number): Instant => plus(FROM, days * DAY_MS);
const WORLD = scriptedWorld([
  {
    name: "main",
    play: (account) => {
      account.cash(day(1), "TRANSFER", "1000");
      account.trade(day(2), "BUY 1 BTCUSDT at 100", { fee: "0.04" });
    },
  },
]);
const REPORTS = (await listReports(null)).map(({ name }) => name);

test("every report on the terminal is INCOMPLETE where its file is, in each format, and says why", {
  timeout: 120_000,
}, async () => {
  const rig = await newRig({
    kind: QUICK_KIND,
    world: WORLD,
    now: day(9),
    accountLines: ["since: 2026-01-01"],
  });
  await rig.reconfigure((text) => `reportingCurrency: EUR\nprices: { fetch: false }\n${text}`);
  /** The reports whose files are incomplete, after it was seen that the terminal says the same of each. */
  const incomplete = async (): Promise<readonly string[]> => {
    await rig.run("report");
    const files = Object.keys(await rig.files()).map((path) => basename(path));
    const inNames = REPORTS.filter((name) => files.includes(`${name}-INCOMPLETE.csv`));
    for (const format of ["csv", "json"]) {
      const { errors } = await rig.run("report", ...REPORTS, "--format", format);
      expect(REPORTS.filter((name) => `\n${errors}`.includes(`\n${name}: INCOMPLETE: main: `))).toEqual(
        inNames,
      );
    }
    const { output } = await rig.run("report", ...REPORTS);
    // Each table ends with what its file's head says of signs, and before it with what is missing.
    const tables = output.split(/^(?=\d+ rows?$)/m).slice(1);
    expect(tables).toHaveLength(REPORTS.length);
    expect(REPORTS.filter((_, place) => tables[place]?.includes("\nINCOMPLETE: main: "))).toEqual(inNames);
    return inNames;
  };
  await rig.run("run");
  expect(await incomplete()).toEqual([
    "fee-coin-disposals",
    "prices-used",
    "valued-balance-sheet",
    "valued-performance",
    "valued-result",
  ]);

  await rig.inspect((store) =>
    store.db.updateTable("snapshot.balance").set({ wallet: "900" }).where("asset", "=", "USDT").execute(),
  );
  await rig.run("reconcile");
  expect(await incomplete()).toEqual(REPORTS);

  const accepted = ["--difference", "wallet USDT", "--because", "seen"];
  expect((await rig.run("accept", "--account", "main", ...accepted)).exitCode).toBe(0);
  const { errors } = await rig.run("report", "balances", "--format", "csv");
  expect(errors).toMatch(/^balances: ACCEPTED: main: wallet USDT: .*; accepted, because seen\n$/);
  await rig.close();
});

test("a report of several accounts is one table, also where it takes them together", {
  timeout: 120_000,
}, async () => {
  const world = scriptedWorld(
    ["a", "b", "c"].map((name) => ({ name, play: (account) => account.cash(day(1), "TRANSFER", "1000") })),
  );
  const rig = await newRig({ kind: QUICK_KIND, world, now: day(9), accountLines: ["since: 2026-01-01"] });
  await rig.run("run");
  const { output } = await rig.run(
    "report",
    "portfolio",
    "--account",
    "a",
    "--account",
    "b",
    "--format",
    "csv",
  );
  expect(output.trim().split(/\r?\n/).slice(1)).toEqual(["USDT,2,aster,0,2000,0,0,0,0,0,0,0,0,0,0,0,2000"]);
  await rig.close();
});
