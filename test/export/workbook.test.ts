/** The workbook of a small year, read back cell by cell: nothing is lost, nothing runs, sums are right. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CellValue, readXlsx } from "hucre/xlsx";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDecimal } from "../../src/domain/decimal.ts";
import { instant } from "../../src/domain/instant.ts";
import { type Period, parsePeriod } from "../../src/domain/period.ts";
import type { Sheet } from "../../src/export/target.ts";
import { workbook } from "../../src/export/targets/workbook.ts";
import { StagedWorkbook } from "../../src/export/workbook.ts";
import { writeExports } from "../../src/export/write-exports.ts";
import { workbookBytes } from "../../src/export/write-workbook.ts";
import { listReports } from "../../src/report/definition.ts";
import { readReport } from "../../src/report/run-report.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { addRareRows, fillStore } from "../report/small-books.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const OFFICE = "soffice";
const DEFINITIONS = await listReports(null);
const METHOD = "average";
const PERIOD = parsePeriod("2026-02-01..2026-04-01", "Europe/Berlin");

let store: Store;
let folder: string;

beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  folder = await mkdtemp(join(tmpdir(), "perpbooks-workbook-"));
  await fillStore(store);
  await addRareRows(store);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(name: string, period: Period = PERIOD): Promise<string> {
  const { manifests } = await writeExports({
    store,
    wanted: [{ target: workbook, granularity: "event", words: {}, methods: [METHOD] }],
    definitions: DEFINITIONS,
    period,
    reportingCurrency: null,
    accountIds: null,
    outputFolder: join(folder, name),
    within: "",
  });
  const file = manifests.get("workbook")?.files.find((one) => one.name.endsWith(".xlsx"));
  return join(folder, name, "workbook", file?.name ?? expect.fail("no workbook"));
}

type Sheets = Map<string, CellValue[][]>;

async function read(file: string): Promise<Sheets> {
  const { sheets } = await readXlsx(new Uint8Array(await readFile(file)));
  return new Map(sheets.map(({ name, rows }) => [name, rows]));
}

test("every cell of a report is in its sheet, to the last digit", async () => {
  const sheets = await read(await write("cells"));
  const nameOf = ({ name, ofMethod }: Sheet) => (ofMethod ? `${name} ${METHOD}` : name);
  const names = workbook.sheets.map(nameOf);
  expect([...sheets.keys()]).toEqual([...names, "Notes", "Columns"]);
  for (const sheet of workbook.sheets) {
    const { report, byMonth, ofMethod } = sheet;
    const name = nameOf(sheet);
    if (byMonth) continue;
    const definition = DEFINITIONS.find((one) => one.name === report) ?? expect.fail(report);
    const { columns, rows } = await readOnly(store, (db) => readReport(db, definition, PERIOD, [null]));
    const method = columns.indexOf("method");
    const wanted = rows.filter((row) => !ofMethod || row[method] === METHOD);
    const [header = [], ...found] = sheets.get(name) ?? expect.fail(name);
    for (const [nth, row] of wanted.entries())
      for (const [place, column] of columns.entries()) {
        const exact = header.indexOf(`${column} (exact)`);
        const shown = header.findIndex((one) => one === column || one === `${column} (${PERIOD.timeZone})`);
        const cell = (exact < 0 ? null : found[nth]?.[exact]) ?? found[nth]?.[shown] ?? null;
        expect(textOf(cell), `${name}, row ${nth + 1}, ${column}`).toBe(plain(row[place] ?? ""));
      }
  }
});

/** Wall clocks without their offsets, a midnight as its day, and numbers by their value. */
function plain(cell: string): string {
  if (/^-?\d+(\.\d+)?$/.test(cell)) return parseDecimal(cell).toFixed();
  return cell
    .replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(?:Z|[+-]\d\d:\d\d)$/, "$1")
    .replace(/T00:00:00\.000$/, "");
}

function textOf(cell: CellValue): string {
  if (cell === null) return "";
  if (typeof cell === "number") return digits(cell);
  if (cell instanceof Date) return plain(cell.toISOString());
  return plain(`${cell}`);
}

/** The shortest digits that name the double, without an exponent. */
function digits(number: number): string {
  const [mantissa = "", exponent] = `${number}`.split("e");
  return exponent === undefined ? mantissa : number.toFixed(20).replace(/0+$/, "");
}

test("the same books give the same bytes", async () => {
  expect(await readFile(await write("once"))).toEqual(await readFile(await write("again")));
});

test("long numbers are text beside a rounded one, sums are formulas by asset, and no text runs", async () => {
  const columns = [
    { name: "account", kind: "text", isSummed: false },
    { name: "asset", kind: "text", isSummed: false },
    { name: "at", kind: "instant", isSummed: false },
    { name: "amount", kind: "number", isSummed: true },
  ] as const;
  const rows = [
    ["=1+1", "USDT", "2026-03-29T03:00:00.123+02:00", "9007199254740993"],
    ["main", "USDT", "2026-03-01T00:00:00.000+01:00", "-0.1"],
    ["main", "BNB", null, "0.000000000000000001"],
  ];
  const bytes = await workbookBytes({ title: "t", timeZone: "Europe/Berlin", madeAt: instant(0) }, [
    { name: "T", columns, rows },
  ]);
  const [sheet] = (await readXlsx(bytes)).sheets;
  expect(sheet?.rows).toEqual([
    ["account", "asset", "at (Europe/Berlin)", "amount", "amount (exact)"],
    ["=1+1", "USDT", new Date("2026-03-29T03:00:00.123Z"), 9007199254740992, "9007199254740993"],
    ["main", "USDT", new Date("2026-03-01T00:00:00.000Z"), -0.1, null],
    ["main", "BNB", null, 1e-18, null],
    [null, null, null, null, null],
    ["Sum of BNB", null, null, 1e-18, null],
    ["Sum of USDT", null, null, 9007199254740992, null],
  ]);
});

test("a table of too many rows is in workbooks of its own", async () => {
  const one = new StagedWorkbook({
    target: workbook,
    definitions: DEFINITIONS,
    methods: [METHOD],
    period: PERIOD,
    accountIds: null,
    outputFolder: folder,
    folder: "large",
    rowsMax: 2,
  });
  await readOnly(store, (db) => one.stage(db));
  await one.publish();
  const names = (await readdir(join(folder, "large"))).filter((name) => name.includes("disposals"));
  const sheets = await read(
    join(
      folder,
      "large",
      one.facts().find(({ name }) => /^workbook(-INC\w+)?\.xlsx$/.test(name))?.name ?? "",
    ),
  );
  expect(sheets.has("Disposals average")).toBe(false);
  expect(sheets.get("Notes")?.map(([, note]) => note)).toContain(
    `in workbooks of its own: ${names.toSorted().join(", ")}`,
  );
  expect(names.length).toBeGreaterThan(1);
});

/** LibreOffice computes the formulas anew; where it is not installed, nothing is said. */
test.skipIf(!isInstalled())("LibreOffice opens it and finds the same sums", async () => {
  const file = await write("office");
  execFileSync(
    OFFICE,
    [
      "--headless",
      `-env:UserInstallation=file://${folder}/profile`,
      "--convert-to",
      "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,2",
      "--outdir",
      folder,
      file,
    ],
    { stdio: "ignore", timeout: 60_000 },
  );
  const csv = (await readdir(folder)).find((name) => name.endsWith("By month.csv")) ?? expect.fail("no CSV");
  const office = (await readFile(join(folder, csv), "utf8"))
    .split("\n")
    .filter((line) => line.includes("Sum of"));
  const ours = (await read(file)).get("By month")?.filter(([first]) => `${first}`.startsWith("Sum of")) ?? [];
  expect(office.map((line) => line.replaceAll('"', "").split(","))).toEqual(
    ours.map((row) => row.map((cell) => (cell === null ? "" : `${cell}`))),
  );
});

function isInstalled(): boolean {
  try {
    execFileSync(OFFICE, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
