/** Words and configurations that cannot be meant: exit code 2, all mistakes at once, and nothing is asked, made or changed. */
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

const SEE_HELP = "\n  nothing was done\n  next: see `perpbooks --help`";

test.each([
  ["", `perpbooks: a command is missing${SEE_HELP}`],
  ["rnu", `perpbooks: Unknown argument: rnu${SEE_HELP}`],
  ["run --peroid 2025", `perpbooks: Unknown argument: peroid${SEE_HELP}`],
  ["run --period", `perpbooks: Not enough arguments following: period${SEE_HELP}`],
  ["run --period 2025 --period 2026", `perpbooks: --period is given 2 times${SEE_HELP}`],
  ["run --config a.yaml --config b.yaml", `perpbooks: --config is given 2 times${SEE_HELP}`],
  ["sql", `perpbooks: Not enough non-option arguments: got 0, need at least 1${SEE_HELP}`],
  [
    "report fills --format xml",
    `perpbooks: Invalid values:;   Argument: format, Given: "xml", Choices: "table", "csv", "json"${SEE_HELP}`,
  ],
  [
    "run --period soon",
    `--period: "soon" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST
  nothing was done
  next: give one of these forms; days are those of the time zone`,
  ],
  [
    "report --period 2025-13",
    `--period: "2025-13" is not a period; expected 2025, 2025-Q1, 2025-03, 2025-03-09 or FIRST..LAST
  nothing was done
  next: give one of these forms; days are those of the time zone`,
  ],
  [
    "run --time-zone Mars/Olympus",
    `--time-zone: "Mars/Olympus" is not a time zone
  nothing was done
  next: give a name of the IANA database: Europe/Berlin, America/New_York, UTC`,
  ],
  // Postgres would read its sign the other way round.
  [
    "report --time-zone +03:00",
    `--time-zone: "+03:00" is not a time zone
  nothing was done
  next: give a name of the IANA database: Europe/Berlin, America/New_York, UTC`,
  ],
  [
    "report fils funding-by-symbol dayly",
    `report: there is no report "fils", "dayly"
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

test.each(["sync", "book", "reconcile", "report", "run", "status", "sql"])(
  "perpbooks %s with a wrong configuration names all of its mistakes",
  async (command) => {
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
      message: `FOLDER/perpbooks.yaml: 3 mistakes in the configuration; nothing was done
  FOLDER/perpbooks.yaml:3: timezone: unknown key; did you mean timeZone?
  FOLDER/perpbooks.yaml:6: accounts[0].venue: expected A VENUE, found "mtgox"
  FOLDER/perpbooks.yaml:11: accounts[0].credentials.apiSecret: \${MAIN_SECERT} is not set in the environment or .env
  next: correct what is listed, then run the command again`,
    });
    await expectNothingDone();
  },
);

test("perpbooks run without a configuration", async () => {
  await rm(join(rig.folder, "perpbooks.yaml"));
  expect(asRead(await rig.run("run"))).toEqual({
    exitCode: 2,
    message: `FOLDER/perpbooks.yaml: no configuration was found here; nothing was done
  next: write one as the README shows, or name another file`,
  });
  expect(await readdir(rig.folder)).toEqual([]);
  await writeFile(join(rig.folder, "perpbooks.yaml"), configuration);
});
