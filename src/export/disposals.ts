/**
 * Targets whose rows are closed pieces of positions instead of what changed the wallet: one file for each lot
 * method, because rows of different methods are about the same closes.
 */
import type { Decimal } from "../domain/decimal.ts";
import type { Instant } from "../domain/instant.ts";
import type { LotMethod } from "../domain/treatment.ts";
import { csvLines, type LineEnd } from "../report/write-csv.ts";
import type { Books, Column, Piece, Target, TargetFacts, Traced, WordTable } from "./target.ts";

export type Disposal = Traced & {
  readonly method: LotMethod;
  readonly symbol: string;
  readonly positionSide: string;
  /** long or short. */
  readonly direction: string;
  /** Null where it was open before the history begins. */
  readonly openedAt: Instant | null;
  /** Of the newest part of it, which at average cost is all that was open; else the same instant. */
  readonly lastOpenedAt: Instant | null;
  readonly closedAt: Instant;
  readonly quantity: Decimal;
  readonly asset: string;
  readonly proceeds: Decimal;
  readonly cost: Decimal;
  /** Before fees and funding. */
  readonly realizedPnl: Decimal;
  /** Positive where paid. */
  readonly openingFee: Decimal;
  readonly closingFee: Decimal;
  readonly funding: Decimal;
  readonly currency: string | null;
  /** Units of the currency for one of the asset in the minute of the close; null where it is missing. */
  readonly currencyPrice: Decimal | null;
  readonly quality: string | null;
  readonly missing: string | null;
  readonly basis: string;
  readonly fillId: string | null;
  readonly orderId: string | null;
  readonly fillKey: string;
  readonly openingFillKey: string;
  readonly piece: string;
};

/**
 * The text of one file. A new one for each file, because its rows may carry rounding from one to the next.
 */
export type DisposalText = {
  readonly head: string;
  readonly row: (disposal: Disposal) => string;
  /** The text of a second file with the totals, once all rows are written. */
  readonly summary?: () => string;
};

export type DisposalFiles = TargetFacts & {
  readonly form: readonly string[];
  readonly extension: string;
  readonly columns: readonly Pick<Column, "header" | "means">[];
  readonly words: WordTable | null;
  readonly text: (books: Books) => DisposalText;
};

export function disposalFiles(of: DisposalFiles): Target {
  return {
    ...of,
    form: [...of.form, "One file for each lot method, with all accounts."],
    reads: "disposals",
    zone: "configured",
    skipsTwins: false,
    columns: of.columns.map((column) => ({ ...column, cell: () => null })),
    open: (books) => {
      const methods = new Map(books.methods.map((method) => [method, of.text(books)]));
      const fileOf = (method: LotMethod, ...rest: string[]) =>
        books.fileName([`${of.name}-${method}`, ...rest].join("."), of.extension);
      return {
        begin: () =>
          [...methods].map(([method, { head }]) => ({ file: fileOf(method), text: head, rows: [] })),
        add: () => [],
        close: (disposals): Piece[] => {
          const [first] = disposals;
          const own = first === undefined ? undefined : methods.get(first.method);
          if (first === undefined || own === undefined) return [];
          return [{ file: fileOf(first.method), text: disposals.map(own.row).join(""), rows: disposals }];
        },
        end: () =>
          [...methods].flatMap(([method, { summary }]) =>
            summary === undefined ? [] : [{ file: fileOf(method, "summary"), text: summary(), rows: [] }],
          ),
      };
    },
  };
}

export type DisposalColumn<Row> = {
  readonly header: string;
  readonly cell: (row: Row) => string | null;
  readonly means?: string;
};

/** CSV: a header, and a line for each disposal, with what `rowOf` makes of it. */
export function csvText<Row>(
  columns: readonly DisposalColumn<Row>[],
  lineEnd: LineEnd,
  rowOf: (books: Books) => (disposal: Disposal) => Row,
): (books: Books) => DisposalText {
  return (books) => {
    const rows = rowOf(books);
    return {
      head: csvLines([columns.map(({ header }) => header)], lineEnd),
      row: (disposal) => {
        const row = rows(disposal);
        return csvLines([columns.map(({ cell }) => cell(row))], lineEnd);
      },
    };
  };
}

/** In the reporting currency; null where a price is missing. */
export function valued(amount: Decimal, { currencyPrice }: Disposal): Decimal | null {
  return currencyPrice === null ? null : amount.times(currencyPrice);
}
