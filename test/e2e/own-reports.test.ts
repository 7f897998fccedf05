/**
 * A folder of reports of somebody's own, which the configuration names: written, listed, printed, traced and
 * closed beside ours, by the same rules.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { newRig, type Rig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { heavyKinds } from "../support/stores.ts";

const FROM = parseInstant("2026-01-01T00:00:00Z");
const WORLD = scriptedWorld([
  { name: "main", play: (account) => account.cash(plus(FROM, DAY_MS), "TRANSFER", "1000") },
]);

const report = (select: string, more = "") => `--! title: My cash
--! grain: one row per posting of the period
--! parameters: from, until, account
--! sign: + came in
--! units: the row's asset
${more}
${select}
`;

const MY_CASH = report(`select account_id as account, asset, report.plain(amount) as amount, entry_id
from report.journal
where posted_at >= :from and posted_at < :until and (:account::text is null or account_id = :account)
order by journal.account_id collate "C", journal.entry_id collate "C", journal.amount`);

/** The configuration's first line. */
const NAMED = "perpbooks.yaml:1: reports";

describe.each(heavyKinds("Postgres"))("%s", (kind) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await newRig({
      kind,
      world: WORLD,
      now: plus(FROM, 40 * DAY_MS),
      accountLines: ["since: 2026-01-01"],
    });
    await mkdir(join(rig.folder, "my-reports"));
    await rig.reconfigure((text) => `reports: ./my-reports\n${text}`);
    await own("my-cash", MY_CASH);
  });
  afterAll(() => rig.close());

  const own = (name: string, text: string) => writeFile(join(rig.folder, "my-reports", `${name}.sql`), text);
  const take = (name: string) => rm(join(rig.folder, "my-reports", `${name}.sql`), { recursive: true });
  const readable = (text: string) => text.replaceAll(`${rig.folder}/`, "");

  test("its reports are written, listed, printed, traced and closed beside ours", async () => {
    expect((await rig.run("report", "--list")).output).toMatch(/^my-cash +My cash$/m);
    expect(await rig.run("run")).toMatchObject({ exitCode: 0 });
    const written = Object.keys(await rig.files());
    expect(written.filter((path) => path.endsWith("my-cash.csv"))).not.toEqual([]);
    expect(written.filter((path) => path.endsWith("transfers.csv"))).not.toEqual([]);

    const { output } = await rig.run("report", "my-cash", "--format", "csv");
    expect(output).toContain("main,USDT,1000,");
    expect((await rig.run("trace", "report", "my-cash", "--where", "amount=1000")).output).toMatch(
      /^my-cash: My cash\n[\s\S]*TRANSFER/,
    );

    expect((await rig.run("close", "2026-01", "--because", "a test", "--verbose")).output).toMatch(
      /^ {2}my-cash +[0-9a-f]{64}$/m,
    );
    expect(await rig.run("close", "--verify")).toMatchObject({ exitCode: 0 });
    await own("my-cash", MY_CASH.replace("asset, report", "asset as coin, report"));
    expect(await rig.run("close", "--verify")).toMatchObject({
      exitCode: 3,
      output: expect.stringMatching(/my-cash: [0-9a-f]{64} now/),
    });
    await own("my-cash", MY_CASH);
  });

  test("a select that would write is refused at a close too, and nothing is closed", async () => {
    await own(
      "sly",
      report(
        "select setval('forbidden', 42)::text as a, :from::text as b, :until::text as c, :account::text as d",
      ),
    );
    await rig.inspect(({ db }) => sql`create sequence forbidden`.execute(db));
    const refused = await rig.run("close", "2026-01-01..2026-01-05", "--because", "a test");
    expect(refused).toMatchObject({ exitCode: 2, output: "" });
    expect(refused.errors).toContain("Postgres refuses the select");
    const { rows } = await rig.inspect(({ db }) =>
      sql<{ n: string }>`select last_value::text as n from forbidden`.execute(db),
    );
    expect(rows).toEqual([{ n: "1" }]);
    expect((await rig.run("status")).output).not.toContain("2026-01-01..2026-01-05");
    await take("sly");
  });

  test("a name of ours is refused before anything is done, with both files and the line", async () => {
    await own("fills", MY_CASH);
    const { exitCode, errors } = await rig.run("sync");
    expect(exitCode).toBe(2);
    expect(readable(errors)).toMatch(
      /^report my-reports\/fills\.sql: a report of perpbooks is called "fills" already\n {2}it is .*\/reports\/fills\.sql; /,
    );
    expect(readable(errors)).toContain(`\n  ${NAMED} names the folder\n  nothing was done\n`);
    await take("fills");
  });

  test("a file or a folder that cannot be read is named", async () => {
    await mkdir(join(rig.folder, "my-reports", "sub.sql"));
    for (const words of [["run"], ["report", "--list"], ["close", "2026-01"], ["trace", "report", "fills"]]) {
      const { exitCode, errors } = await rig.run(...words);
      expect([exitCode, readable(errors)]).toEqual([
        2,
        "report my-reports/sub.sql: the file cannot be read (it is a folder)\n  next: make it a readable file\n",
      ]);
    }
    await take("sub");
    await rig.reconfigure((text) => text.replace("./my-reports", "./none"));
    const { exitCode, errors } = await rig.run("report");
    expect([exitCode, readable(errors)]).toEqual([
      2,
      `${NAMED}: the folder none cannot be read (there is no such folder)\n  nothing was done\n  next: make it a folder that can be read, or take the line out\n`,
    ]);
    await rig.reconfigure((text) => text.replace("./none", "./my-reports"));
  });
});
