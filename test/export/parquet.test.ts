/** Tables as Parquet: read back cell by cell by a reader of another kind, beside what the database says. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMetaData, parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatInstant } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { parquet } from "../../src/export/targets/parquet.ts";
import { writeExports } from "../../src/export/write-exports.ts";
import { ParquetFile } from "../../src/export/write-parquet.ts";
import { listReports } from "../../src/report/definition.ts";
import { openSelect, type RowCells, readOnly } from "../../src/store/read-only.ts";
import { sqlFileQuery } from "../../src/store/sql-file.ts";
import type { Store } from "../../src/store/store.ts";
import { addRareRows, fillStore } from "../report/small-books.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const PERIOD = parsePeriod("2026-02-01..2026-04-01", "Europe/Berlin");
const TEXT = 25;
const [BOOLEAN, BIGINT, INTEGER, TIMESTAMP, NUMERIC] = [16, 20, 23, 1184, 1700];

let store: Store;
let folder: string;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
  folder = await mkdtemp(join(tmpdir(), "perpbooks-parquet-"));
  await fillStore(store);
  await addRareRows(store);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

type Read = { readonly names: string[]; readonly rows: (string | null)[][]; readonly metadata: FileMetaData };

/** All cells as text. Decimals are read as their bytes: the reader itself would make floats of them. */
async function read(bytes: Uint8Array): Promise<Read> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const columns = metadata.schema.slice(1);
  const scales = new Map(
    columns.map(({ name, converted_type, scale }) => [name, converted_type === "DECIMAL" ? scale : null]),
  );
  const raw = structuredClone(metadata);
  for (const element of raw.schema) {
    if (element.converted_type !== "DECIMAL") continue;
    delete element.converted_type;
    delete element.logical_type;
  }
  const objects = await parquetReadObjects({ file, metadata: raw, utf8: false });
  const names = columns.map(({ name }) => name);
  return {
    names,
    metadata,
    rows: objects.map((row) => names.map((name) => cellText(row[name], scales.get(name) ?? null))),
  };
}

function cellText(value: unknown, scale: number | null): string | null {
  if (value === null || value === undefined) return null;
  if (scale === null) return value instanceof Date ? value.toISOString() : String(value);
  if (!(value instanceof Uint8Array))
    throw new Error(`a decimal's bytes were expected, found ${String(value)}`);
  return plain(BigInt.asIntN(128, BigInt(`0x${Buffer.from(value).toString("hex")}`)), scale);
}

function plain(unscaled: bigint, scale: number): string {
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, "0");
  return trimmed(`${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
}

function trimmed(decimal: string): string {
  const text = decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
  return text === "-0" ? "0" : text;
}

test("every cell of every table is there, to the last digit, and the same twice", async () => {
  const write = async (name: string) => {
    const { manifests } = await writeExports({
      store,
      wanted: [{ target: parquet, granularity: "event", words: {}, methods: [] }],
      definitions: await listReports(null),
      period: PERIOD,
      reportingCurrency: null,
      accountIds: null,
      outputFolder: join(folder, name),
      within: "",
    });
    return manifests.get("parquet")?.files ?? [];
  };
  const files = await write("once");
  const accounts = (
    await store.db.selectFrom("raw.account").select("account_id").orderBy("account_id").execute()
  ).map(({ account_id }) => account_id);
  const span = { from: formatInstant(PERIOD.from), until: formatInstant(PERIOD.until) };
  for (const { name, statement } of parquet.tables) {
    const file = files.find((one) => one.name.startsWith(name)) ?? expect.fail(name);
    const found = await read(await readFile(join(folder, "once", "parquet", file.name)));
    const wanted: (string | null)[][] = [];
    await readOnly(store, async (db) => {
      for (const account_id of accounts) {
        const { columns, batches } = await openSelect(db, sqlFileQuery(statement, { account_id, ...span }), {
          where: "test",
          next: "",
        });
        expect(found.names).toEqual(columns.map((column) => column.name));
        for await (const rows of batches)
          for (const row of rows)
            wanted.push(
              row.map((cell, at) =>
                cell !== null && columns[at]?.typeId === NUMERIC ? trimmed(cell) : cell,
              ),
            );
      }
    });
    expect(found.rows, name).toEqual(wanted);
    expect(found.rows.length, name).toBeGreaterThan(0);
    expect(file.rows, name).toBe(wanted.length);
  }
  expect(await write("twice")).toEqual(files);
});

async function written(typeId: number, cells: readonly (string | null)[], name = "a"): Promise<Read> {
  const parts: Uint8Array[] = [];
  const file = new ParquetFile("cells.parquet", [{ name, typeId }], async (bytes) => {
    parts.push(bytes);
  });
  await file.add(cells.map((cell): RowCells => [cell]));
  await file.end();
  return read(Buffer.concat(parts));
}

test.each([
  {
    typeId: NUMERIC,
    cells: [
      "0",
      "-0.000000000000000001",
      "9007199254740993.000000000000000001",
      null,
      "99999999999999999999.999999999999999999",
      "-99999999999999999999.999999999999999999",
      "1.5",
    ],
  },
  { typeId: TIMESTAMP, cells: ["2026-01-02T03:04:05.678Z", null, "1969-12-31T23:59:59.999Z"] },
  { typeId: BIGINT, cells: ["9223372036854775807", "-9223372036854775808", null] },
  { typeId: INTEGER, cells: ["2147483647", "-1", null] },
  { typeId: BOOLEAN, cells: ["true", "false", null] },
  { typeId: TEXT, cells: ["", "Ä€ \u{1f600}", null, "null", "1.50"] },
  { typeId: NUMERIC, cells: [null, null] },
  { typeId: NUMERIC, cells: [] },
])("cells of type $typeId come back as they went: $cells", async ({ typeId, cells }) => {
  expect((await written(typeId, cells)).rows).toEqual(cells.map((cell) => [cell]));
});

test("amounts are decimals and instants are of UTC, also for readers that go by either kind of type", async () => {
  const typeOf = async (typeId: number) => (await written(typeId, [])).metadata.schema[1];
  expect(await typeOf(NUMERIC)).toMatchObject({
    type: "FIXED_LEN_BYTE_ARRAY",
    type_length: 16,
    converted_type: "DECIMAL",
    precision: 38,
    scale: 18,
    logical_type: { type: "DECIMAL", precision: 38, scale: 18 },
  });
  expect(await typeOf(TIMESTAMP)).toMatchObject({
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  });
});

test.each(["100000000000000000000", "0.0000000000000000001", "NaN", "Infinity"])(
  "%s does not fit, and is refused",
  async (cell) => {
    await expect(
      written(NUMERIC, ["1", cell], "fee"),
    ).rejects.toThrow(`cells.parquet: an amount does not fit: 20 digits before the point and 18 behind it are the most
  fee is ${cell}
  nothing was rounded, and no file was written`);
  },
);

test("rows are written in groups, so that a file may be longer than the memory", async () => {
  const cells = Array.from({ length: 45_000 }, (_, at) => `${at}.5`);
  const { rows, metadata } = await written(NUMERIC, cells);
  expect(rows.map(([cell]) => cell)).toEqual(cells);
  expect(metadata.row_groups.map(({ num_rows }) => num_rows)).toEqual([20_000n, 20_000n, 5_000n]);
});
