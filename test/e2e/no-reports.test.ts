/** `formats: []`: nights for who reads the books with SQL, or wants the exports alone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const NOW = parseInstant("2026-05-20T03:17:00Z");
const NO_REPORTS = "formats: []\n";

const world = scriptedWorld([
  {
    name: "first",
    play: (account) =>
      account
        .cash(FROM, "TRANSFER", "1000")
        .trade(plus(FROM, DAY_MS), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(plus(FROM, 2 * DAY_MS), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        // A kind that nobody knows, on the day after.
        .cash(plus(NOW, DAY_MS / 2), "LIEN_CLAIM", "-3"),
  },
  { name: "second", play: (account) => account.cash(FROM, "TRANSFER", "500") },
]);

let rig: Rig;
beforeAll(async () => {
  rig = await newRig({ kind: QUICK_KIND, world, now: NOW, accountLines: [] });
  await rig.reconfigure((text) => `${NO_REPORTS}${text}`);
});
afterAll(() => rig.close());

/** Runs once without reports and once with them, and returns how both end but for the line of files. */
async function bothWays(...words: string[]) {
  const before = await filesOf(rig);
  const without = await rig.run(...words);
  expect(await filesOf(rig), "what lies in the output folder is left alone").toEqual(before);
  await rig.reconfigure((text) => text.replace(NO_REPORTS, ""));
  const { output, ...withThem } = await rig.run(...words);
  await rig.reconfigure((text) => `${NO_REPORTS}${text}`);
  const counted = /\n\d+ files in .*\n/;
  expect(output).toMatch(counted);
  return { without, withReports: { ...withThem, output: output.replace(counted, "") } };
}

/** None where there is no output folder. */
function filesOf({ files }: Rig): Promise<Record<string, string>> {
  return files().catch((cause: NodeJS.ErrnoException) => {
    expect(cause.code).toBe("ENOENT");
    return {};
  });
}

test("a first night makes no output folder and shows its summary; the command that is called for files writes them", async () => {
  const { exitCode, output, errors } = await rig.run("run");
  expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
  expect(output).toMatch(/^2026-05-01\.\.2026-05-20 \(UTC\)\n/);
  expect(output).not.toContain("files in");
  expect(await filesOf(rig)).toEqual({});
  expect(await rig.runUnwatched("run")).toEqual({ exitCode: 0, output: "", errors: "" });

  for (const [words, path] of [
    [["report", "--period", "2026-05"], "2026-05/balances.csv"],
    [["statement", "--period", "2026-05"], "statement-2026-05.html"],
    [["close", "2026-05-01..2026-05-03", "--because", "a test"], "2026-05-01..2026-05-03/balances.csv"],
  ] as const) {
    expect(await rig.run(...words), words.join(" ")).toMatchObject({ exitCode: 0 });
    expect(Object.keys(await filesOf(rig)), words.join(" ")).toContain(path);
  }
  expect(Object.keys(await filesOf(rig)).filter((path) => path.endsWith(".json"))).toEqual([
    "2026-05-01..2026-05-03/manifest.json",
    "2026-05/manifest.json",
  ]);
});

test("exports are written where they are configured, and counted", async () => {
  await rig.reconfigure((text) => `exports: [koinly]\n${text}`);
  const { output } = await rig.run("run");
  expect(output).toMatch(/\n6 files in .*\/out\n$/);
  const fresh = Object.keys(await filesOf(rig)).filter((path) => !path.startsWith("2026-05"));
  expect(fresh).toEqual([
    "exports/koinly/README.md",
    "exports/koinly/koinly-first.csv",
    "exports/koinly/koinly-first.map.csv",
    "exports/koinly/koinly-second.csv",
    "exports/koinly/koinly-second.map.csv",
    "exports/koinly/manifest.json",
    "statement-2026-05.html",
  ]);
  await rig.reconfigure((text) => text.replace("exports: [koinly]\n", ""));
});

test.each<[situation: string, exitCode: 0 | 3, ...words: string[]]>([
  ["nothing is open", 0, "run"],
  ["one account of several is chosen", 0, "run", "--account", "second"],
  ["a period is requested of which nothing was read", 3, "run", "--period", "2020"],
])("%s: exit code, reasons and summary are those of a night with reports", async (_, exitCode, ...words) => {
  const { without, withReports } = await bothWays(...words);
  expect(without).toEqual(withReports);
  expect(without.exitCode).toBe(exitCode);
});

test("the same with another treatment, missing prices and an entry in suspense", async () => {
  await rig.reconfigure(
    (text) => `treatment: { method: fifo, fees: inside, funding: inside }\nreportingCurrency: EUR\n${text}`,
  );
  rig.setNow(plus(NOW, DAY_MS));
  const { without, withReports } = await bothWays("run");
  expect(without).toEqual(withReports);
  expect(without.exitCode).toBe(3);
  expect(without.output).toContain("portfolio (2 accounts together)");
  expect(without.output).toContain("result by fifo, fees inside, funding inside: ");
  expect(without.output).toMatch(/in EUR: net unknown; \d+ amounts have no price/);
  expect(without.output).toMatch(/^3, open items: first: 1 entry in suspense; next: /m);
});
