/** The full proof: books that grew night by night are those that are built from empty, row by row. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { takeFolderLock } from "../../src/store/folder-lock.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { heavyKinds } from "../support/stores.ts";

const TAKER = join(import.meta.dirname, "..", "store", "take-folder.mjs");
const FROM = parseInstant("2026-01-01T00:00:00Z");
const day = (days: number, more = 0): Instant => plus(FROM, days * DAY_MS + more);

/** A result that the venue tells two days late, of a fill in between others. */
const WORLD = withIncomes(
  scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account.cash(day(1), "TRANSFER", "1000");
        account.trade(day(2), "BUY 1 BTCUSDT at 100", { fee: "0.05" });
        account.trade(day(3), "SELL 0.5 BTCUSDT at 110", { fee: "0.03" });
        account.trade(day(4), "BUY 0.25 BTCUSDT at 105", { fee: "0.02" });
        account.trade(day(5), "SELL 0.75 BTCUSDT at 120", { fee: "0.04" });
      },
    },
  ]),
  (row) =>
    row.incomeType === "REALIZED_PNL" && row.occurredAt < day(4) ? { ...row, lateBy: 2 * DAY_MS } : row,
);

describe.each(heavyKinds("Postgres"))("on %s", (kind) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await newRig({ kind, world: WORLD, now: day(2), accountLines: ["since: 2026-01-01"] });
    for (const night of [3, 5, 7]) {
      rig.setNow(day(night, 3 * HOUR_MS));
      await rig.run("run");
    }
  }, 120_000);
  afterAll(() => rig.close());

  test("books of three nights, with a row that came late, are the same when they are built anew", async () => {
    const outcome = await rig.run("verify");
    expect(outcome).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^main: built anew, the books are the same, \d+ rows in \d+ tables\n$/),
      errors: "",
    });
  });

  test("what a killed one has left goes away with the next, and what another has at work stays", async () => {
    const place = join(rig.folder, "beside");
    const [dead, alive, young] = ["dead", "alive", "young"].map((name) =>
      join(place, `perpbooks-verify-${name}`),
    );
    for (const folder of [dead, alive, young]) await mkdir(folder ?? "", { recursive: true });
    const log = join(rig.folder, "taken");
    await once(spawn(process.execPath, [TAKER, dead ?? "", log, "1"], { stdio: "inherit" }), "exit");
    const wish = { where: "a test", what: "it is held", patienceSeconds: 1 };
    const lock = await takeFolderLock(alive ?? "", wish);
    expect((await rig.run("verify", "--beside", "beside")).exitCode).toBe(0);
    await lock.release();
    expect((await readdir(place)).toSorted()).toEqual(["perpbooks-verify-alive", "perpbooks-verify-young"]);
  });

  test("sums that another version has forgotten are no difference: they are made anew with the next booking", async () => {
    await rig.inspect(({ db }) => db.deleteFrom("ledger.summed_until").execute());
    expect(await rig.run("verify")).toMatchObject({ exitCode: 0, errors: "" });
    await rig.run("run");
    expect(await rig.run("verify")).toMatchObject({ exitCode: 0, errors: "" });
  });

  test("what was changed in the books is named, row by row, and is right again after book --from-empty", async () => {
    await rig.inspect(async ({ db }) => {
      await sql`update ledger.disposal set realized_pnl = realized_pnl + 1 where method = 'fifo'`.execute(db);
      await sql`delete from ledger.round_trip`.execute(db);
    });
    const { exitCode, output } = await rig.run("verify");
    expect(exitCode).toBe(3);
    const lines = output.split("\n");
    expect(lines.filter((line) => line.startsWith("main: "))).toEqual([
      expect.stringMatching(/^main: ledger\.disposal has (\d+) rows, built anew \1 rows$/),
      "main: ledger.round_trip has 0 rows, built anew 1 row",
    ]);
    expect(lines.filter((line) => line.startsWith("  only here: "))).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith("  only built anew: "))).toHaveLength(3);
    expect(lines.at(-2)).toMatch(/then perpbooks book --from-empty --account main$/);
    await rig.run("book", "--from-empty");
    await rig.run("reconcile");
    expect(await rig.run("verify")).toMatchObject({ exitCode: 0, errors: "" });
  });
});
