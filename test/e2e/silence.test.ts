/**
 * Binance serves three months. An account without `since` that is older begins where it is served, and a
 * contract that is traded for the first time later has a history that nobody can read: neither is an alarm
 * every night.
 */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type Instant, plus } from "../../src/domain/instant.ts";
import { tradeFiles, transactionFiles } from "../../src/simulator/binance/csv.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { longTest } from "../support/sample.ts";
import { type ScriptedAccount, scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const LAST = parseInstant("2026-06-05T03:17:00Z");
const daysAgo = (days: number): Instant => plus(LAST, -days * DAY_MS);

function trades(account: ScriptedAccount, contract: string, ...days: number[]): ScriptedAccount {
  for (const day of days) {
    account
      .trade(daysAgo(day), `BUY 1 ${contract} at 100`, { fee: "0.05" })
      .trade(plus(daysAgo(day), DAY_MS / 2), `SELL 1 ${contract} at 103`, { fee: "0.05" });
  }
  return account;
}

function rigOf(
  since: string | null,
  firstNight: number,
  play: (account: ScriptedAccount) => void,
): Promise<BinanceRig> {
  return newBinanceRig({
    kind: QUICK_KIND,
    world: scriptedWorld([{ name: "main", play }]),
    now: daysAgo(firstNight),
    since,
    reports: "at the end",
  });
}

/** What a run says each night, days ago; nothing where nobody needs to know. */
async function nights(rig: BinanceRig, ...days: number[]) {
  const told: string[] = [];
  for (const day of days) {
    rig.setNow(daysAgo(day));
    const { exitCode, output, errors } = await rig.runUnwatched("run");
    told.push(`${exitCode} ${output}${errors}`.trim());
  }
  return told;
}

/** The spans that are inferred to be empty. */
function silences(rig: BinanceRig): Promise<readonly string[]> {
  return rig.inspect(async ({ db }) => {
    const rows = await db
      .selectFrom("raw.window")
      .select(["stream", "symbol", "note"])
      .where("evidence", "=", "silence")
      .orderBy("symbol")
      .orderBy("stream")
      .execute();
    return [...new Set(rows.map(({ stream, symbol, note }) => `${stream} of ${symbol}: ${note}`))];
  });
}

const OLDER_THAN_SERVED = (account: ScriptedAccount) =>
  // Cash is served for three days more than fills: it alone tells of what was traded 91 days ago.
  trades(account.cash(daysAgo(150), "TRANSFER", "1000"), "BTCUSDT", 140, 92, 91, 60, 5);

test("an account that is older than what the venue serves is quiet from its first night on, without a beginning", async () => {
  const rig = await rigOf(null, 2, OLDER_THAN_SERVED);
  expect(await nights(rig, 2, 1, 0)).toEqual(["0", "0", "0"]);
  const { output } = await rig.run("run");
  expect(output).toContain("note: fills of BTCUSDT: not read from 2026-03-05");
  expect((await rig.run("status")).output).toContain("open items: none");
  await rig.close();
});

test("with a beginning that is no longer served, the same is a gap", async () => {
  const rig = await rigOf("2026-01-01", 0, OLDER_THAN_SERVED);
  expect((await nights(rig, 0))[0]).toMatch(/^3 /);
  await rig.close();
});

describe.each([null, "2026-02-10"])(
  "where the history begins at %s, a contract that is traded for the first time",
  (since) => {
    test("is no gap although most of its history is no longer served, as no cash names it before", async () => {
      const rig = await rigOf(since, 110, (account) => {
        trades(account.cash(daysAgo(112), "TRANSFER", "1000"), "BTCUSDT", 111, 80, 40);
        trades(account, "ETHUSDT", 3);
      });
      expect(await nights(rig, 110, 85, 60, 35, 10, 1, 0)).toEqual(["0", "0", "0", "0", "0", "0", "0"]);
      const because = "nothing names the contract before 2026-06-02";
      expect((await silences(rig)).filter((text) => text.includes("ETHUSDT"))).toEqual([
        `fills of ETHUSDT: ${because}`,
        `margin_changes of ETHUSDT: ${because}`,
      ]);
      const { output } = await rig.run(
        "report",
        "gaps",
        "--period",
        "2026-03-01..2026-03-31",
        "--format",
        "csv",
      );
      expect(output).toContain(`inferred,fills,ETHUSDT`);
      await rig.close();
    });

    (since === null ? test : longTest)("while nobody read the account is one", async () => {
      const rig = await rigOf(since, 110, (account) => {
        trades(account.cash(daysAgo(112), "TRANSFER", "1000"), "BTCUSDT", 111, 80);
        trades(account, "ETHUSDT", 95, 3);
      });
      const told = await nights(rig, 110, 0);
      expect(told[1]).toMatch(/fills of .*ETHUSDT: a gap from/);
      expect((await silences(rig)).filter((text) => text.startsWith("fills of ETHUSDT"))).toEqual([]);
      await rig.close();
    });
  },
);

/** What the venue's file has of an account between two days ago, as a person downloads it. */
async function fileOf(
  rig: BinanceRig,
  stream: "income" | "fills",
  play: (account: ScriptedAccount) => void,
  [from, until]: readonly [number, number],
): Promise<string> {
  const [account] = scriptedWorld([{ name: "main", play }]).accounts;
  const within = <Row extends { readonly occurredAt: Instant }>(rows: readonly Row[] = []) =>
    rows.filter(({ occurredAt }) => occurredAt >= daysAgo(from) && occurredAt < daysAgo(until));
  const [file] =
    stream === "income"
      ? transactionFiles(within(account?.incomes), "T1")
      : tradeFiles(within(account?.fills), "F2");
  const name = file?.name ?? "";
  await rig.write(name, file?.content ?? "");
  return name;
}

/** A contract of which a trade of 100 days ago left no cash, and another one does later. */
const TRACELESS = (account: ScriptedAccount) => {
  trades(account.cash(daysAgo(112), "TRANSFER", "1000"), "BTCUSDT", 111, 80, 40);
  account
    .trade(daysAgo(100), "BUY 1 ETHUSDT at 100")
    .trade(plus(daysAgo(100), DAY_MS / 2), "SELL 1 ETHUSDT at 100");
  trades(account, "ETHUSDT", 3);
};

test("what a file of the venue has of a time that was taken to be empty is loaded, and the time around it is no longer", async () => {
  const rig = await rigOf(null, 110, TRACELESS);
  await nights(rig, 110, 85, 60, 35, 10, 1, 0);
  expect((await silences(rig)).some((text) => text.startsWith("fills of ETHUSDT"))).toBe(true);
  const file = await fileOf(rig, "fills", TRACELESS, [105, 95]);
  const { output } = await rig.run("import", "--account", "main", "--period", "2026-02-21..2026-03-01", file);
  expect(output).toMatch(/: 2 fills rows, 2 loaded, 0 known already or covered/);
  expect((await nights(rig, 0))[0]).toMatch(/^3 .*fills of ETHUSDT: a gap from/s);
  await rig.close();
});

/** Nobody read the account for months; ETHUSDT is traded for the first time afterwards. */
const UNREAD = (account: ScriptedAccount) => {
  trades(account.cash(daysAgo(152), "TRANSFER", "1000"), "BTCUSDT", 151, 130, 80);
  trades(account, "ETHUSDT", 3);
};

test("where the cash statement is a gap again, nothing that rested on it is taken to be empty", async () => {
  const rig = await rigOf(null, 150, UNREAD);
  const gap = /fills of .*ETHUSDT.*: a gap from 2026-01-/;
  expect((await nights(rig, 150, 0))[1]).toMatch(gap);
  const file = await fileOf(rig, "income", UNREAD, [149, 91]);
  const loaded = await rig.run("import", "--account", "main", "--period", "2026-01-05..2026-03-10", file);
  expect(loaded).toMatchObject({ exitCode: 0, errors: "" });
  expect((await nights(rig, 0))[0]).not.toMatch(gap);
  expect((await rig.run("import", "--account", "main", "--undo")).exitCode).toBe(0);
  expect((await nights(rig, 0))[0]).toMatch(gap);
  await rig.close();
});

test("of what a person imports the cash of, the fills are no beginning that nobody wished for", async () => {
  const rig = await rigOf(null, 1, OLDER_THAN_SERVED);
  expect(await nights(rig, 1)).toEqual(["0"]);
  const file = await fileOf(rig, "income", OLDER_THAN_SERVED, [150.5, 91.5]);
  const loaded = await rig.run("import", "--account", "main", "--period", "2026-01-05..2026-03-06", file);
  expect(loaded).toMatchObject({ exitCode: 0, errors: "" });
  expect((await nights(rig, 0))[0]).toMatch(/INCOMPLETE: fills of BTCUSDT: not read from 2026-01-05/);
  await rig.close();
});
