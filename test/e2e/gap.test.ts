/** What a venue no longer serves: named everywhere, and closed by a person's decision alone. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { KEPT_NAME } from "../../src/report/kept-folders.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-05-20T09:30:00Z");
/**
 * The history wanted begins in January; Binance serves three months, by the shortest count, and margin
 * changes for 30 days.
 */
const SINCE = "2026-01-01";
const SERVED_FROM = "2026-02-20T09:40:00.001";
const MARGIN_SERVED_FROM = "2026-04-21T09:40:00.001";
const NEXT = "  next: perpbooks run, which proves and reports with it\n";
const BECAUSE = "the account was opened in March";

const world = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(parseInstant("2026-03-02T00:00:00Z"), "TRANSFER", "1000")
        .trade(parseInstant("2026-03-03T00:00:00Z"), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(parseInstant("2026-05-06T00:00:00Z"), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        // After the decision: a contract that nothing named before.
        .trade(parseInstant("2026-05-21T00:00:00Z"), "BUY 1 ETHUSDT at 2000", { fee: "0.8" }),
  },
]);

const STREAMS = [
  { stream: "fills", symbol: "BTCUSDT", until: SERVED_FROM },
  { stream: "forced_orders", symbol: "", until: SERVED_FROM },
  { stream: "income", symbol: "", until: SERVED_FROM },
  { stream: "margin_changes", symbol: "BTCUSDT", until: MARGIN_SERVED_FROM },
];

function accept(rig: BinanceRig, period: string, because: string, ...more: string[]) {
  return rig.run("gap", "accept", "--account", "main", "--period", period, "--because", because, ...more);
}

function commandOf(stream: string, symbol: string, period: string): string {
  const ofSymbol = symbol === "" ? "" : ` --symbol ${symbol}`;
  return `perpbooks gap accept --account main --stream ${stream}${ofSymbol} --period ${period} --because "…"`;
}

/** The lines of the gaps report, without its head. */
async function gapsReport(rig: BinanceRig): Promise<readonly string[]> {
  const { output } = await rig.run("report", "gaps", "--format", "csv");
  return output.trimEnd().split(/\r?\n/).slice(1);
}

async function incompleteFiles(rig: BinanceRig): Promise<readonly string[]> {
  return (await readdir(join(rig.folder, "out"))).filter((name) => name.includes("-INCOMPLETE"));
}

async function manifestReasons(rig: BinanceRig): Promise<readonly string[]> {
  const text = await readFile(join(rig.folder, "out", "manifest.json"), "utf8");
  const { incomplete } = JSON.parse(text) as { readonly incomplete: readonly string[] };
  return incomplete;
}

for (const kind of heavyKinds("Postgres")) {
  describe(`on ${kind}`, () => {
    test("a gap is named by the run, the status, every file and the manifest, until it is accepted with a reason", async () => {
      const rig = await newBinanceRig({ kind, world, now: NOW, since: SINCE });
      expect(await rig.run("run")).toMatchObject({ exitCode: 3, errors: "" });

      const status = await rig.run("status");
      expect(status.exitCode).toBe(3);
      expect(status.output).toBe(`main on binance-usdm
  last run: 2026-05-20T09:30:00.000Z done, 87 requests sent; new records: 6
  last success: 2026-05-20T09:30:00.000Z
  last whole proof: 2026-05-20T09:30:00.000Z; each run since proves from 2026-05-13T00:00:00.000Z on
  open items: 4 gaps
  next: perpbooks import FILE --account main; or, where nothing is missing of any symbol, perpbooks gap accept --account main --period 2026-01-01..2026-04-21 --because "…"
stream          complete from             complete until            symbols queried  records  gaps
fills           2026-02-20T09:40:00.001Z  2026-05-20T09:30:00.001Z                3        2     1
forced_orders   2026-02-20T09:40:00.001Z  2026-05-20T09:30:00.001Z                         0     1
income          2026-02-20T09:40:00.001Z  2026-05-20T09:30:00.001Z                         4     1
margin_changes  2026-04-21T09:40:00.001Z  2026-05-20T09:30:00.001Z                3        0     1
4 rows
`);
      expect(await gapsReport(rig)).toEqual(
        STREAMS.map(
          ({ stream, symbol, until }) =>
            `main,gap,${stream},${symbol},2026-01-01T00:00:00.000+00:00,${until}+00:00,,,"Binance USDⓈ-M no longer serves it; where nothing is missing, ${commandOf(stream, symbol, `2026-01-01T00:00:00.000+00:00..${until}+00:00`).replaceAll('"', '""')}",,,`,
        ),
      );
      const all = await readdir(join(rig.folder, "out"));
      expect(await incompleteFiles(rig)).toEqual(
        all.filter(
          (name) =>
            name.includes(".") && ![KEPT_NAME, "README.md", "manifest.json", "summary.txt"].includes(name),
        ),
      );
      expect(await manifestReasons(rig)).toEqual(
        STREAMS.map(
          ({ stream, symbol, until }) =>
            `main: ${stream}${symbol === "" ? "" : ` of ${symbol}`}: a gap from 2026-01-01T00:00:00.000Z until ${until}Z: Binance USDⓈ-M no longer serves it`,
        ),
      );

      expect(await accept(rig, "2026", BECAUSE)).toEqual({
        exitCode: 0,
        output: STREAMS.map(
          ({ stream, symbol, until }) =>
            `main ${stream}${symbol === "" ? "" : ` ${symbol}`} [2026-01-01T00:00:00.000Z, ${until}Z): accepted, because ${BECAUSE}\n`,
        )
          .concat(NEXT)
          .join(""),
        errors: "",
        log: "",
      });
      expect((await rig.run("status")).exitCode).toBe(0);

      const after = await rig.run("run");
      expect(after).toMatchObject({ exitCode: 0, errors: "" });
      expect(after.output).toContain("proven:");
      expect(await incompleteFiles(rig)).toEqual([]);
      expect(await manifestReasons(rig)).toEqual([]);
      // A decision that names no symbol holds for every one.
      const accepted = STREAMS.map(
        ({ stream, symbol, until }) =>
          `main,accepted,${stream},${symbol === "" ? "" : "*"},2026-01-01T00:00:00.000+00:00,${until}+00:00,,,${BECAUSE},,,`,
      );
      expect(await gapsReport(rig)).toEqual(accepted);

      // A month of nights on, when the venue serves even less and a new contract was traded, what was decided
      // and what was read stay so.
      const configuration = await readFile(join(rig.folder, "perpbooks.yaml"), "utf8");
      for (const days of [1, 8, 30]) {
        // Only the last one's reports can show anything new.
        await rig.write("perpbooks.yaml", days === 30 ? configuration : `formats: []\n${configuration}`);
        rig.setNow(plus(NOW, days * DAY_MS));
        expect(await rig.run("run")).toMatchObject({ exitCode: 0, errors: "" });
      }
      expect(await gapsReport(rig)).toEqual(accepted);
      await rig.close();
    });
  });
}

for (const kind of heavyKinds("PGlite")) {
  describe(`on ${kind}`, () => {
    test("a decision on one stream and a part of its gap leaves the rest of it open", async () => {
      const rig = await newBinanceRig({ kind, world, now: NOW, since: SINCE });
      await rig.run("sync");
      const { output } = await accept(rig, "2026-02", BECAUSE, "--stream", "fills", "--symbol", "BTCUSDT");
      expect(output).toBe(
        `main fills BTCUSDT [2026-02-01T00:00:00.000Z, 2026-02-20T09:40:00.001Z): accepted, because ${BECAUSE}\n${NEXT}`,
      );
      // As the report prints it.
      const command = commandOf("forced_orders", "", `2026-01-01T00:00:00.000+00:00..${SERVED_FROM}+00:00`);
      expect((await rig.run(...command.split(" ").slice(1))).exitCode).toBe(0);
      for (const again of [false, true]) {
        if (again) expect((await rig.run("run")).exitCode).toBe(3);
        expect((await gapsReport(rig)).filter((line) => line.includes("fills"))).toEqual([
          `main,gap,fills,BTCUSDT,2026-01-01T00:00:00.000+00:00,2026-02-01T00:00:00.000+00:00,,,"Binance USDⓈ-M no longer serves it; where nothing is missing, ${commandOf("fills", "BTCUSDT", "2026-01-01T00:00:00.000+00:00..2026-02-01T00:00:00.000+00:00").replaceAll('"', '""')}",,,`,
          `main,accepted,fills,BTCUSDT,2026-02-01T00:00:00.000+00:00,2026-02-20T09:40:00.001+00:00,,,${BECAUSE},,,`,
        ]);
      }
      await rig.close();
    });
  });
}

test("a decision that cannot be recorded is refused with a word, and changes nothing", async () => {
  const rig = await newBinanceRig({ kind: QUICK_KIND, world, now: NOW, since: SINCE });
  await rig.run("sync");
  const before = await gapsReport(rig);
  const refusal = (message: string) => ({
    exitCode: 2,
    output: "",
    errors: `${message}\n`,
    log: `${message}\n`,
  });
  const noGap = refusal(`perpbooks gap accept: there is no gap in this period
  nothing was changed
  next: see \`perpbooks report gaps\``);
  expect(await accept(rig, "2025", BECAUSE)).toEqual(noGap);
  expect(await accept(rig, "2026-05", BECAUSE), "what was read is no gap").toEqual(noGap);
  expect(await accept(rig, "2026", BECAUSE, "--symbol", "ETHUSDT")).toEqual(noGap);
  for (const none of [" ", "…"])
    expect(await accept(rig, "2026", none)).toEqual(
      refusal(`perpbooks gap accept: --because gives no reason
  nothing was changed
  next: say why nothing is missing: an auditor will ask`),
    );
  expect(await rig.run("gap", "accept", "--account", "main", "--period", "2026")).toEqual(
    refusal(`perpbooks gap accept: missing: --because
  nothing was done
  next: see \`perpbooks gap accept --help\``),
  );
  expect(await rig.run("gap")).toEqual(
    refusal(`perpbooks gap: a command is missing: gap accept
  nothing was done
  next: see \`perpbooks gap --help\``),
  );
  expect(await rig.run("gap", "accept", "--account", "other", "--period", "2026", "--because", "x")).toEqual(
    refusal(`--account: there is no account "other"
  the configuration has main
  next: correct the name`),
  );
  expect((await accept(rig, "last winter", BECAUSE)).exitCode).toBe(2);
  expect(await gapsReport(rig)).toEqual(before);
  await rig.close();
});
