/**
 * The output folder by year and month: what sums up is in each folder for its own period; what has one row
 * for each thing that happened is divided among the months, and none of it is lost or there twice.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { type Period, parsePeriod, wholeDays } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { listReports } from "../../src/report/definition.ts";
import { folderNameOf, foldersOf } from "../../src/report/folders.ts";
import { KEPT_NAME, readKeptFolders } from "../../src/report/kept-folders.ts";
import { type WriteReportsInput, writeReports, writeReportsByMonth } from "../../src/report/write-reports.ts";
import type { Store } from "../../src/store/store.ts";
import { readFolder } from "../support/rig.ts";
import { rowsByReport } from "../support/rows-by-report.ts";
import { inPart } from "../support/sample.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { addRareRows, book, fill, fillStore, insert } from "./small-books.ts";

const DEFINITIONS = await listReports(null);
const BY_MONTH = DEFINITIONS.filter(({ isByMonth }) => isByMonth).map(({ name }) => name);

describe("the folders of a period", () => {
  const span = (from: string, until: string, zone = "UTC") =>
    foldersOf(wholeDays({ from: parseInstant(from), until: parseInstant(until) }, zone)).map(
      ({ path, period }) =>
        `${path}: ${period.name}, ${new Date(period.from).toISOString()} to ${new Date(period.until).toISOString()}`,
    );

  test("are whole months in whole years, months without an event too, and the outermost comes last", () => {
    expect(span("2025-11-30T23:00:00Z", "2026-01-02T00:00:00Z")).toEqual([
      "2025/11: 2025-11, 2025-11-01T00:00:00.000Z to 2025-12-01T00:00:00.000Z",
      "2025/12: 2025-12, 2025-12-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z",
      "2025: 2025, 2025-01-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z",
      "2026/01: 2026-01, 2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z",
      "2026: 2026, 2026-01-01T00:00:00.000Z to 2027-01-01T00:00:00.000Z",
      ": 2025-11-30..2026-01-01, 2025-11-30T00:00:00.000Z to 2026-01-02T00:00:00.000Z",
    ]);
  });

  test("begin at the midnights of their zone", () => {
    expect(span("2026-03-31T22:00:00Z", "2026-04-01T12:00:00Z", "Europe/Berlin").slice(0, 2)).toEqual([
      "2026/04: 2026-04, 2026-03-31T22:00:00.000Z to 2026-04-30T22:00:00.000Z",
      "2026: 2026, 2025-12-31T23:00:00.000Z to 2026-12-31T23:00:00.000Z",
    ]);
  });

  test.each([
    ["2026-05", "2026-05"],
    ["2026-Q2", "2026-Q2"],
    ["2026-05-09", "2026-05-09"],
    ["2025-04-06..2026-04-05", "2025-04-06..2026-04-05"],
    ["2026-05-01T00:00:00Z..2026-06-01T00:00:00Z", "2026-05-01T000000Z..2026-06-01T000000Z"],
    // `2026` is the folder that every night writes.
    ["2026", "2026-01-01..2026-12-31"],
  ])("that is requested, %s, is called %s", (name, folder) => {
    expect(folderNameOf(parsePeriod(name, "Europe/Berlin"))).toBe(folder);
  });
});

describe("the files", () => {
  let store: Store;
  let folder: string;
  const BERLIN = parsePeriod("2026-03-01..2026-04-01", "Europe/Berlin");

  beforeAll(async () => {
    store = await newStore(QUICK_KIND);
    folder = await mkdtemp(join(tmpdir(), "perpbooks-layout-"));
    await fillStore(store);
    await addRareRows(store);
    // The last millisecond of March in Berlin, the first of April, and the same in UTC.
    const moments = ["03-31T21:59:59.999", "03-31T22:00:00.000", "03-31T23:59:59.999", "04-01T00:00:00.000"];
    for (const moment of moments) {
      const at = `2026-${moment}Z`;
      await insert(store, "history.fill", [
        fill("main", `edge ${at}`, at, "77", "BUY", at, "60000", "0.001"),
      ]);
      await book(store, "main", [
        [`edge ${at}`, "transfer", "", at, "assets:wallet", "equity:transfers", "1", "USDT"],
      ]);
    }
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const input = (name: string, period: Period = BERLIN): WriteReportsInput => ({
    store,
    definitions: DEFINITIONS,
    period,
    accountIds: null,
    outputFolder: join(folder, name),
    formats: ["csv"],
    csvDialect: "plain",
    treatment: DEFAULT_TREATMENT,
  });

  test.each(inPart(2, ["Europe/Berlin", "America/St_Johns", "UTC", "Pacific/Kiritimati"]))(
    "in %s, the months together hold each row of the whole exactly once, those of midnight too",
    async (zone) => {
      await writeReportsByMonth(input(`months ${zone}`, parsePeriod("2026-02-01..2026-04-01", zone)));
      await writeReports(input(`whole ${zone}`, parsePeriod("2020-01-01..2030-12-31", zone)));
      const [months, whole] = [
        rowsByReport(await readFolder(join(folder, `months ${zone}`)), BY_MONTH),
        rowsByReport(await readFolder(join(folder, `whole ${zone}`)), BY_MONTH),
      ];
      expect(months).toEqual(whole);
    },
  );

  test("each folder has its own manifest, summary and README; the outer ones vouch for the inner; rows stand in months, what is of no period outermost", async () => {
    await writeReportsByMonth(input("tree"));
    const out = join(folder, "tree");
    const names = async (path: string) =>
      (await readdir(join(out, path))).map((name) => name.replace("-INCOMPLETE", "")).toSorted();
    const files = (have: (definition: (typeof DEFINITIONS)[number]) => boolean) => [
      ...DEFINITIONS.filter(have).map(({ name }) => `${name}.csv`),
      ...["README.md", "manifest.json", "statement.html", "summary.txt"],
    ];
    const isOfPeriod = ({ name }: { name: string }) => name !== "reconciliation";
    expect(await names("")).toEqual([KEPT_NAME, "2026", ...files((one) => !one.isByMonth)].toSorted());
    expect(await names("2026")).toEqual(
      ["03", "04", ...files((one) => !one.isByMonth && isOfPeriod(one))].toSorted(),
    );
    expect(await names("2026/03")).toEqual(files(isOfPeriod).toSorted());
    for (const path of ["", "2026", "2026/03", "2026/04"]) {
      const manifest = JSON.parse(await readFile(join(out, path, "manifest.json"), "utf8"));
      for (const { name, sha256 } of manifest.files)
        expect(await hashOf(join(out, path, name)), `${path}/${name}`).toBe(sha256);
      for (const { name, sha256 } of manifest.folders)
        expect(await hashOf(join(out, path, name, "manifest.json")), `${path}/${name}`).toBe(sha256);
      expect(await readFile(join(out, path, "summary.txt"), "utf8")).toContain(manifest.period.name);
      const readme = await readFile(join(out, path, "README.md"), "utf8");
      for (const { name } of manifest.files)
        if (name !== "README.md") expect(readme).toContain(name.replace("-INCOMPLETE", ""));
    }
  });

  test("a file that would be written with the same bytes is not touched, and one that differs is", async () => {
    const out = join(folder, "again");
    await writeReportsByMonth(input("again"));
    const long = new Date("2001-01-01T00:00:00Z");
    const paths = Object.keys(await readFolder(out));
    for (const path of paths) await utimes(join(out, path), long, long);
    await writeFile(join(out, "2026", "03", "balances.csv"), "spoilt");
    await writeReportsByMonth(input("again"));
    const touched = [];
    for (const path of paths)
      if ((await stat(join(out, path))).mtimeMs !== long.getTime()) touched.push(path);
    expect(touched).toEqual(["2026/03/balances.csv"]);
  });

  test("a month or year that would come out the same is not even computed; one of which a file is not as it was is", async () => {
    const out = join(folder, "kept");
    const few = DEFINITIONS.filter(({ name }) => ["balances", "fills", "reconciliation"].includes(name));
    const fewReports = { ...input("kept"), definitions: few };
    const computed = async () => {
      const before = await readFolder(out);
      const written = await writeReportsByMonth(fewReports);
      expect(await readFolder(out)).toEqual(before);
      return `${written.computed} of ${written.folders}`;
    };
    await writeReportsByMonth(fewReports);
    const march = join(out, "2026", "03");
    const [fills = "", manifest = "", kept = ""] = await Promise.all(
      [join(march, "fills.csv"), join(march, "manifest.json"), join(out, KEPT_NAME)].map((path) =>
        readFile(path, "utf8"),
      ),
    );
    const files: Record<string, string> = await readFolder(out);
    const isAsBefore = async (again: Promise<unknown>) => {
      await again;
      expect(await readFolder(out)).toEqual(files);
    };
    expect(await computed()).toBe("1 of 4");
    // Of the same size, by somebody; it comes back.
    await writeFile(join(march, "fills.csv"), fills.replace("BUY", "???"));
    await isAsBefore(writeReportsByMonth(fewReports));
    await rm(join(march, "manifest.json"));
    await isAsBefore(writeReportsByMonth(fewReports));
    expect(manifest).toBe(files["2026/03/manifest.json"]);
    // As a killed run leaves it.
    await rm(join(out, KEPT_NAME));
    expect(await computed()).toBe("4 of 4");
    expect(await computed()).toBe("1 of 4");
    // And as a disk spoils it.
    const keys = new Map([["2026/03", /"2026\/03":\{"key":"(\w+)"/.exec(kept)?.[1] ?? ""]]);
    const keptBy = async (text: string) => {
      await writeFile(join(out, KEPT_NAME), text);
      return (await readKeptFolders(out, keys)).size;
    };
    expect(await keptBy(await readFile(join(out, KEPT_NAME), "utf8"))).toBe(1);
    const withoutFiles = kept.replaceAll(/"files":\{[^}]*\}/g, '"files":{}');
    for (const spoilt of ["{", "[]", "null", '{"2026/03":{"key":1}}', withoutFiles])
      expect(await keptBy(spoilt), spoilt).toBe(0);
    const own = { ...(few[0] ?? expect.unreachable()), name: "mine", file: join(folder, "mine.sql") };
    const withOwn = { ...fewReports, definitions: [...few, own] };
    for (const _ of [1, 2])
      expect((await writeReportsByMonth(withOwn)).computed, "nobody knows what that one reads").toBe(4);
  });

  test("for a German Excel they are of another form, say so, and hold the same", async () => {
    await writeReports({ ...input("excel"), csvDialect: "excel-de" });
    await writeReports(input("plain"));
    const [excel, plain] = [await readFolder(join(folder, "excel")), await readFolder(join(folder, "plain"))];
    expect(excel["README.md"]).toContain("semicolons, a decimal comma");
    expect(Object.keys(excel)).toEqual(Object.keys(plain));
    const text = excel["balances.csv"] ?? "";
    expect(text.startsWith("\ufeffaccount;asset;")).toBe(true);
    const number = (cell: string) => cell.replace(/^="(.*)"$/, "$1").replace(/^(-?\d+),(\d+)$/, "$1.$2");
    const cells = (csv: string, delimiter: string) =>
      parse(csv, { delimiter, bom: true }).map((row) => row.map(number));
    expect(cells(text, ";")).toEqual(cells(plain["balances.csv"] ?? "", ","));
  });

  test("what an earlier run has written and this one has not is taken away, what somebody has changed or put there stays", async () => {
    const out = join(folder, "older");
    // The flat folder of an older version.
    await writeReports({ ...input("older"), formats: ["csv", "json"] });
    await writeReportsByMonth(input("older", parsePeriod("2025-12-01..2026-04-01", "Europe/Berlin")));
    await mkdir(join(out, "2026", "05"));
    await writeFile(join(out, "2026", "05", "mine.txt"), "mine");
    await writeFile(join(out, "2025", "12", "fills.csv"), "changed");
    await writeFile(join(out, "journal.csv"), "mine too");
    await writeReportsByMonth(input("older"));
    const files = Object.keys(await readFolder(out));
    expect(files.filter((path) => path.startsWith("2025"))).toEqual(["2025/12/fills.csv"]);
    expect(files).toContain("2026/05/mine.txt");
    expect(files).toContain("journal.csv");
    expect(files.filter((path) => path.endsWith(".json") && !path.endsWith("manifest.json"))).toEqual([]);
    expect(files.filter((path) => /^(fills|transfers)/.test(path))).toEqual([]);
  });
});

async function hashOf(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
