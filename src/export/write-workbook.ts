/**
 * Tables as the bytes of an .xlsx file; the only file that imports hucre. A spreadsheet's number is a double,
 * so an amount with more digits is written twice: rounded, to be added up, and as text beside it. The same
 * tables give the same bytes: hucre packs with Node's zlib, whose bytes differ between versions, so the file
 * is packed again with fflate.
 */
import { unzipSync, zipSync } from "fflate";
import { type CellValue, cellRef, rangeRef, type WriteSheet, writeXlsx } from "hucre/xlsx";
import { type Decimal, formatDecimal, readDecimal, spreadsheetKeeps, sum } from "../domain/decimal.ts";
import { type Instant, parseUtcInstant, toDate } from "../domain/instant.ts";
import { greatest } from "../domain/lists.ts";
import { printable } from "../domain/printable.ts";
import type { RowCells } from "../store/read-only.ts";

export type WorkbookColumn = {
  readonly name: string;
  readonly kind: "text" | "instant" | "day" | "number";
  /** Whether amounts of one asset may be added up. */
  readonly isSummed: boolean;
};

export type WorkbookTable = {
  readonly name: string;
  readonly columns: readonly WorkbookColumn[];
  readonly rows: readonly RowCells[];
};

/** What a cell can hold. */
const CELL_CHARACTERS_MAX = 32_767;
const WIDTH_MAX = 60;
/** The characters of a text that fit into such a width, less some for the ends of words. */
const CHARACTERS_A_LINE = 52;
const LINE_POINTS = 15;
/** What Excel allows. */
const HEIGHT_POINTS_MAX = 409;
/** The width that a landscape page shows at half size; wider sheets take several pages. */
const PAGE_WIDTH = 240;
/** The first instant that a zip file can name, as clocks show it everywhere. */
const PACKED_AT = "1980-01-01T00:00:00";

const FORMATS = { instant: "yyyy-mm-dd hh:mm:ss.000", day: "yyyy-mm-dd" } as const;
/** A column's point is at most so far in front of its end. */
const DECIMALS_MAX = 18;
const BOLD = { font: { bold: true, name: "Calibri", size: 11 } } as const;
/** Aside of the filter's sign, which stands at the right. */
const OVER_NUMBERS = { ...BOLD, alignment: { horizontal: "right", indent: 2 } } as const;

export type WorkbookFacts = {
  readonly title: string;
  /** Whose clocks the times are of. */
  readonly timeZone: string;
  /** Written as the time at which the file was made. */
  readonly madeAt: Instant;
};

export async function workbookBytes(
  { title, timeZone, madeAt }: WorkbookFacts,
  tables: readonly WorkbookTable[],
): Promise<Uint8Array> {
  const made = toDate(madeAt);
  const bytes = await writeXlsx({
    sheets: tables.map((table) => ({
      ...sheetOf(table, timeZone),
      headerFooter: {
        oddHeader: `&L${title.replaceAll("&", "&&")}&R&A`,
        oddFooter: `&LTimes: ${timeZone}&R&P / &N`,
      },
    })),
    // hucre's own setting writes a name with a blank without quotes, which Excel does not read.
    namedRanges: tables.map(({ name }) => ({
      name: "_xlnm.Print_Titles",
      range: `'${name.replaceAll("'", "''")}'!$1:$1`,
      scope: name,
    })),
    properties: { title, creator: "perpbooks", created: made, modified: made },
  });
  return zipSync(unzipSync(bytes), { mtime: PACKED_AT });
}

/** One sheet of cells as they are; a number is one where a double holds every digit of it. */
export async function sheetBytes(name: string, rows: readonly (readonly string[])[]): Promise<Uint8Array> {
  const cells = rows.map((row) => row.map((cell) => (isNumber(cell) ? nearest(cell) : printable(cell))));
  const made = toDate(parseUtcInstant(`${PACKED_AT}Z`));
  const properties = { creator: "perpbooks", created: made, modified: made };
  const bytes = await writeXlsx({ sheets: [{ name, rows: cells }], properties });
  return zipSync(unzipSync(bytes), { mtime: PACKED_AT });
}

function isNumber(cell: string): boolean {
  return readDecimal(cell) !== null && spreadsheetKeeps(cell);
}

/** A column of the sheet: one of the report's, or the exact digits of the one before it. */
type SheetColumn = WorkbookColumn & { readonly place: number; readonly isExact: boolean };

function sheetOf({ name, columns, rows }: WorkbookTable, timeZone: string): WriteSheet {
  const shown = columns.flatMap((column, place): SheetColumn[] => {
    const own = { ...column, place, isExact: false };
    const isCut = column.kind === "number" && rows.some((row) => !isKept(row[place] ?? null));
    return isCut
      ? [own, { ...own, name: `${column.name} (exact)`, kind: "text", isSummed: false, isExact: true }]
      : [own];
  });
  const header = shown.map(({ name, kind }) => (isTime(kind) ? `${name} (${timeZone})` : name));
  const body = rows.map((row) => shown.map((column) => cellOf(column, row[column.place] ?? null)));
  const foot = sumsOf(shown, rows);
  const formats = shown.map((column) => formatOf(column, rows));
  const cells: NonNullable<WriteSheet["cells"]> = new Map(
    shown.map(({ kind }, place) => [`0,${place}`, { style: kind === "number" ? OVER_NUMBERS : BOLD }]),
  );
  const firstSum = body.length + 2;
  for (const [nth, { formulas }] of foot.entries())
    for (const [place, formula] of formulas)
      cells.set(`${firstSum + nth},${place}`, {
        ...formula,
        style: { ...BOLD, numFmt: formats[place] ?? "General" },
      });
  const empty: CellValue[] = header.map(() => null);
  const sums = foot.map(({ asset }) => [`Sum of ${asset}`, ...empty.slice(1)]);
  const all: CellValue[][] = [header, ...body, ...(sums.length === 0 ? [] : [empty, ...sums])];
  const widths = shown.map((column, place) =>
    widthOf(column, formats[place] ?? null, [
      ...all.map((row) => row[place] ?? null),
      ...foot.map(({ formulas }) => formulas.get(place)?.formulaResult ?? null),
    ]),
  );
  const pages = Math.ceil(widths.reduce((whole, width) => whole + width, 0) / PAGE_WIDTH);
  return {
    name,
    rows: all,
    cells,
    columns: shown.map(({ kind }, place) => ({
      width: widths[place] ?? WIDTH_MAX,
      ...(formats[place] === null ? {} : { numFmt: formats[place] ?? "General" }),
      style: {
        alignment: {
          vertical: "top",
          ...(kind === "number" ? {} : { horizontal: "left" }),
          wrapText: kind === "text" && widths[place] === WIDTH_MAX,
        },
      },
    })),
    rowDefs: heightsOf(all),
    freezePane: { rows: 1 },
    ...(body.length === 0 ? {} : { autoFilter: { range: rangeRef(0, 0, body.length, header.length - 1) } }),
    pageSetup: {
      paperSize: "a4",
      orientation: "landscape",
      fitToPage: true,
      fitToWidth: pages,
      fitToHeight: 0,
    },
  };
}

function isKept(cell: string | null): boolean {
  return cell === null || readDecimal(cell) === null || spreadsheetKeeps(cell);
}

function cellOf({ kind, isExact }: SheetColumn, cell: string | null): CellValue {
  if (cell === null || cell === "") return null;
  if (isExact) return isKept(cell) ? null : cell;
  const wallClock = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}\.\d{3}))?/.exec(cell);
  if ((kind === "instant" || kind === "day") && wallClock !== null)
    return toDate(parseUtcInstant(`${wallClock[1]}T${wallClock[2] ?? "00:00:00.000"}Z`));
  if (kind === "number" && readDecimal(cell) !== null) return nearest(cell);
  const text = printable(cell);
  return text.length <= CELL_CHARACTERS_MAX ? text : `${text.slice(0, CELL_CHARACTERS_MAX - 1)}…`;
}

/** The nearest double; where it is not exact, the exact digits are beside it. */
function nearest(decimal: string): number {
  return Number(decimal);
}

type Formula = { readonly formula: string; readonly formulaResult: number };
type Sums = { readonly asset: string; readonly formulas: ReadonlyMap<number, Formula> };

/** One row for each asset; assets are never added up. */
function sumsOf(shown: readonly SheetColumn[], rows: readonly RowCells[]): Sums[] {
  const assetAt = shown.findIndex(({ name }) => name === "asset");
  const asset = shown[assetAt];
  if (asset === undefined || !shown.some(({ isSummed }) => isSummed)) return [];
  const range = (place: number) => rangeRef(1, place, rows.length, place);
  const of = (row: RowCells) => row[asset.place] ?? "";
  const assets = [...new Set(rows.map(of))].filter((name) => name !== "").toSorted();
  return assets.map((name, nth) => {
    const formulas = new Map<number, Formula>();
    const word = cellRef(rows.length + 2 + nth, 0);
    for (const [place, column] of shown.entries()) {
      if (!column.isSummed || place === 0) continue;
      const amounts = rows.flatMap((row): Decimal[] => {
        const amount = of(row) === name ? readDecimal(row[column.place] ?? "") : null;
        return amount === null ? [] : [amount];
      });
      formulas.set(place, {
        formula: `SUMIFS(${range(place)},${range(assetAt)},MID(${word},8,99))`,
        formulaResult: nearest(formatDecimal(sum(amounts))),
      });
    }
    return { asset: name, formulas };
  });
}

/**
 * Amounts of a column stand under each other by their points; null for text. As many decimals as the column
 * has, of which a currency shows two where it has none.
 */
function formatOf({ kind, place, isSummed }: SheetColumn, rows: readonly RowCells[]): string | null {
  if (kind === "text") return null;
  if (kind !== "number") return FORMATS[kind];
  const decimals = greatest(
    rows.map((row) => {
      const cell = row[place] ?? "";
      const [, behind = ""] = readDecimal(cell) === null ? [] : cell.replace(/0+$/, "").split(".");
      return cell.includes(".") ? behind.length : 0;
    }),
  );
  const shown = Math.min(DECIMALS_MAX, Math.max(isSummed ? 2 : 0, decimals));
  const always = Math.min(2, shown);
  const point = shown === 0 ? "" : `.${"0".repeat(always)}${"?".repeat(shown - always)}`;
  return `#,##0${point}_)`;
}

function widthOf({ kind }: SheetColumn, format: string | null, cells: readonly CellValue[]): number {
  const [head, ...body] = cells;
  // The filter's arrow takes space beside the header.
  const least = Math.max(8, `${head ?? ""}`.length + 4);
  if (kind === "instant" || kind === "day") return Math.max(least, FORMATS[kind].length + 2);
  const behind = format?.split(".")[1]?.length ?? 0;
  const widths = body.map((cell) => {
    if (typeof cell === "string") return cell.length + 2;
    if (typeof cell !== "number") return 0;
    const whole = `${Math.trunc(cell)}`.length;
    return whole + Math.floor(whole / 3) + behind + 3;
  });
  return Math.min(WIDTH_MAX, greatest([least, ...widths]));
}

/** Heights of rows with wrapped text: not every program computes them itself. */
function heightsOf(rows: readonly (readonly CellValue[])[]): Map<number, { height: number }> {
  const heights = new Map<number, { height: number }>();
  for (const [nth, row] of rows.entries()) {
    const lines = greatest(
      row.map((cell) => {
        const isCut = typeof cell === "string" && cell.length + 2 > WIDTH_MAX;
        return isCut ? Math.ceil(cell.length / CHARACTERS_A_LINE) : 1;
      }),
    );
    if (lines > 1) heights.set(nth, { height: Math.min(lines * LINE_POINTS, HEIGHT_POINTS_MAX) });
  }
  return heights;
}

function isTime(kind: WorkbookColumn["kind"]): boolean {
  return kind === "instant" || kind === "day";
}
