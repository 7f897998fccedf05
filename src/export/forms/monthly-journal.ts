/**
 * Manual journals in the reporting currency: one for each account and month, with a line for each ledger
 * account, kind of event and direction, against the wallet's.
 *
 * Amounts are rounded to cents so that those of a ledger account add up to their rounded sum, month after
 * month, and so do the wallet's. So the lines of one journal may be a cent or so apart: that is a line of its
 * own.
 */
import { type Decimal, sum, ZERO } from "../../domain/decimal.ts";
import { plus } from "../../domain/instant.ts";
import { append } from "../../domain/lists.ts";
import { csvLines, type LineEnd } from "../../report/write-csv.ts";
import type { EventKind, ExportEvent } from "../events.ts";
import { type CalendarSpan, calendar } from "../granularity.ts";
import {
  type Books,
  type Piece,
  type Rest,
  settingOf,
  type Target,
  type TargetFacts,
  type Words,
  type Writer,
  walletOf,
  wordOf,
} from "../target.ts";
import { CENTS, roundedOn, valuer } from "./amounts.ts";

export type JournalLine = {
  readonly account: string;
  /** `2026-01` */
  readonly month: string;
  /** The month's last day. */
  readonly date: readonly [year: string, month: string, day: string];
  readonly ledgerAccount: string;
  /** What it is, for a person. */
  readonly words: string;
  /** + debit, − credit; in cents, never zero. */
  readonly amount: Decimal;
};

export type JournalColumn = {
  readonly header: string;
  readonly cell: (line: JournalLine, words: Words) => string;
};

export type MonthlyJournal = TargetFacts &
  Pick<Target, "words"> & {
    readonly columns: readonly JournalColumn[];
    readonly lineEnd: LineEnd;
    /** Without the header; a journal is in one file. */
    readonly rowsMax: number;
  };

export function monthlyJournal(of: MonthlyJournal): Target {
  return {
    ...of,
    form: [
      `CSV in UTF-8, commas, a decimal point, lines that end in ${of.lineEnd === "\n" ? "LF" : "CR LF"}. Dates are those of the configuration's time zone.`,
      "One journal for each account and month, whatever the granularity: a line for each ledger account, kind and direction, and the wallet's.",
      "Amounts are in the reporting currency. Of each ledger account they are rounded so that they add up to the rounded sum of the months; what is left between the lines of one journal is its line for rounding. What has no price is in no row, and named below.",
      `One file for each account. At most ${of.rowsMax} rows a file; more are in further files.`,
    ],
    reads: "events",
    zone: "configured",
    skipsTwins: false,
    columns: of.columns.map(({ header }) => ({ header, cell: () => null })),
    open: (books) => journalsWriter(of, books),
  };
}

/** What a line stands for so far. */
type Group = {
  readonly kind: EventKind;
  readonly direction: "received" | "paid";
  readonly ledgerAccount: string;
  amount: Decimal;
  readonly entryIds: string[];
};

type Row = { readonly line: JournalLine; readonly entryIds: readonly string[] };

function journalsWriter({ name, columns, lineEnd, rowsMax }: MonthlyJournal, books: Books): Writer {
  const { words, timeZone, fileName, currency } = books;
  const priced = valuer();
  const months = calendar("month", timeZone);
  const days = calendar("day", timeZone);
  const header = csvLines([columns.map((column) => column.header)], lineEnd);
  const fileOf = (account: string, part: number) =>
    fileName([`${name}-${account}`, ...(part === 1 ? [] : [part])].join("."), "csv");
  const ledgers = new Map(books.accounts.map(({ account }) => [account, new Ledger(account, words)]));
  const write = (ledger: Ledger): Piece[] => {
    const month = ledger.month;
    if (month === null) return [];
    const last = days.around(plus(month.until, -1)).name.split("-");
    const rows = ledger.close(month.name, [last[0] ?? "", last[1] ?? "", last[2] ?? ""]);
    const isNewFile = ledger.rows > 0 && ledger.rows + rows.length > rowsMax;
    ledger.part += isNewFile ? 1 : 0;
    ledger.rows = isNewFile ? rows.length : ledger.rows + rows.length;
    const text = csvLines(
      rows.map(({ line }) => columns.map(({ cell }) => cell(line, words))),
      lineEnd,
    );
    return [
      {
        file: fileOf(ledger.account, ledger.part),
        text: isNewFile ? header + text : text,
        rows: rows.map(({ entryIds }) => ({ account: ledger.account, entryIds })),
      },
    ];
  };
  return {
    begin: () => books.accounts.map(({ account }) => ({ file: fileOf(account, 1), text: header, rows: [] })),
    add: (events) => {
      const pieces: Piece[] = [];
      for (const event of events.flatMap((one) => priced.add(one))) {
        const ledger = ledgers.get(event.account);
        if (ledger === undefined) throw new RangeError(`${event.account} is none of the accounts`);
        if (ledger.month !== null && event.at >= ledger.month.until) append(pieces, write(ledger));
        ledger.month = months.around(event.at);
        ledger.add(event);
      }
      return pieces;
    },
    end: () => {
      const unpriced = priced.rests();
      return [...ledgers.values()].flatMap((ledger) => {
        const pieces = write(ledger);
        const rests = [
          ...unpriced.filter(({ account }) => account === ledger.account),
          ...ledger.rests(currency ?? ""),
        ];
        return [...pieces, { file: fileOf(ledger.account, ledger.part), text: "", rows: [], rests }];
      });
    },
  };
}

/** The month of an account that is being added up, and what its months left over. */
class Ledger {
  readonly account: string;
  month: CalendarSpan | null = null;
  part = 1;
  /** Of that part. */
  rows = 0;
  readonly #words: Words;
  readonly #groups = new Map<string, Group>();
  readonly #roundings = new Map<string, (amount: Decimal) => Decimal>();
  readonly #wallet = roundedOn(CENTS);
  /** Of lines that were zero: they go with the next one of their ledger account. */
  readonly #carried = new Map<string, string[]>();
  #exact = ZERO;
  #booked = ZERO;

  constructor(account: string, words: Words) {
    this.account = account;
    this.#words = words;
  }

  add({ kind, amount, entryIds }: ExportEvent): void {
    const direction = amount.isNegative() ? "paid" : "received";
    const ledgerAccount = wordOf(this.#words, kind, amount);
    const key = [ledgerAccount, kind, direction].join("\n");
    const group = this.#groups.get(key) ?? { kind, direction, ledgerAccount, amount: ZERO, entryIds: [] };
    this.#groups.set(key, group);
    group.amount = group.amount.plus(amount);
    for (const id of entryIds) group.entryIds.push(id);
  }

  /** The journal of the month that was added up, in the order in which its kinds came. */
  close(month: string, date: JournalLine["date"]): Row[] {
    const groups = [...this.#groups.values()];
    const of = { account: this.account, month, date };
    const lines = groups.flatMap(({ kind, direction, ledgerAccount, amount, entryIds }): Row[] => {
      const rounding = this.#roundings.get(ledgerAccount) ?? roundedOn(CENTS);
      this.#roundings.set(ledgerAccount, rounding);
      const carried = [...(this.#carried.get(ledgerAccount) ?? []), ...entryIds];
      const cents = rounding(amount.negated());
      this.#carried.set(ledgerAccount, cents.isZero() ? carried : []);
      const words = `${kind.replaceAll("_", " ")} ${direction}, ${month}`;
      return cents.isZero()
        ? []
        : [{ line: { ...of, ledgerAccount, words, amount: cents }, entryIds: carried }];
    });
    const whole = sum(groups.map(({ amount }) => amount));
    const cents = this.#wallet(whole);
    this.#exact = this.#exact.plus(whole);
    this.#booked = this.#booked.plus(cents);
    const rest = sum([cents, ...lines.map(({ line }) => line.amount)]).negated();
    const entryIds = groups.flatMap((group) => group.entryIds);
    const others = [
      { ledgerAccount: walletOf(this.#words, this.account), words: `wallet, ${month}`, amount: cents },
      { ledgerAccount: settingOf(this.#words, "rounding"), words: `rounding, ${month}`, amount: rest },
    ].filter(({ amount }) => !amount.isZero());
    this.#groups.clear();
    this.month = null;
    return [...lines, ...others.map((line) => ({ line: { ...of, ...line }, entryIds }))];
  }

  /** What the cents cut off of the wallet's change, with the entries that are in no line. */
  rests(currency: string): Rest[] {
    const amount = this.#exact.minus(this.#booked);
    const entryIds = [...this.#carried.values()].flat();
    return amount.isZero() && entryIds.length === 0
      ? []
      : [{ account: this.account, asset: currency, amount, entryIds }];
  }
}
