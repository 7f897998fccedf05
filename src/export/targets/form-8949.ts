/**
 * The statement that goes with Form 8949 of the United States. How perpetual futures are taxed there is not
 * settled: this is one reading, with the columns of the form.
 */

import { addCalendar, formatLocal } from "../../domain/calendar.ts";
import {
  type Decimal,
  formatDecimal,
  formatDecimals,
  parseDecimal,
  roundHalfUp,
  ZERO,
} from "../../domain/decimal.ts";
import { formatInstant, type Instant } from "../../domain/instant.ts";
import { csvLines } from "../../report/write-csv.ts";
import {
  type Disposal,
  type DisposalColumn,
  type DisposalFiles,
  type DisposalText,
  disposalFiles,
  valued,
} from "../disposals.ts";
import { CENTS, roundedOn } from "../forms/amounts.ts";
import { nothing } from "../forms/columns.ts";
import { type Books, settingOf } from "../target.ts";

export type FormRow = {
  readonly description: string;
  /** MM/DD/YYYY, or VARIOUS; empty where it is not known. */
  readonly acquired: string;
  readonly sold: string;
  readonly term: "short" | "long";
  /** Plain digits with cents; empty where a price is missing. */
  readonly proceeds: string;
  readonly cost: string;
  readonly gain: string;
};

/**
 * Rows of the form, rounded so that the gains add up to the rounded sum. By `pnl` a gain is all proceeds and
 * a loss all cost: a contract is not bought, so it has no purchase price of its own. By `notional` they are
 * what the contract was sold and bought for.
 */
export function formRows(timeZone: string, convention = "pnl"): (disposal: Disposal) => FormRow {
  const toCents = roundedOn(CENTS);
  return (disposal) => {
    const { quantity, symbol, direction, openedAt, lastOpenedAt, closedAt, realizedPnl } = disposal;
    const exact = valued(realizedPnl, disposal);
    const gain = exact === null ? null : toCents(exact);
    const money = (amount: typeof gain) => (amount === null ? "" : formatDecimals(amount, CENTS));
    const isLoss = gain?.isNegative() === true;
    const bought = convention === "notional" ? valued(disposal.cost, disposal) : null;
    const cost = bought === null ? (isLoss ? gain.negated() : ZERO) : roundHalfUp(bought, CENTS);
    return {
      description: `${formatDecimal(quantity)} ${symbol} perpetual ${direction}`,
      acquired: acquired(openedAt, lastOpenedAt, timeZone),
      sold: formDate(closedAt, timeZone),
      // A part that was held for a year or less would not be long, and the row cannot be divided.
      term:
        openedAt !== null && lastOpenedAt !== null && isLong(lastOpenedAt, closedAt, timeZone)
          ? "long"
          : "short",
      proceeds: money(gain === null ? null : cost.plus(gain)),
      cost: money(gain === null ? null : cost),
      gain: money(gain),
    };
  };
}

/** As the form's instructions have it for what was acquired on several days and is sold as one. */
export const VARIOUS = "VARIOUS";

function acquired(openedAt: Instant | null, lastOpenedAt: Instant | null, timeZone: string): string {
  if (openedAt === null || lastOpenedAt === null) return "";
  const [first, last] = [formDate(openedAt, timeZone), formDate(lastOpenedAt, timeZone)];
  return first === last ? first : VARIOUS;
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
  return formatLocal(at, timeZone).slice(0, "2026-01-31".length);
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
    "The date on which a piece was acquired, where it was open before the history begins: the cell is empty, and it stands with the short terms. At average cost a piece is of all that was open: bought on several days, it stands with the long terms only where every part of it was held for more than a year.",
  ],
  check: [
    "The gains add up to the result of the closes below in USD, to the cent; the rest of each row's rounding is carried to the next row of the file.",
    "A row without amounts lacks a price: the file is called INCOMPLETE then.",
  ],
} satisfies Partial<DisposalFiles>;

type StatementRow = FormRow & { readonly disposal: Disposal; readonly box: string };

const PARTS = { short: "I", long: "II" } as const;

const COLUMNS: readonly DisposalColumn<StatementRow>[] = [
  { header: "Part", cell: ({ term }) => PARTS[term] },
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

/** Of the form itself, with the statement attached: a row for each box (Exception 2, code M). */
const SUMMARY_HEADERS = COLUMNS.slice(
  0,
  COLUMNS.findIndex(({ header }) => header === "Account"),
).map(({ header }) => header);

type Sums = Readonly<Record<"proceeds" | "cost" | "gain", Decimal>>;

function statement({ timeZone, words }: Books): DisposalText {
  const formRow = formRows(timeZone, settingOf(words, "convention"));
  const isInParentheses = settingOf(words, "losses") === "parentheses";
  const shown = (gain: string) =>
    isInParentheses && gain.startsWith("-") ? `(${gain.slice("-".length)})` : gain;
  const sums = new Map<FormRow["term"], Sums>();
  const add = ({ term, proceeds, cost, gain }: FormRow): void => {
    if (gain === "") return;
    const before = sums.get(term) ?? { proceeds: ZERO, cost: ZERO, gain: ZERO };
    sums.set(term, {
      proceeds: before.proceeds.plus(parseDecimal(proceeds)),
      cost: before.cost.plus(parseDecimal(cost)),
      gain: before.gain.plus(parseDecimal(gain)),
    });
  };
  const summaryRow = (term: FormRow["term"], of: Sums): string[] => [
    PARTS[term],
    settingOf(words, term),
    "see attached statement",
    "",
    "",
    formatDecimals(of.proceeds, CENTS),
    formatDecimals(of.cost, CENTS),
    "M",
    "",
    shown(formatDecimals(of.gain, CENTS)),
  ];
  return {
    head: csvLines([COLUMNS.map(({ header }) => header)]),
    row: (disposal) => {
      const row = formRow(disposal);
      add(row);
      return csvLines([
        COLUMNS.map(({ cell }) =>
          cell({ ...row, gain: shown(row.gain), disposal, box: settingOf(words, row.term) }),
        ),
      ]);
    },
    summary: () =>
      csvLines([
        SUMMARY_HEADERS,
        ...(["short", "long"] as const).flatMap((term) => {
          const of = sums.get(term);
          return of === undefined ? [] : [summaryRow(term, of)];
        }),
      ]),
  };
}

export const form8949 = disposalFiles({
  ...FORM_FACTS,
  name: "form-8949",
  title: "statement for Form 8949 (US)",
  readBy: "US tax returns",
  confidence: "A",
  form: [
    "CSV in UTF-8, commas, a decimal point, lines that end in CR LF; the columns of the form in its order, with part and box before them. Beside it the sums for each box.",
    "US dollars and cents. Dates are those of the configuration's time zone; at average cost (b) is VARIOUS where what was open had been bought on several days.",
  ],
  extension: "csv",
  columns: COLUMNS,
  words: {
    key: "tags",
    defaults: { short: "C", long: "F", convention: "pnl", losses: "minus" },
    fault: (name, word) => {
      if (name === "convention") return /^(?:pnl|notional)$/.test(word) ? null : "they are pnl and notional";
      if (name === "losses")
        return /^(?:minus|parentheses)$/.test(word) ? null : "they are minus and parentheses";
      return (name === "short" ? /^[ABCGHI]$/ : /^[DEFJKL]$/).test(word)
        ? null
        : `the boxes are ${name === "short" ? "A, B, C, G, H and I" : "D, E, F, J, K and L"}`;
    },
  },
  text: statement,
  howToImport: [
    "With many rows: copy the rows of `….summary.csv` onto the form, one for each box with code M, and attach the other file as the statement.",
    "(d) and (e) are the result alone: a gain is proceeds, a loss cost. `tags: { convention: notional }` writes what the contract was sold and bought for; (h) is the same.",
    "A loss in (h) has a minus, which spreadsheets read. `tags: { losses: parentheses }` writes (60.00), as the form has it.",
    "The boxes C and F say that no 1099-B was given. Where yours is another one: exports: [{ target: form-8949, tags: { short: I, long: L } }].",
  ],
});
