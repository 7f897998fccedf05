import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../src/pipeline/failure.ts";
import { listReports, type OwnFolder, REPORTS_FOLDER, readDefinition } from "../../src/report/definition.ts";
import { isKeptAtClose } from "../../src/report/outputs.ts";

const GOOD = `--! title: Volume
--! grain: one row per account
--! parameters: from, until
--! sign: always positive
--! units: quote asset
--! note: A first line
--!   and a second one.

-- A comment with a semicolon; and :a_parameter that is none.
select ';' as "semi;colon" /* ; */ from history.fill where occurred_at >= :from and occurred_at < :until;
`;

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return "nothing was thrown";
}

test("a report file is read into its directives and its select", () => {
  expect(readDefinition("mine/volume.sql", GOOD)).toEqual({
    name: "volume",
    file: "mine/volume.sql",
    title: "Volume",
    grain: "one row per account",
    parameters: ["from", "until"],
    sign: "always positive",
    units: "quote asset",
    note: "A first line and a second one.",
    trace: [],
    isInReportingCurrency: false,
    changesAfterClose: "",
    isByMonth: false,
    statement: `select ';' as "semi;colon"   from history.fill where occurred_at >= :from and occurred_at < :until`,
  });
});

test("a close keeps the reports that are of a period and do not say that later evidence changes them", () => {
  const isKept = (text: string) => isKeptAtClose(readDefinition("mine/volume.sql", text));
  expect(isKept(GOOD)).toBe(true);
  expect(
    isKept(GOOD.replace("--! units", "--! changes_after_close: it counts what came late\n--! units")),
  ).toBe(false);
  const ofNow = GOOD.replace("from, until", "none").replace(/where .*;/, ";");
  expect(isKept(ofNow)).toBe(false);
});

test("the rows of a report are divided among the months where its file says so, which only one of a period can", () => {
  const text = GOOD.replace("--! units", "--! files: by month\n--! units");
  expect(readDefinition("mine/volume.sql", text).isByMonth).toBe(true);
  expect(messageOf(() => readDefinition("mine/volume.sql", text.replace("by month", "by year")))).toContain(
    'the directive "--! files:" can only be "by month", found "by year"',
  );
  const ofNow = text.replace("from, until", "none").replace(/where .*;/, ";");
  expect(messageOf(() => readDefinition("mine/volume.sql", ofNow))).toContain(
    'a report whose "--! files:" are by month takes the parameters from and until',
  );
});

test("all mistakes of a report file are named at once", () => {
  const text = `--! title: Volume
--! title: Volume again
--! colour: red
--! units:
--! parameters: from, symbol, account
--! Sign forgot its colon

delete from history.fill where occurred_at < :until and symbol = :symbol; select 1 from x where a = :from`;
  expect(messageOf(() => readDefinition("mine/My Volume.sql", text))).toBe(
    `report mine/My Volume.sql: the file is not a report: 13 mistakes
  line 2 gives the directive "title" a second time
  line 3 has the unknown directive "colour"; known are title, grain, parameters, sign, units, note, trace, currency, changes_after_close, files
  line 4 gives the directive "units" no text
  line 6 is not a directive "--! name: text": --! Sign forgot its colon
  the file name "My Volume.sql" is not lower-case words joined by hyphens
  the directive "--! grain:" is missing
  the directive "--! sign:" is missing
  the directive "--! units:" is missing
  a select was expected (or "with … select"), found "delete"
  a second statement follows a semicolon; a report is one select
  the parameter "symbol" is unknown; known are from, until, time_zone, account, accounts
  the parameter "account" is declared, but the select does not use :account
  the select uses :until, which "--! parameters:" does not declare
  next: correct the file; reports/README.md says how a report is written`,
  );
});

test("an empty file is refused", () => {
  expect(
    messageOf(() => readDefinition("mine/empty.sql", "")),
  ).toBe(`report mine/empty.sql: the file is not a report: 6 mistakes
  the directive "--! title:" is missing
  the directive "--! grain:" is missing
  the directive "--! parameters:" is missing
  the directive "--! sign:" is missing
  the directive "--! units:" is missing
  a select was expected (or "with … select"), found nothing
  next: correct the file; reports/README.md says how a report is written`);
});

test("reports without parameters say none", () => {
  const text = GOOD.replace("from, until", "none").replace(/where.*/, "");
  expect(readDefinition("all.sql", text).parameters).toEqual([]);
});

test("a user's own folder adds its reports to ours, in the order of their names", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "aaa.sql"), GOOD);
  await writeFile(join(folder, "notes.txt"), "not a report");
  const names = (await listReports(ownFolder(folder))).map((definition) => definition.name);
  expect(names[0]).toBe("aaa");
  expect(names).toEqual(names.toSorted());
});

test("a report that is called like one of ours is refused, because their files would overwrite each other", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "fills.sql"), GOOD);
  await expect(listReports(ownFolder(folder))).rejects.toThrow(
    `report ${join(folder, "fills.sql")}: a report of perpbooks is called "fills" already
  it is ${join(REPORTS_FOLDER, "fills.sql")}; their output files would overwrite each other
  perpbooks.yaml:3: reports names the folder
  nothing was done
  next: give the file another name`,
  );
});

test.each(["manifest", "fills-incomplete"])(
  "a report is not called %s: perpbooks writes such a file itself",
  (name) => {
    expect(messageOf(() => readDefinition(`mine/${name}.sql`, GOOD))).toContain(
      `the file name "${name}.sql" would give a file that perpbooks writes itself`,
    );
  },
);

test.each([
  ["is not there", "none", "there is no such folder"],
  ["is a file", "a-file", "it is no folder"],
])("a folder of reports that %s is named, with the line that names it", async (_, name, why) => {
  const folder = await newFolder();
  await writeFile(join(folder, "a-file"), "");
  const error = await listReports(ownFolder(join(folder, name))).then(
    () => expect.fail("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(failureOf(error)).toMatchObject({
    exitCode: 2,
    text: `perpbooks.yaml:3: reports: the folder ${join(folder, name)} cannot be read (${why})
  nothing was done
  next: make it a folder that can be read, or take the line out`,
  });
});

test("a folder that is called like a report is named", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, "turnover.sql"));
  await expect(listReports(ownFolder(folder))).rejects.toThrow(
    `report ${join(folder, "turnover.sql")}: the file cannot be read (it is a folder)`,
  );
});

function ownFolder(folder: string): OwnFolder {
  return { folder, namedAt: "perpbooks.yaml:3" };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "perpbooks-reports-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
