/**
 * The statement that goes with Form 8949 of the United States. How perpetual futures are taxed there is not
 * settled: this is one reading, with the columns of the form.
 */
import { formatDecimal, formatDecimals, ZERO } from "../../domain/decimal.ts";
import { addCalendar, formatInstant, type Instant } from "../../domain/instant.ts";
import {
  csvText,
  type Disposal,
  type DisposalColumn,
  type DisposalFiles,
  disposalFiles,
  valued,
} from "../disposals.ts";
import { CENTS, roundedOn } from "../forms/amounts.ts";
import { nothing } from "../forms/columns.ts";

export type FormRow = {
  readonly description: string;
  /** MM/DD/YYYY; empty where it is not known. */
  readonly acquired: string;
  readonly sold: string;
  readonly term: "short" | "long";
  /** Plain digits with cents; empty where a price is missing. */
  readonly proceeds: string;
  readonly cost: string;
  readonly gain: string;
};

/**
 * Rows of the form, rounded so that the gains add up to the rounded sum. A gain is all proceeds and a loss
 * all cost: a contract is not bought, so it has no purchase price of its own.
 */
export function formRows(timeZone: string): (disposal: Disposal) => FormRow {
  const toCents = roundedOn(CENTS);
  return (disposal) => {
    const { quantity, symbol, direction, openedAt, closedAt, realizedPnl } = disposal;
    const exact = valued(realizedPnl, disposal);
    const gain = exact === null ? null : toCents(exact);
    const money = (amount: typeof gain) => (amount === null ? "" : formatDecimals(amount, CENTS));
    const isLoss = gain?.isNegative() === true;
    return {
      description: `${formatDecimal(quantity)} ${symbol} perpetual ${direction}`,
      acquired: openedAt === null ? "" : formDate(openedAt, timeZone),
      sold: formDate(closedAt, timeZone),
      term: openedAt !== null && isLong(openedAt, closedAt, timeZone) ? "long" : "short",
      proceeds: money(isLoss ? ZERO : gain),
      cost: money(gain === null ? null : isLoss ? gain.negated() : ZERO),
      gain: money(gain),
    };
  };
}

/**
 * Held for more than a year: the day after that of the purchase is the first, and the same day of the next
 * year is the first that is longer.
 */
function isLong(openedAt: Instant, closedAt: Instant, timeZone: string): boolean {
  const [year = "", ...monthAndDay] = dayText(addCalendar(openedAt, 1, "day", timeZone), timeZone).split("-");
  const anniversary = [`${BigInt(year) + 1n}`, ...monthAndDay].join("-");
  return dayText(closedAt, timeZone) >= anniversary;
}

function dayText(at: Instant, timeZone: string): string {
  return formatInstant(at, timeZone).slice(0, "2026-01-31".length);
}

/** `01/31/2026` */
export function formDate(at: Instant, timeZone: string): string {
  const [year, month, day] = dayText(at, timeZone).split("-");
  return `${month}/${day}/${year}`;
}

export const FORM_FACTS = {
  currency: "USD",
  cannotSay: [
    "How perpetual futures are taxed: there is no guidance of the IRS on them. The rows are one reading, that of capital assets; ask your adviser.",
    "Fees and funding: the gain is before both. The report `realized-pnl-net` has them.",
    "Wash sales (code W) and any other adjustment.",
    "The date on which a piece was acquired, where it was open before the history begins: the cell is empty, and it stands with the short terms. At average cost it is the day on which the position left flat.",
  ],
  check: [
    "The gains add up to the result of the closes below in USD, to the cent; the rest of each row's rounding is carried to the next row of the file.",
    "A row without amounts lacks a price: the file is called INCOMPLETE then.",
  ],
} satisfies Partial<DisposalFiles>;

type StatementRow = FormRow & { readonly disposal: Disposal; readonly box: string };

const COLUMNS: readonly DisposalColumn<StatementRow>[] = [
  { header: "Box", cell: ({ box }) => box },
  { header: "(a) Description of property", cell: ({ description }) => description },
  { header: "(b) Date acquired", cell: ({ acquired }) => acquired },
  { header: "(c) Date sold or disposed of", cell: ({ sold }) => sold },
  { header: "(d) Proceeds", cell: ({ proceeds }) => proceeds },
  { header: "(e) Cost or other basis", cell: ({ cost }) => cost },
  { header: "(f) Code(s)", cell: nothing },
  { header: "(g) Amount of adjustment", cell: nothing },
  { header: "(h) Gain or (loss)", cell: ({ gain }) => gain },
  { header: "Account", cell: ({ disposal }) => disposal.account },
  { header: "Time sold (UTC)", cell: ({ disposal }) => formatInstant(disposal.closedAt) },
  {
    header: "Exact gain or (loss)",
    cell: ({ disposal }) => {
      const exact = valued(disposal.realizedPnl, disposal);
      return exact === null ? null : formatDecimal(exact);
    },
  },
];

export const form8949 = disposalFiles({
  ...FORM_FACTS,
  name: "form-8949",
  title: "statement for Form 8949 (US)",
  readBy: "US tax returns",
  confidence: "A",
  form: [
    "CSV in UTF-8, commas, a decimal point, lines that end in CR LF; the columns of the form in its order, with the box before them.",
    "US dollars and cents. Dates are those of the configuration's time zone.",
  ],
  extension: "csv",
  columns: COLUMNS,
  words: {
    key: "tags",
    defaults: { short: "C", long: "F" },
    fault: (name, word) =>
      (name === "short" ? /^[ABCGHI]$/ : /^[DEFJKL]$/).test(word)
        ? null
        : `the boxes are ${name === "short" ? "A, B, C, G, H and I" : "D, E, F, J, K and L"}`,
  },
  text: csvText(COLUMNS, "\r\n", ({ timeZone, words }) => {
    const formRow = formRows(timeZone);
    return (disposal) => {
      const row = formRow(disposal);
      const box = words[row.term];
      return { ...row, disposal, box: typeof box === "string" ? box : "" };
    };
  }),
  howToImport: [
    "With many rows: one row for each box on the form, with the sums of (d), (e) and (h), code M in (f), and this file attached as the statement.",
    "The boxes C and F say that no 1099-B was given. Where yours is another one: exports: [{ target: form-8949, tags: { short: I, long: L } }].",
  ],
});
