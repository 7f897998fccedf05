/**
 * Tables as the bytes of an .xlsx file; the only file that imports hucre. A number of a spreadsheet is a
 * double, so an amount of more digits is there twice: rounded, to be added up, and as text beside it. The
 * same tables give the same bytes.
 */
import { type CellValue, cellRef, rangeRef, type WriteSheet, writeXlsx } from "hucre/xlsx";
import { type Decimal, formatDecimal, readDecimal, spreadsheetKeeps, sum } from "../domain/decimal.ts";
import { type Instant, parseUtcInstant, toDate } from "../domain/instant.ts";
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

const FORMATS = { instant: "yyyy-mm-dd hh:mm:ss.000", day: "yyyy-mm-dd" } as const;
const BOLD = { font: { bold: true, name: "Calibri", size: 11 } } as const;

/** `madeAt` is written as the time at which the file was made. */
export async function workbookBytes(
  title: string,
  tables: readonly WorkbookTable[],
  madeAt: Instant,
): Promise<Uint8Array> {
  const made = toDate(madeAt);
  return writeXlsx({
    sheets: tables.map(sheetOf),
    properties: { title, creator: "perpbooks", created: made, modified: made },
  });
}

/** A column as it stands in the sheet: of the report, or the exact digits of the one before it. */
type SheetColumn = WorkbookColumn & { readonly place: number; readonly isExact: boolean };

function sheetOf({ name, columns, rows }: WorkbookTable): WriteSheet {
  const shown = columns.flatMap((column, place): SheetColumn[] => {
    const own = { ...column, place, isExact: false };
    const isCut = column.kind === "number" && rows.some((row) => !isKept(row[place] ?? null));
    return isCut
      ? [own, { ...own, name: `${column.name} (exact)`, kind: "text", isSummed: false, isExact: true }]
      : [own];
  });
  const header = shown.map((column) => column.name);
  const body = rows.map((row) => shown.map((column) => cellOf(column, row[column.place] ?? null)));
  const foot = sumsOf(shown, rows);
  const cells: NonNullable<WriteSheet["cells"]> = new Map(
    header.map((_, place) => [`0,${place}`, { style: BOLD }]),
  );
  const firstSum = body.length + 2;
  for (const [nth, { formulas }] of foot.entries())
    for (const [place, formula] of formulas)
      cells.set(`${firstSum + nth},${place}`, { ...formula, style: BOLD });
  const empty: CellValue[] = header.map(() => null);
  const sums = foot.map(({ asset }) => [`Sum of ${asset}`, ...empty.slice(1)]);
  const all: CellValue[][] = [header, ...body, ...(sums.length === 0 ? [] : [empty, ...sums])];
  return {
    name,
    rows: all,
    cells,
    columns: shown.map((column, place) => ({
      width: widthOf(column, place, all),
      ...(column.kind === "instant" || column.kind === "day" ? { numFmt: FORMATS[column.kind] } : {}),
    })),
    freezePane: { rows: 1 },
    ...(body.length === 0 ? {} : { autoFilter: { range: rangeRef(0, 0, body.length, header.length - 1) } }),
    pageSetup: { orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
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

/** The double that is nearest: the exact digits stand beside it where it is another number. */
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

function widthOf({ kind }: SheetColumn, place: number, rows: readonly (readonly CellValue[])[]): number {
  if (kind === "instant") return FORMATS.instant.length + 2;
  let width = 8;
  for (const row of rows) {
    const cell = row[place];
    if (typeof cell === "string" || typeof cell === "number") width = Math.max(width, `${cell}`.length + 2);
  }
  return Math.min(width, WIDTH_MAX);
}
