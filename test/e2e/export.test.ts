/** Exports on the command line: nightly, of a period, back to the venue's record, and after a close. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, HOUR_MS, plus } from "../../src/domain/instant.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { heavyKinds } from "../support/stores.ts";

const FROM = parseInstant("2026-01-01T00:00:00Z");
const WORLD = scriptedWorld([
  {
    name: "main",
    play: (account) => {
      account.cash(plus(FROM, DAY_MS), "TRANSFER", "1000");
      // Two that are the same to the second.
      account.cash(plus(FROM, 2 * DAY_MS), "WELCOME_BONUS", "0.25");
      account.cash(plus(FROM, 2 * DAY_MS + 1), "WELCOME_BONUS", "0.25");
      account.cash(plus(FROM, 33 * DAY_MS), "TRANSFER", "-100");
    },
  },
]);

describe.each(heavyKinds("Postgres"))("%s", (kind) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await newRig({
      kind,
      world: WORLD,
      now: plus(FROM, 40 * DAY_MS),
      accountLines: ["since: 2026-01-01"],
    });
    await rig.reconfigure((text) => `exports: [koinly, { target: events, granularity: month }]\n${text}`);
  });
  afterAll(() => rig.close());

  const exported = async (...path: string[]) => readFile(join(rig.folder, ...path), "utf8");

  test("before anything was read there is nothing to export, and of what there is not nothing is done", async () => {
    expect(await rig.run("export", "koinli", "beancont", "x")).toMatchObject({
      exitCode: 2,
      errors: `perpbooks export: there is no target "koinli" (did you mean koinly?), "beancont" (did you mean beancount?), "x"
  nothing was done
  next: see \`perpbooks export --list\`
`,
    });
    const { output } = await rig.run("export", "--list");
    expect(output).toMatch(/^koinly +Koinly, custom file[^\n]*\n +read by Koinly; format B: /);
  });

  test("run writes what the configuration names, and a row leads back to the venue's record", async () => {
    expect(await rig.run("run")).toMatchObject({ exitCode: 0 });
    const names = Object.keys(await rig.files()).filter((path) => path.startsWith("exports/"));
    expect(names.toSorted()).toEqual([
      "exports/events/README.md",
      "exports/events/events.csv",
      "exports/events/events.map.csv",
      "exports/events/manifest.json",
      "exports/koinly/README.md",
      "exports/koinly/koinly-main.csv",
      "exports/koinly/koinly-main.map.csv",
      "exports/koinly/manifest.json",
    ]);
    const rows = (await exported("out", "exports", "koinly", "koinly-main.csv")).split("\n");
    expect(rows.slice(1)).toEqual([
      expect.stringMatching(/^2026-01-02 00:00:00,,,1000,USDT,,,,,,transfer \| \d+,$/),
      '2026-01-03 00:00:00,,,0.5,USDT,,,,,reward,"reward, 2 events",',
      expect.stringMatching(/^2026-02-03 00:00:00,100,USDT,,,,,,,,transfer \| \d+,$/),
      "",
    ]);
    const traced = await rig.run("trace", "export", "out/exports/koinly/koinly-main.csv", "2");
    expect(traced.exitCode).toBe(0);
    expect(traced.output.match(/WELCOME_BONUS/g)?.length).toBeGreaterThanOrEqual(2);
    expect(await rig.run("trace", "export", "out/exports/koinly/koinly-main.csv", "9")).toMatchObject({
      exitCode: 2,
      errors: expect.stringContaining("has no row 9 that stands for an entry"),
    });
    expect(await rig.run("trace", "export", "koinly-main.csv", "row")).toMatchObject({ exitCode: 2 });
    const nowhere = join(rig.folder, "nowhere");
    expect(await rig.run("trace", "export", "nowhere.csv", "1")).toEqual({
      exitCode: 2,
      output: "",
      errors: `perpbooks trace export: ${nowhere}.csv: there is no map beside it
  ${nowhere}.map.csv is not there
  next: name a file that \`perpbooks export\` or \`perpbooks run\` has written, where it was written
`,
    });
  });

  test("a period has a folder of its own, and --output another one; the nightly files stay as they are", async () => {
    const before = await exported("out", "exports", "koinly", "koinly-main.csv");
    expect(await rig.run("export", "koinly", "hledger", "--period", "2026-01")).toMatchObject({
      exitCode: 0,
    });
    expect(
      (await exported("out", "2026-01", "exports", "koinly", "koinly-main.csv")).split("\n"),
    ).toHaveLength(4);
    expect(await exported("out", "exports", "koinly", "koinly-main.csv")).toBe(before);
    expect(
      await rig.run("export", "--period", "2026-02", "--granularity", "day", "--output", "mine"),
    ).toMatchObject({ exitCode: 0, output: expect.stringContaining("8 files in") });
    expect((await readdir(join(rig.folder, "mine"))).filter((name) => !name.startsWith("lock."))).toEqual([
      "events",
      "koinly",
    ]);
    const readme = await exported("mine", "koinly", "README.md");
    expect(readme).toContain("| main | USDT | 1000.5 | -100 | 900.5 |");
  });

  test("what a part or another currency would make wrong is refused, and disposals are of the methods that are named", async () => {
    expect(await rig.run("export", "recap", "koinly", "--period", "2026-01")).toMatchObject({
      exitCode: 2,
      errors: `perpbooks export: recap cannot be exported for a period: each import replaces those before it
  nothing was done
  next: perpbooks export recap (without --period)
`,
    });
    expect(await rig.run("export", "txf", "recap")).toMatchObject({
      exitCode: 2,
      errors: `perpbooks export: txf: its amounts need reportingCurrency: USD, which is not set
  nothing was done
  next: set reportingCurrency in the configuration, then perpbooks book
`,
    });
    expect(await rig.run("export", "koinly", "xero-journal")).toMatchObject({
      exitCode: 2,
      errors: expect.stringContaining("xero-journal: its amounts need a reportingCurrency, which is not set"),
    });
    expect(
      await rig.run("export", "disposals", "--method", "fifo", "lifo", "--output", "closes"),
    ).toMatchObject({ exitCode: 0 });
    expect(await exported("closes", "disposals", "disposals-fifo.csv")).toMatch(/^account,method,symbol,/);
    expect(await exported("closes", "disposals", "disposals-lifo.csv")).toMatch(/^account,method,symbol,/);
    await rig.run("export", "disposals", "--output", "closes");
    expect(await exported("closes", "disposals", "disposals-average.csv")).toMatch(/^account,method,symbol,/);
    await expect(exported("closes", "disposals", "disposals-fifo.csv")).rejects.toThrow("ENOENT");
  });

  test("a closed period's export is the same bytes when more comes in afterwards", async () => {
    await rig.run("export", "koinly", "beancount", "--period", "2026-01", "--output", "closed");
    const read = async () => [
      await exported("closed", "koinly", "koinly-main.csv"),
      await exported("closed", "beancount", "beancount-main-2026.beancount"),
    ];
    const before = await read();
    expect(await rig.run("close", "2026-01", "--because", "the year's first month")).toMatchObject({
      exitCode: 0,
    });
    rig.setNow(plus(FROM, 41 * DAY_MS + HOUR_MS));
    expect(await rig.run("run")).toMatchObject({ exitCode: 0 });
    await rig.run("export", "koinly", "beancount", "--period", "2026-01", "--output", "closed");
    expect(await read()).toEqual(before);
  });
});
