/**
 * Whatever has happened to the store and to the configuration, the output folder is what an empty one would
 * become: a month that was left as it is would have come out the same.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { HOUR_MS, type Instant } from "../../src/domain/instant.ts";
import { tradeFiles, transactionFiles } from "../../src/simulator/binance/csv.ts";
import type { World } from "../../src/simulator/binance-family/world/world.ts";
import { type BinanceOutcome, type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { readFolder } from "../support/rig.ts";
import { longTest } from "../support/sample.ts";
import { scriptedWorld, withIncomes } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const at = (text: string): Instant => parseInstant(`2026-${text}:00Z`);

/** The trade of 29 January is served no more when it is read; the kickback of April shows in May. */
const WORLD: World = withIncomes(
  scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account
          .cash(at("01-25T10:00"), "TRANSFER", "1000")
          .trade(at("01-29T12:00"), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
          .trade(at("02-10T12:00"), "SELL 1 BTCUSDT at 104", { fee: "0.05" })
          .trade(at("03-10T12:00"), "SELL 2 BTCUSDT at 90", { fee: "0.09" })
          .fund(at("03-11T00:00"), "BTCUSDT", "-0.5")
          .trade(at("04-10T12:00"), "BUY 2 BTCUSDT at 95", { fee: "0.09" })
          .cash(at("04-30T12:00"), "REFERRAL_KICKBACK", "3")
          .cash(at("05-01T18:00"), "TRANSFER", "-10");
      },
    },
  ]),
  (row) => (row.incomeType === "REFERRAL_KICKBACK" ? { ...row, lateBy: 20 * HOUR_MS } : row),
);

const ECB = "Date,USD,\n2026-05-01,1.2,\n2026-03-10,1.25,\n2026-02-10,1.24,\n2026-01-23,1.28,\n";
const CURRENCY =
  "reportingCurrency: EUR\npegs:\n  - { asset: USDT, currency: USD, price: 1, because: it is a test }\n";

/**
 * `changed` are the months whose files are others than before, and `computed` how many months had to be
 * computed to know it.
 */
type Step = readonly [
  name: string,
  changed: readonly string[],
  computed: number,
  act: (rig: BinanceRig) => Promise<BinanceOutcome>,
];

const run = (moment: string) => async (rig: BinanceRig) => {
  rig.setNow(at(moment));
  return rig.run("run", "--log", "-");
};
const command =
  (...words: readonly string[]) =>
  async (rig: BinanceRig) => {
    expect(await rig.run(...words), words.join(" ")).toMatchObject({ errors: "" });
    return rig.run("run", "--log", "-");
  };
const configured = (change: (text: string) => string) => async (rig: BinanceRig) => {
  const path = join(rig.folder, "perpbooks.yaml");
  await writeFile(path, change(await readFile(path, "utf8")));
  return rig.run("run", "--log", "-");
};

const UNTIL_APRIL = ["01", "02", "03", "04"];
const ALL = [...UNTIL_APRIL, "05"];

async function importGap(rig: BinanceRig): Promise<BinanceOutcome> {
  const account = WORLD.accounts[0] ?? expect.unreachable();
  const before = <Row extends { readonly occurredAt: Instant }>(rows: readonly Row[]) =>
    rows.filter(({ occurredAt }) => occurredAt < at("02-02T00:00"));
  const files = [
    ...transactionFiles(before(account.incomes), "T1"),
    ...tradeFiles(before(account.fills), "F2"),
  ];
  for (const file of files) await rig.write(file.name, file.content);
  const period = ["--period", "2026-01-25..2026-02-01"];
  return command("import", "--account", "main", ...period, ...files.map(({ name }) => name))(rig);
}

const STEPS: readonly Step[] = [
  ["the first night", ["01"], 1, run("01-28T02:00")],
  ["a night after an outage", UNTIL_APRIL, 4, run("04-29T02:00")],
  ["an import that fills the gap", UNTIL_APRIL, 4, importGap],
  ["the same taken back", UNTIL_APRIL, 4, command("import", "--account", "main", "--undo", "1")],
  ["and given again", UNTIL_APRIL, 4, importGap],
  [
    "gaps that a person accepted",
    ["01", "02", "03"],
    4,
    command("gap", "accept", "--account", "main", "--period", "2026", "--because", "nothing is missing"),
  ],
  ["a night without anything new", ["04"], 1, run("04-29T03:00")],
  ["a row of April that is not there yet", ["04", "05"], 2, run("05-01T02:00")],
  ["and comes late", ["04", "05"], 2, run("05-02T02:00")],
  ["a close", ["02"], 4, command("close", "2026-02", "--because", "it is a test")],
  [
    "prices",
    ALL,
    5,
    async (rig) => {
      await rig.write("eurofxref-hist.csv", ECB);
      await configured((text) => CURRENCY + text)(rig);
      return command("price", "import", "eurofxref-hist.csv", "--kind", "ecb")(rig);
    },
  ],
  ["another form of the files", ALL, 5, configured((text) => `csv: { dialect: excel }\n${text}`)],
  ["another zone", ALL, 5, configured((text) => `timeZone: Pacific/Auckland\n${text}`)],
];

longTest(
  "the output folder is what an empty one would become, and months without news are left as they are",
  {
    timeout: 240_000,
  },
  async () => {
    const rig = await newBinanceRig({
      kind: QUICK_KIND,
      world: WORLD,
      now: at("01-28T02:00"),
      since: "2026-01-25",
    });
    const [out, fresh] = [join(rig.folder, "out"), join(rig.folder, "fresh")];
    let before: Record<string, string> = {};
    for (const [name, changed, computed, act] of STEPS) {
      const { log } = await act(rig);
      // With them their year, and the outermost folder.
      expect(log, name).toContain(`"computed":${computed + 2}}`);
      await rig.run("report", "--output", "fresh");
      const files = Object.fromEntries(
        // What the close wrote is its own.
        Object.entries(await readFolder(out)).filter(([path]) => !path.startsWith("2026-02/")),
      );
      expect(files, name).toEqual(await readFolder(fresh));
      await rm(fresh, { recursive: true });
      const months = new Set(
        Object.keys(files)
          .filter((path) => files[path] !== before[path])
          .flatMap((path) => /^2026\/(\d\d)\//.exec(path)?.[1] ?? []),
      );
      expect([...months].toSorted(), name).toEqual(changed);
      before = files;
    }
    await rig.close();
  },
);
