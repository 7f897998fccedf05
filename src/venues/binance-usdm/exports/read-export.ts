/**
 * Reads the files that Binance's web site and its asynchronous downloads give: transaction and trade histories of USDⓈ-M futures, in every
 * dialect of this folder's README. Pure: bytes in, rows out; the same file gives the same rows.
 *
 * A file is read whole or refused whole. What it was found to lack is never made up, with the few exceptions that `rows.ts` names.
 */
import { type Instant, later, SECOND_MS } from "../../../domain/instant.ts";
import { FieldError } from "../../../domain/json.ts";
import { readCount } from "../../fields.ts";
import { type CsvFile, csvFiles } from "./archive.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { type Dialect, type Layout, readHeader } from "./dialect.ts";
import { readLocalTime, readUtcOffset, type UtcOffset, zonesInName } from "./local-time.ts";
import { refused, shown } from "./refuse.ts";
import { type ExportRow, fillRow, incomeRow } from "./rows.ts";

export type { Dialect } from "./dialect.ts";
export type { ExportRow } from "./rows.ts";

export type ExportFile = {
  /** The file's own name, without its folder: it may hold the time zone. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The zone of the file's times, such as `UTC+3`, by the user's word. It wins over the name, and a header that says UTC wins over it. */
  readonly timeZone?: string;
  /** Said by those who know that the account is in one-way mode; for trade histories without a column Position Side. */
  readonly positionSide?: "BOTH";
};

export type ExportPart = {
  /** The file, and the one inside of it where it is a zip: `download.zip/part.csv`. */
  readonly file: string;
  readonly dialect: Dialect;
  readonly stream: "income" | "fills";
  /** Oldest first; rows of one second in the order of the file, read from its older end. */
  readonly rows: readonly ExportRow[];
  /** The first row's second; null where there are no rows. */
  readonly from: Instant | null;
  /** The end of the last row's second, which the rows of `split` may share with the next part's; null where there are no rows. */
  readonly until: Instant | null;
  /** Which part of an export this is that Binance has split over several files; null where the name says nothing of it. */
  readonly split: { readonly part: number; readonly of: number } | null;
};

/** Throws a `UsageError` for a file that is not understood in full, or that would have to be guessed at. */
export function readExport(file: ExportFile): readonly ExportPart[] {
  return csvFiles(file.name, file.bytes).map((csv) => readPart(file, csv));
}

const NO_DATA = /^no data matches the criteria\.?$/i;

function readPart(asked: ExportFile, csv: CsvFile): ExportPart {
  const [header, ...all] = readCsv(csv.file, csv.bytes);
  if (header === undefined) {
    throw refused({
      where: csv.file,
      what: "a header was expected, found a blank file",
      next: "download it again",
    });
  }
  const layout = readHeader(csv.file, header.line, header.cells);
  const lines = all.filter(({ cells }) => !NO_DATA.test(cells[0] ?? ""));
  const rows = lines.length === 0 ? [] : readRows(asked, csv, layout, lines);
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    file: csv.file,
    dialect: layout.dialect,
    stream: layout.stream,
    rows,
    from: first?.occurredAt ?? null,
    until: last === undefined ? null : later(last.occurredAt, SECOND_MS),
    split: splitOf(csv.names),
  };
}

function readRows(
  asked: ExportFile,
  csv: CsvFile,
  layout: Layout,
  lines: readonly CsvRow[],
): readonly ExportRow[] {
  const offset = layout.isUtc ? 0 : zoneOf(asked, csv);
  requirePositionSide(asked, csv, layout);
  const mistakes: string[] = [];
  const timed = lines.flatMap((line) => {
    try {
      return [{ line, occurredAt: readTime(layout, line, offset) }];
    } catch (error) {
      mistakes.push(mistakeOf(line, error));
      return [];
    }
  });
  const placeAfter = placeCounter();
  const rows = oldestFirst(timed).flatMap(({ line, occurredAt }) => {
    const row = { columns: layout.columns, cells: line.cells };
    const context = {
      source: csv.file,
      occurredAt,
      place: placeAfter(`${occurredAt} ${layout.columns.cell(line.cells, "symbol")}`),
      positionSide: asked.positionSide ?? null,
    };
    try {
      return [layout.stream === "income" ? incomeRow(row, context) : fillRow(row, context)];
    } catch (error) {
      mistakes.push(mistakeOf(line, error));
      return [];
    }
  });
  if (mistakes.length > 0) throw rowsNotUnderstood(csv.file, mistakes, lines.length);
  return rows;
}

function readTime({ columns, timeColumn }: Layout, { cells }: CsvRow, offset: UtcOffset): Instant {
  // A decimal comma makes one cell two, and everything behind it would be read from the wrong column.
  if (cells.length < columns.count || cells.slice(columns.count).some((cell) => cell !== "")) {
    throw new FieldError(`${columns.count} cells were expected as in the header, found ${cells.length}`);
  }
  return readLocalTime(columns.heading(timeColumn), columns.cell(cells, timeColumn), offset);
}

/** Sorted by time. Files run one way or the other, and rows of one second say which came first by their place only. */
function oldestFirst<Timed extends { readonly occurredAt: Instant }>(rows: readonly Timed[]): Timed[] {
  const steps = rows.slice(1).map((row, index) => row.occurredAt - (rows[index]?.occurredAt ?? 0));
  const back = steps.filter((step) => step < 0).length;
  const forth = steps.filter((step) => step > 0).length;
  const inOrder = back > forth ? rows.toReversed() : rows;
  return inOrder.toSorted((a, b) => a.occurredAt - b.occurredAt);
}

function placeCounter(): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const place = (counts.get(key) ?? 0) + 1;
    counts.set(key, place);
    return place;
  };
}

function mistakeOf({ line }: CsvRow, error: unknown): string {
  if (error instanceof FieldError) return `line ${line}: ${error.message}`;
  throw error;
}

const MISTAKES_SHOWN = 5;

function rowsNotUnderstood(file: string, mistakes: readonly string[], rows: number): Error {
  const rest = mistakes.length - MISTAKES_SHOWN;
  return refused({
    where: file,
    what: `${mistakes.length} of ${rows} ${rows === 1 ? "row is" : "rows are"} not understood`,
    evidence: [...mistakes.slice(0, MISTAKES_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])],
    next: "import the file as it was downloaded: a spreadsheet that saves it rewrites ids, times and amounts; if it was not touched, report these lines",
  });
}

/** The zone by the user's word, else by the file's name; never UTC by default: every row would be hours off, and most days' sums wrong. */
function zoneOf(asked: ExportFile, csv: CsvFile): UtcOffset {
  const next = "say in which zone the file's times are, such as UTC+3, or give the file back its own name";
  if (asked.timeZone !== undefined) {
    const offset = readUtcOffset(asked.timeZone);
    if (offset !== null) return offset;
    throw refused({
      where: csv.file,
      what: `a time zone like UTC+3, UTC-5 or UTC+5:30 was expected, found ${shown(asked.timeZone)}`,
      next: "give the zone as an offset from UTC: the one that was set on Binance's site when the file was made",
    });
  }
  const zones = csv.names.flatMap(zonesInName);
  const [offset, ...others] = new Set(zones.map(readUtcOffset));
  if (offset !== undefined && offset !== null && others.length === 0) return offset;
  const evidence = [
    "the header does not say UTC, so the times are in the zone that was set on Binance's site when the file was made",
    zones.length === 0
      ? "the file's name, where Binance writes it, holds no zone like (UTC+3)"
      : `the file's name holds ${[...new Set(zones)].join(" and ")}`,
  ];
  throw refused({ where: csv.file, what: "the time zone of the file is not known", evidence, next });
}

/** Without it, a fill could belong to any of three positions. Who knows the account's mode says so. */
function requirePositionSide(asked: ExportFile, csv: CsvFile, { columns, stream }: Layout): void {
  if (stream === "income" || columns.has("position side") || asked.positionSide !== undefined) return;
  throw refused({
    where: csv.file,
    what: "the file does not say which position its fills belong to",
    evidence: [
      "it has no column Position Side, and the account is not known to have been in one-way mode all along",
    ],
    next: "import the variant with the column Position Side, as the interface's own download (trade/asyn) gives it",
  });
}

/** `-part1-of2` in the innermost name that has it. */
function splitOf(names: readonly string[]): ExportPart["split"] {
  const found = names
    .map((name) => /-part(\d{1,4})-of(\d{1,4})/.exec(name))
    .findLast((match) => match !== null);
  const [part, of] = [readCount(found?.[1] ?? ""), readCount(found?.[2] ?? "")];
  return part === null || of === null ? null : { part, of };
}
