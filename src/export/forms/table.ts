/** Targets whose files are tables. */
import { roundDown, roundHalfUp } from "../../domain/decimal.ts";
import { csvLines, type LineEnd } from "../../report/write-csv.ts";
import type { EventKind, ExportEvent } from "../events.ts";
import {
  type Apart,
  type Books,
  type Column,
  type Direction,
  type Piece,
  type Rest,
  type Target,
  type TargetFacts,
  type Word,
  type Writer,
  wordOf,
} from "../target.ts";
import { carrier, valuer } from "./amounts.ts";

export type Table = TargetFacts & {
  /** By kind of event, all of them; null where the table has no such column. */
  readonly tags: Readonly<Record<EventKind, Word>> | null;
  readonly types?: NonNullable<Target["types"]>;
  /** One file for each account, or one for all, whose rows name theirs. */
  readonly files: "by account" | "one";
  readonly columns: readonly Column[];
  /** What the tool does not take with the rest: in a file of its own, so that nothing is dropped. */
  readonly apart?: Apart;
  /** Of dates without a time; where absent, UTC. */
  readonly zone?: "configured";
  readonly lineEnd: LineEnd;
  /** Without the header; more go into further files. Null where the tool names no limit. */
  readonly rowsMax: number | null;
  /**
   * Of amounts; what is below is carried to the next row of the account and asset. Null where every digit is
   * taken.
   */
  readonly decimals: number | null;
  readonly skipsTwins: boolean;
  /** Beside each file a workbook with the same rows, for a tool that reads nothing else. */
  readonly isWorkbookToo?: true;
};

/**
 * A target whose files are tables. Text that a spreadsheet would run is neutralised, numbers are never
 * touched.
 */
export function table(of: Table): Target {
  return {
    ...of,
    form: [
      `CSV in UTF-8, commas, a decimal point, lines that end in ${of.lineEnd === "\n" ? "LF" : "CR LF"}. ${of.zone === undefined ? "Times are UTC." : "Dates are those of the configuration's time zone."}`,
      ...(of.currency === undefined
        ? []
        : ["Amounts are in the reporting currency; what has no price is in no row, and named below."]),
      of.files === "one" ? "One file for all accounts." : "One file for each account.",
      ...(of.replacesEarlier === undefined
        ? []
        : ["Always all there is: an import replaces those before it."]),
      ...(of.apart === undefined
        ? []
        : [
            `In a file of its own, \`….${of.apart.name}.csv\`, what is ${of.apart.kinds.join(", ").replaceAll("_", " ")}.`,
          ]),
      ...(of.rowsMax === null ? [] : [`At most ${of.rowsMax} rows a file; more are in further files.`]),
      ...(of.isWorkbookToo === undefined
        ? []
        : [
            "Beside each, the same rows as a workbook, `….xlsx`, whose amounts are numbers where 15 digits hold them, else text.",
          ]),
      ...(of.decimals === null
        ? ["Every digit of every amount."]
        : [`Amounts have ${of.decimals} decimals; what is below is carried to the next row of the asset.`]),
    ],
    reads: "events",
    words:
      of.tags === null
        ? null
        : { key: "tags", defaults: of.tags, fault: (_, word, directions) => typeFault(of, word, directions) },
    zone: of.zone ?? "UTC",
    open: (books) => tableWriter(of, books),
  };
}

function typeFault({ types }: Table, word: string, directions: readonly Direction[]): string | null {
  const wrong = types && directions.find((direction) => !types[direction].includes(word));
  if (types === undefined || wrong === undefined) return null;
  return `of what is ${wrong}, the tool knows ${types[wrong].join(", ")}; another word would turn the amount around`;
}

function tableWriter(of: Table, books: Books): Writer {
  const round = of.currency === undefined ? roundDown : roundHalfUp;
  const carry = of.decimals === null ? null : carrier(of.decimals, round);
  const priced = of.currency === undefined ? null : valuer();
  const { apart } = of;
  const main = sheetWriter(of, of.columns, [], books);
  const beside = apart === undefined ? null : sheetWriter(of, apart.columns, [apart.name], books);
  const isApart = ({ kind }: ExportEvent) => apart?.kinds.includes(kind) === true;
  const fileOf = (account: string) => (of.files === "one" ? "" : account);
  return {
    begin: () =>
      (of.files === "one" ? [""] : books.accounts.map(({ account }) => account)).flatMap((account) => [
        main.begin(account),
        ...(beside === null ? [] : [beside.begin(account)]),
      ]),
    add: (events) => {
      const valued = priced === null ? events : events.flatMap((event) => priced.add(event));
      const rows = carry === null ? valued : valued.flatMap((event) => carry.add(event));
      const account = fileOf(rows[0]?.account ?? "");
      if (beside === null) return main.add(account, rows);
      const own = rows.filter((row) => !isApart(row));
      return [...main.add(account, own), ...beside.add(account, rows.filter(isApart))];
    },
    end: () => {
      const rests = new Map<string, Rest[]>();
      for (const rest of [...(priced?.rests() ?? []), ...(carry?.rests() ?? [])]) {
        const file = main.last(fileOf(rest.account));
        rests.set(file, [...(rests.get(file) ?? []), rest]);
      }
      return [...rests].map(([file, rests]) => ({ file, text: "", rows: [], rests }));
    },
  };
}

/** The files of one form: of each account, or of all as `""`, with further ones where a file is full. */
function sheetWriter(
  { name, files, rowsMax, lineEnd, isWorkbookToo }: Table,
  columns: readonly Column[],
  suffix: readonly string[],
  { words, fileName, timeZone }: Books,
) {
  const rowsOf = new Map<string, number>();
  const headers = columns.map(({ header }) => header);
  const header = csvLines([headers], lineEnd);
  const alsoCells = (cells: readonly (readonly (string | null)[])[]) =>
    isWorkbookToo === undefined ? {} : { cells: cells.map((row) => row.map((cell) => cell ?? "")) };
  // No account's name has a full stop: so that of another account's file cannot be the same.
  const nameOf = (account: string, part: number) =>
    fileName(
      [
        [name, ...(files === "one" ? [] : [account])].join("-"),
        ...suffix,
        ...(part === 1 ? [] : [part]),
      ].join("."),
      "csv",
    );
  return {
    begin: (account: string): Piece => ({
      file: nameOf(account, 1),
      text: header,
      rows: [],
      ...alsoCells([headers]),
    }),
    last: (account: string): string => {
      const written = rowsOf.get(account) ?? 0;
      return nameOf(account, rowsMax === null ? 1 : Math.max(1, Math.ceil(written / rowsMax)));
    },
    add: (account: string, rows: readonly ExportEvent[]): Piece[] => {
      const pieces: Piece[] = [];
      for (let from = 0; from < rows.length; ) {
        const written = rowsOf.get(account) ?? 0;
        const part = rowsMax === null ? 1 : Math.floor(written / rowsMax) + 1;
        const room = rowsMax === null ? rows.length : part * rowsMax - written;
        const piece = rows.slice(from, from + room);
        const cells = piece.map((event) =>
          columns.map(({ cell }) => cell(event, wordOf(words, event.kind, event.amount), timeZone)),
        );
        const isNewFile = part > 1 && room === rowsMax;
        const text = csvLines(cells, lineEnd);
        pieces.push({
          file: nameOf(account, part),
          text: isNewFile ? header + text : text,
          rows: piece,
          ...alsoCells(isNewFile ? [headers, ...cells] : cells),
        });
        rowsOf.set(account, written + piece.length);
        from += piece.length;
      }
      return pieces;
    },
  };
}
