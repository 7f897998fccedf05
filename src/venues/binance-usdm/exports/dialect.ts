/**
 * Which of Binance's exports a header is of. Columns are known by name, in any order and any case; columns
 * that no rule names are ignored.
 *
 * The names of the dialects are those of this folder's README. A header in another language is refused with
 * what was found: no table of translations is documented, and a column taken for another would be money in
 * the wrong place.
 */
import type { FileStream } from "../../venue.ts";
import { refused } from "./refuse.ts";

export type Dialect = "T1" | "T2" | "F1" | "F2" | "F3";

export type Columns = {
  readonly count: number;
  /** The heading as the file spells it, for messages. */
  heading(name: string): string;
  has(name: string): boolean;
  /** The cell of a column; "" where the file has no such column. */
  cell(cells: readonly string[], name: string): string;
};

export type Layout = {
  readonly dialect: Dialect;
  readonly stream: FileStream;
  readonly columns: Columns;
  /** The column of the time, by its name in `columns`. */
  readonly timeColumn: string;
  /**
   * The zone that the time's heading names, as it names it: `UTC` of `Date(UTC)`; null where it names none.
   */
  readonly zone: string | null;
};

/** `Date`, `Time(UTC)`, `Date(UTC+1)`: the text in brackets is a zone, whether it is understood or not. */
const TIME = /^(?:date|time)(?: ?\(([^)]*)\))?$/;
const TRANSACTION = ["type", "amount", "asset", "symbol", "transaction id"];
const FILL = ["symbol", "side", "price", "quantity", "amount", "fee", "realized profit"];
const FILL_WITH_ID = [...FILL, "buyer", "maker", "trade id", "order id"];
/** Columns that are read where a file has them. */
const OPTIONAL = ["position side", "fee coin", "quote asset", "buyer", "maker"];

/** Exports that hold nothing which the books could take: what tells them, and why not. */
const REFUSED: readonly {
  readonly marks: readonly string[];
  readonly what: string;
  readonly why: string;
}[] = [
  {
    marks: ["executed amount", "order no"],
    what: "an order history",
    why: "orders move no money: only their fills do",
  },
  {
    marks: ["entry price", "closing pnl"],
    what: "a position history",
    why: "a position in it has no id, and its result is a sum over fills: it cannot be told from what is loaded already",
  },
  {
    marks: ["operation", "coin", "change"],
    what: "an account statement",
    why: "it lists the same money again without ids: it would count twice",
  },
];

/** Throws a `UsageError` for a header that is not understood, or that is of an export which is not read. */
export function readHeader(file: string, line: number, header: readonly string[]): Layout {
  const where = `${file} line ${line}`;
  const names = header.map(normalised);
  const has = (name: string) => names.includes(name);
  const hasAll = (wanted: readonly string[]) => wanted.every(has);
  const unread = REFUSED.find(({ marks }) => hasAll(marks));
  if (unread !== undefined) {
    throw refused({
      where,
      what: `this is ${unread.what}, which is not imported`,
      evidence: [unread.why],
      next: "export the futures transaction history (for income) and the futures trade history (for fills) instead",
    });
  }
  const times = names.filter((name) => TIME.test(name));
  const [timeColumn] = times;
  const [, zone = null] = TIME.exec(timeColumn ?? "") ?? [];
  const dialect = dialectOf(has, hasAll, zone !== null);
  if (timeColumn === undefined || dialect === null) throw notUnderstood(where, header);
  const known = [...TRANSACTION, ...FILL_WITH_ID, ...OPTIONAL];
  const twice = header.filter((_, index) => {
    const name = names[index] ?? "";
    return known.includes(name) && names.indexOf(name) < index;
  });
  if (twice.length > 0 || times.length > 1) {
    throw refused({
      where,
      what: "each column was expected once",
      evidence: [
        `found more than once: ${[...twice, ...(times.length > 1 ? [times.join(" and ")] : [])].join(", ")}`,
      ],
      next: "import the file as it was downloaded; if another program saved it, download it again",
    });
  }
  return {
    dialect,
    stream: dialect === "T1" || dialect === "T2" ? "income" : "fills",
    columns: columnsOf(header, names),
    timeColumn,
    zone: zone?.toUpperCase() ?? null,
  };
}

function dialectOf(
  has: (name: string) => boolean,
  hasAll: (names: readonly string[]) => boolean,
  namesZone: boolean,
): Dialect | null {
  if (hasAll(TRANSACTION)) return namesZone ? "T1" : "T2";
  if (hasAll(FILL_WITH_ID)) return has("position side") ? "F2" : "F1";
  // With only one of the two ids it is not a documented export.
  return hasAll(FILL) && !has("trade id") && !has("order id") ? "F3" : null;
}

function normalised(heading: string): string {
  return heading.toLowerCase().replace(/\s+/g, " ");
}

function columnsOf(header: readonly string[], names: readonly string[]): Columns {
  const places = new Map(names.map((name, index) => [name, index] as const).toReversed());
  return {
    count: header.length,
    heading: (name) => header[places.get(name) ?? -1] ?? name,
    has: (name) => places.has(name),
    cell: (cells, name) => cells[places.get(name) ?? -1] ?? "",
  };
}

function notUnderstood(where: string, header: readonly string[]): Error {
  return refused({
    where,
    what: "the header is not understood",
    evidence: [
      `found: ${header.slice(0, 30).join(", ")}`,
      "understood, in any order, with Date or Time, which may name a zone as Date(UTC) does:",
      "  transaction history: Type, Amount, Asset, Symbol, Transaction ID",
      "  trade history: Symbol, Side, Price, Quantity, Amount, Fee, Realized Profit, Buyer, Maker, Trade ID, Order ID; with or without Position Side",
      "  old trade history: Symbol, Side, Price, Quantity, Amount, Fee, Realized Profit; with or without Fee Coin, Quote Asset, Position Side",
    ],
    next: "set Binance's site to English and export the futures transaction history or the futures trade history as CSV",
  });
}
