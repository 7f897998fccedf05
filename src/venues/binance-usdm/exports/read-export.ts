/**
 * Reads the files that Binance's web site and its asynchronous downloads give: transaction and trade
 * histories of USDⓈ-M futures, in every dialect of this folder's README. The same bytes give the same rows,
 * one after the other, in memory that does not grow with them.
 *
 * A file is read whole or refused whole. A missing field is never made up, with the few exceptions that
 * `rows.ts` names.
 */
import { counted } from "../../../domain/counted.ts";
import type { Instant } from "../../../domain/instant.ts";
import { FieldError } from "../../../domain/json.ts";
import { readCount } from "../../fields.ts";
import type { HistoryFile, HistoryFileRow, HistoryFileTable } from "../../venue.ts";
import { type CsvFile, csvFiles } from "./archive.ts";
import { type CsvRow, readCsv } from "./csv.ts";
import { type Layout, readHeader } from "./dialect.ts";
import { readLocalTime, readUtcOffset, type UtcOffset, zonesInName } from "./local-time.ts";
import { refused, shown } from "./refuse.ts";
import { fillRow, incomeRow } from "./rows.ts";

/**
 * Throws a `UsageError` for a file that is not understood in full, or that would have to be guessed at:
 * before its first row, or after its last.
 */
export async function* readExport(file: HistoryFile): AsyncGenerator<HistoryFileTable> {
  for await (const csv of csvFiles(file.name, file.source)) yield await readTable(file, csv);
}

const NO_DATA = /^no data matches the criteria\.?$/i;

async function readTable(requested: HistoryFile, csv: CsvFile): Promise<HistoryFileTable> {
  const lines = readCsv(csv.file, csv.chunks);
  const { value: header } = await lines.next();
  if (header === undefined) {
    throw refused({
      where: csv.file,
      what: "a header was expected, found a blank file",
      next: "download it again",
    });
  }
  const layout = readHeader(csv.file, header.line, header.cells);
  const { columns, stream } = layout;
  return {
    file: csv.file,
    stream,
    namesPositionSide: columns.has("position side"),
    hasIds: stream === "income" || columns.has("trade id"),
    split: splitOf(csv.names),
    rows: readRows(requested, csv, layout, lines),
  };
}

/** Goes on to the end of the file whatever is wrong in it, so that all of it is said at once. */
async function* readRows(
  requested: HistoryFile,
  csv: CsvFile,
  layout: Layout,
  lines: AsyncIterable<CsvRow>,
): AsyncGenerator<HistoryFileRow> {
  const mistakes = new Mistakes(csv.file);
  let offset: UtcOffset | null = null;
  for await (const { line, cells } of lines) {
    if (NO_DATA.test(cells[0] ?? "")) continue;
    mistakes.rows += 1;
    // An export without rows needs no zone and no mode.
    if (offset === null) {
      offset = zoneOf(requested, csv, layout);
      requirePositionSide(requested, csv, layout);
    }
    try {
      const occurredAt = readTime(layout, cells, offset);
      const row = { columns: layout.columns, cells };
      const context = { source: csv.file, line, occurredAt, positionSide: requested.positionSide ?? null };
      const read = layout.stream === "income" ? incomeRow(row, context) : fillRow(row, context);
      if (mistakes.count === 0) yield read;
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      mistakes.add(`line ${line}: ${error.message}`);
    }
  }
  mistakes.refuse();
}

function readTime({ columns, timeColumn }: Layout, cells: readonly string[], offset: UtcOffset): Instant {
  // A decimal comma makes two cells of one, and everything after it would be read from the wrong column.
  if (cells.length < columns.count || cells.slice(columns.count).some((cell) => cell !== "")) {
    throw new FieldError(`${columns.count} cells were expected as in the header, found ${cells.length}`);
  }
  return readLocalTime(columns.heading(timeColumn), columns.cell(cells, timeColumn), offset);
}

const MISTAKES_SHOWN = 5;

/** The rows of a file that are not understood: how many, and the first of them. */
class Mistakes {
  rows = 0;
  count = 0;
  readonly #file: string;
  readonly #shown: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(words: string): void {
    this.count += 1;
    if (this.count <= MISTAKES_SHOWN) this.#shown.push(words);
  }

  /** Throws a `UsageError` if there are any. */
  refuse(): void {
    if (this.count === 0) return;
    const rest = this.count - this.#shown.length;
    throw refused({
      where: this.#file,
      what: `${this.count} of ${counted(this.rows, "row is", "rows are")} not understood`,
      evidence: [...this.#shown, ...(rest > 0 ? [`and ${rest} more`] : [])],
      next: "import the file as it was downloaded: a spreadsheet that saves it rewrites ids, times and amounts; if it was not touched, report these lines",
    });
  }
}

/**
 * The zone that the header, the file's name and the user's word agree on, as far as they name one; never UTC
 * by default: every row would be hours off, and most days' sums wrong. None of them wins over another: one
 * that is wrong would move rows into another month without a word.
 */
function zoneOf(requested: HistoryFile, csv: CsvFile, { columns, timeColumn, zone }: Layout): UtcOffset {
  const told = [
    ...(zone === null ? [] : [{ by: `the header's column ${columns.heading(timeColumn)}`, zone }]),
    ...csv.names.flatMap(zonesInName).map((inName) => ({ by: "the file's name", zone: inName })),
    ...(requested.timeZone === undefined
      ? []
      : [{ by: "the zone that was given for it", zone: requested.timeZone }]),
  ].map((one) => ({ ...one, offset: readUtcOffset(one.zone) }));
  const unread = told.find(({ offset }) => offset === null);
  if (unread !== undefined) {
    throw refused({
      where: csv.file,
      what: `a time zone like UTC+3, UTC-5 or UTC+5:30 was expected, found ${shown(unread.zone)}`,
      evidence: [`it is what ${unread.by} says`],
      next: "give the zone as an offset from UTC: the one that was set on Binance's site when the file was made",
    });
  }
  const offsets = [...new Set(told.flatMap(({ offset }) => (offset === null ? [] : [offset])))];
  const [offset] = offsets;
  if (offset !== undefined && offsets.length === 1) return offset;
  if (offset !== undefined) {
    throw refused({
      where: csv.file,
      what: "two time zones are given for it, and its rows would have different times in each",
      evidence: told.map((one) => `${one.by} says ${one.zone}`),
      next: "see which zone was set on Binance's site when the file was made; then correct what was given, or take the wrong zone out of the file's name",
    });
  }
  throw refused({
    where: csv.file,
    what: "the time zone of the file is not known",
    evidence: [
      "the header names none, so the times are in the zone that was set on Binance's site when the file was made",
      "the file's name, where Binance writes it, holds no zone like (UTC+3)",
    ],
    next: "give the zone of the file's times with --file-time-zone UTC+3, or give the file back its own name",
  });
}

/** Without it, a fill could belong to any of three positions. Who knows the account's mode says so. */
function requirePositionSide(requested: HistoryFile, csv: CsvFile, { columns, stream }: Layout): void {
  if (stream === "income" || columns.has("position side") || requested.positionSide !== undefined) return;
  throw refused({
    where: csv.file,
    what: "the file does not say which position its fills belong to",
    evidence: [
      "it has no column Position Side, and the account is not known to have been in one-way mode all along",
    ],
    next: "import the variant with the column Position Side, as the interface's own download (trade/asyn) gives it",
  });
}

const PART = /[-_ ]*part[-_ ]*(\d{1,4})[-_ ]*of[-_ ]*(\d{1,4})/i;

/**
 * `-part1-of2` in the innermost name that has it, however a person or a browser (` (1)`) may have spelt it
 * since.
 */
function splitOf(names: readonly string[]): HistoryFileTable["split"] {
  const name = names.findLast((candidate) => PART.test(candidate)) ?? "";
  const [, number = "", count = ""] = PART.exec(name) ?? [];
  const [part, of] = [readCount(number), readCount(count)];
  if (part === null || of === null) return null;
  const common = (candidate: string) => candidate.replace(PART, "").replace(/ \(\d+\)(?=\.|$)/g, "");
  return { part, of, download: names.map(common).join("/") };
}
