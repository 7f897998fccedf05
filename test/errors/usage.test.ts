/**
 * Words and configurations that cannot be meant: exit code 2, all mistakes at once, and nothing is asked,
 * made or changed.
 */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../support/rig.ts";
import { asRead, smallRig } from "./small-world.ts";

let rig: Rig;
let configuration = "";
beforeAll(async () => {
  rig = await smallRig();
  await rig.reconfigure((text) => {
    configuration = text.replace(/^store: .*$/m, "store: ./books");
    return configuration;
  });
});
afterAll(() => rig.close());

async function expectNothingDone(): Promise<void> {
  expect(await readdir(rig.folder)).toEqual(["perpbooks.yaml"]);
  expect(rig.simulator.requests()).toEqual([]);
}

function seeHelp(command = ""): string {
  return `\n  nothing was done\n  next: see \`perpbooks${command} --help\``;
}

test.each([
  ["", `perpbooks: a command is missing${seeHelp()}`],
  ["rnu", `perpbooks: there is no command "rnu"; did you mean run?${seeHelp()}`],
  ["archive", `perpbooks: there is no command "archive"${seeHelp()}`],
  ["gap", `perpbooks gap: a command is missing: gap accept${seeHelp(" gap")}`],
  [
    "price get",
    `perpbooks price: there is no command "price get"; there is price import or price fetch${seeHelp(" price")}`,
  ],
  [
    "run --peroid 2025 --json",
    `perpbooks run: there is no option --peroid; did you mean --period?; there is no option --json${seeHelp(" run")}`,
  ],
  ["sync main", `perpbooks sync: "main" is a word too many${seeHelp(" sync")}`],
  ["run --period", `perpbooks run: --period needs a value${seeHelp(" run")}`],
  ["run --period 2025 --period 2026", `perpbooks run: --period is given 2 times${seeHelp(" run")}`],
  ["run --config a.yaml --config b.yaml", `perpbooks run: --config is given 2 times${seeHelp(" run")}`],
  [
    "trace",
    `perpbooks trace: a word is missing: WHAT (entry, record, fill, disposal, check, report or export)${seeHelp(" trace")}`,
  ],
  ["rnu --help", `perpbooks: there is no command "rnu"; did you mean run?${seeHelp()}`],
  ["help rnu", `perpbooks: there is no command "rnu"; did you mean run?${seeHelp()}`],
  [
    "price get -h",
    `perpbooks price: there is no command "price get"; there is price import or price fetch${seeHelp(" price")}`,
  ],
  [
    "init",
    `perpbooks init: the venue of the first account is missing
  nothing was done
  next: add --venue VENUE (aster, binance-usdm or edgex), or --account NAME=VENUE for each account`,
  ],
  [
    "completion",
    `perpbooks completion: a word is missing: SHELL (bash, zsh or fish)${seeHelp(" completion")}`,
  ],
  [
    "gap accept --period 2025",
    `perpbooks gap accept: missing: --account, --because${seeHelp(" gap accept")}`,
  ],
  [
    "report fills --format xml",
    `perpbooks report: a value is not known: format: found "xml", expected one of "table", "csv", "json"${seeHelp(" report")}`,
  ],
  [
    "run --period soon",
    `--period: "soon" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST
  nothing was done
  next: give one of these forms, the earlier end first; days are those of the time zone`,
  ],
  [
    "report --period 2025-13",
    `--period: "2025-13" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST
  nothing was done
  next: give one of these forms, the earlier end first; days are those of the time zone`,
  ],
  [
    "report --period 2025-04..2025-03",
    `--period: "2025-04..2025-03" does not end after it begins
  nothing was done
  next: give one of these forms, the earlier end first; days are those of the time zone`,
  ],
  [
    "run --time-zone Mars/Olympus",
    `--time-zone: "Mars/Olympus" is not a time zone
  nothing was done
  next: give a name of the IANA database: Europe/Berlin, America/New_York, UTC`,
  ],
  ...["run", "report", "report fills"].map((command): [string, string] => [
    `${command} --period 2026-06`,
    `--period: "2026-06" has not begun
  it begins at 2026-06-01T00:00:00.000Z, and it is 2026-05-30T09:30:00.000Z
  nothing was done
  next: give a period that has begun`,
  ]),
  // Postgres would read its sign the other way round.
  [
    "report --time-zone +03:00",
    `--time-zone: "+03:00" is not a time zone
  nothing was done
  next: give a name of the IANA database: Europe/Berlin, America/New_York, UTC`,
  ],
  [
    "report fils funding-by-symbol dayly",
    `perpbooks report: there is no report "fils" (did you mean fills?), "dayly"
  nothing was done
  next: see \`perpbooks report --list\``,
  ],
  [
    "run --account other",
    `--account: there is no account "other"
  the configuration has main
  next: correct the name`,
  ],
])("perpbooks %s", async (words, message) => {
  expect(asRead(await rig.run(...words.split(" ").filter((word) => word !== "")))).toEqual({
    exitCode: 2,
    message,
  });
  await expectNothingDone();
});

test("help and the version answer to the words of other programs too", async () => {
  const [{ output: help }, { output: version }] = [await rig.run("--help"), await rig.run("--version")];
  for (const words of [["help"], ["-h"]]) expect((await rig.run(...words)).output).toBe(help);
  expect((await rig.run("help", "book")).output).toBe((await rig.run("book", "--help")).output);
  expect((await rig.run("-v")).output).toBe(version);
});

const UNSET = `
  FOLDER/perpbooks.yaml:11: accounts[0].credentials.apiSecret: \${MAIN_SECERT} is not set in the environment or .env`;

test.each([
  ["sync", UNSET],
  ["book", UNSET],
  ["reconcile", UNSET],
  ["run", UNSET],
  // These send no request, and need no secret.
  ["report", ""],
  ["status", ""],
  ["sql", ""],
] as const)("perpbooks %s with a wrong configuration names all of its mistakes", async (command, unset) => {
  await rig.reconfigure((text) =>
    text
      .replace("accounts:", "timezone: Mars\naccounts:")
      .replace("venue: aster", "venue: mtgox")
      .replace("MAIN_SECRET", "MAIN_SECERT"),
  );
  const outcome = asRead(await rig.run(command, ...(command === "sql" ? ["select 1"] : [])));
  await rig.reconfigure(() => configuration);
  expect({
    ...outcome,
    message: outcome.message.replace(/expected [a-z, -]+ found/, "expected A VENUE, found"),
  }).toEqual({
    exitCode: 2,
    message: `FOLDER/perpbooks.yaml: ${unset === "" ? 2 : 3} mistakes in the configuration; nothing was done
  FOLDER/perpbooks.yaml:3: timezone: unknown key; did you mean timeZone?
  FOLDER/perpbooks.yaml:6: accounts[0].venue: expected A VENUE, found "mtgox"${unset}
  next: correct what is listed, then run the command again`,
  });
  await expectNothingDone();
});

test("perpbooks run without a configuration", async () => {
  await rm(join(rig.folder, "perpbooks.yaml"));
  expect(asRead(await rig.run("run"))).toEqual({
    exitCode: 2,
    message: `FOLDER/perpbooks.yaml: no configuration was found here; nothing was done
  next: \`perpbooks init --venue VENUE\` (aster, binance-usdm or edgex) writes one to start from; --config names another file`,
  });
  expect(asRead(await rig.run("run", "--deadline", "abc", "--period", "soon"))).toEqual({
    exitCode: 2,
    message: `FOLDER/perpbooks.yaml: no configuration was found here; nothing was done
  --period: "soon" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST
  --deadline: a time such as 90s, 30m or 6h was expected, found "abc"
  next: \`perpbooks init --venue VENUE\` (aster, binance-usdm or edgex) writes one to start from; --config names another file; give one of these forms, the earlier end first; days are those of the time zone; correct it`,
  });
  expect(await readdir(rig.folder)).toEqual([]);
  await writeFile(join(rig.folder, "perpbooks.yaml"), configuration);
});
