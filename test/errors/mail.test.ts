/**
 * What `run` prints where nobody watches, which is what cron mails: nothing where nothing is open; else why
 * it came, before all else.
 */
import { expect, test, vi } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { systemClock } from "../../src/clock.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { InterruptedError } from "../../src/errors.ts";
import { makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { noInput } from "../support/input.ts";
import { newRig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";
import { asRead, smallRig } from "./small-world.ts";

const FROM = parseInstant("2026-05-01T00:00:00Z");
const NOW = parseInstant("2026-05-05T03:17:00Z");
const NO_REPORTS = "formats: []\n";
const world = scriptedWorld([
  {
    name: "first",
    play: (account) => account.cash(FROM, "TRANSFER", "1000").cash(plus(NOW, DAY_MS / 2), "LIEN_CLAIM", "-3"),
  },
  {
    name: "second",
    play: (account) => account.cash(FROM, "TRANSFER", "1000").cash(plus(NOW, DAY_MS / 2), "LIEN_CLAIM", "-4"),
  },
]);

test("the first line says the exit code in words, the account, what is open and the command", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await newRig({ kind: QUICK_KIND, world, now: NOW, through: proxy.through });
  const silence = { exitCode: 0, output: "", errors: "" };
  expect(await rig.runUnwatched("run")).toEqual(silence);
  expect((await rig.files())["summary.txt"], "what it would have said is kept").toMatch(
    /^2026-05-01\.\.2026-05-05 \(UTC\)\n/,
  );
  // The files of the nights after it are not looked at.
  await rig.reconfigure((text) => `${text}${NO_REPORTS}`);
  const { errors: log } = await rig.runUnwatched("run", "--log", "-");
  expect(log.split("\n").filter((line) => line !== "" && !line.startsWith('{"at":'))).toEqual([]);

  rig.setNow(plus(NOW, DAY_MS));
  const both = await rig.runUnwatched("run");
  expect(asRead(both)).toEqual({
    exitCode: 3,
    message: "3, open items: first and second: 1 entry in suspense; next: perpbooks report gaps",
  });
  expect(both.output, "the summary stands below").toMatch(/^\n2026-05-01\.\.2026-05-06 \(UTC\)\n/);

  rig.setNow(plus(NOW, 3 * DAY_MS));
  proxy.harm(({ path, apiKey }) =>
    path === "/fapi/v1/income" && apiKey === "simulated-key-second"
      ? { kind: "answer", status: 502, body: "<html></html>" }
      : null,
  );
  expect(asRead(await rig.runUnwatched("run"))).toEqual({
    exitCode: 1,
    message: `1, stopped: second income [2026-05-04T03:17:00.000Z, 2026-05-08T03:17:00.001Z): the venue failed 6 times in a row; next: run it again later; if it persists, check the network and the venue's status page
3, open items: first and second: 1 entry in suspense since 2026-05-06; next: perpbooks report gaps
second income [2026-05-04T03:17:00.000Z, 2026-05-08T03:17:00.001Z): the venue failed 6 times in a row
  last: the venue could not answer
  HTTP 502: <html></html>
  what was loaded before is kept, and the next run goes on from there
  next: run it again later; if it persists, check the network and the venue's status page`,
  });
  proxy.harm(null);

  await rig.reconfigure((text) => text.replace(NO_REPORTS, ""));
  const watched = await rig.run("run");
  expect(watched.errors).toBe("");
  expect(watched.output.trimEnd().split("\n").at(-1)).toBe(
    "3, open items: first and second: 1 entry in suspense since 2026-05-06; next: perpbooks report gaps",
  );

  await rig.reconfigure((text) => text.replace("venue: aster", "venue: astre"));
  expect(asRead(await rig.runUnwatched("run"))).toEqual({
    exitCode: 2,
    message: `2, wrong usage or configuration: FOLDER/perpbooks.yaml: 1 mistake in the configuration; nothing was done; next: correct what is listed, then run the command again
FOLDER/perpbooks.yaml: 1 mistake in the configuration; nothing was done
  FOLDER/perpbooks.yaml:5: accounts[0].venue: expected aster, binance-usdm or edgex, found "astre"
  next: correct what is listed, then run the command again`,
  });
  await rig.close();
});

test("a night that does not stop when it is told to begins as every other, and says so", async () => {
  const proxy = makeHarmfulProxy();
  const rig = await smallRig({ through: proxy.through });
  proxy.harm(() => ({ kind: "answer", status: 502, body: "" }));
  const sigterm = new AbortController();
  let giveIn = () => {};
  const deaf = new Promise<void>((resolve) => {
    giveIn = resolve;
  });
  let errors = "";
  const exitCode = await runCommandLine(["run"], {
    environment: rig.environment,
    workingFolder: rig.folder,
    readInput: noInput,
    signal: sigterm.signal,
    clock: {
      ...systemClock,
      now: rig.now,
      sleep: () => {
        sigterm.abort(
          new InterruptedError({ where: "perpbooks", what: "interrupted by SIGTERM", next: "run it again" }),
        );
        return deaf;
      },
    },
    output: { write: () => {}, columns: null },
    errors: {
      write: (text) => {
        errors += text;
      },
      isTerminal: false,
    },
  });
  expect(asRead({ exitCode, output: "", errors })).toEqual({
    exitCode: 1,
    message: `1, stopped: perpbooks: interrupted by SIGTERM; next: run it again
perpbooks: interrupted by SIGTERM
  something did not stop within 10 s of being told to, and is left as it stands
  next: run it again`,
  });

  proxy.harm(null);
  giveIn();
  await vi.waitFor(async () => expect((await rig.run("run")).exitCode).toBe(0), 60_000);
  await rig.close();
});
