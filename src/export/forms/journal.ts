/**
 * Journals of plain-text accounting: each event is a transaction between the wallet and the account that the
 * chart gives its kind. The balance of each wallet is asserted to the last digit at the end of each month in
 * which it moved, and at the end of the period; what was there before is an opening from equity. One file for
 * each account and year, and one that declares and includes all of them. Or the same transactions as a table.
 */
import { type Decimal, formatDecimal, formatDecimals, ZERO } from "../../domain/decimal.ts";
import { formatInstant, type Instant, plus } from "../../domain/instant.ts";
import { csvLines } from "../../report/write-csv.ts";
import type { AccountBooks, EventKind, ExportEvent, WalletSpan } from "../events.ts";
import { calendar } from "../granularity.ts";
import {
  type Books,
  type Piece,
  type Target,
  type TargetFacts,
  type Word,
  type Words,
  type WordTable,
  type Writer,
  wordOf,
} from "../target.ts";
import { happened } from "./columns.ts";

/** For each kind of event, the account that balances the wallet's side; names in braces are filled in. */
type Chart = Readonly<Record<EventKind | "wallet", Word>>;

const FIELDS = ["venue", "account", "asset", "symbol"] as const;

/**
 * Names that both languages can read. Each account has a wallet of its own, because balances are asserted.
 */
const DEFAULT_CHART: Chart = {
  wallet: "Assets:Exchange:{venue}:{account}",
  opening: "Equity:Opening",
  realized_pnl: "Income:Trading:RealizedPnl",
  trading_fee: { received: "Income:Trading:Rebates", paid: "Expenses:Trading:Fees" },
  rebate: "Income:Trading:Rebates",
  funding: { received: "Income:Trading:Funding", paid: "Expenses:Trading:Funding" },
  liquidation: "Expenses:Trading:Liquidation",
  reward: "Income:Trading:Rewards",
  conversion: "Equity:Conversions",
  transfer: "Equity:Transfers",
  own_transfer: "Equity:OwnTransfers",
  unknown: "Equity:Unknown",
};

/** A day at whose end, as clocks of the books' zone show it, a balance is asserted. */
export type Day = { readonly date: string; readonly next: string };

export type Transaction = {
  readonly date: string;
  /** What happened, in one line. */
  readonly words: string;
  readonly account: string;
  /** Facts that are no part of the amounts. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly postings: readonly (readonly [ledgerAccount: string, amount: string, commodity: string])[];
};

/** How one of the languages writes it. Each text ends with an empty line. */
export type Language = {
  readonly extension: string;
  /** A part of an account's name, and a commodity, as the language allows them. */
  readonly part: (text: string) => string;
  readonly commodity: (asset: string) => string;
  readonly transaction: (transaction: Transaction) => string;
  readonly balances: (
    day: Day,
    balances: readonly (readonly [ledgerAccount: string, amount: string, commodity: string])[],
  ) => string;
  /** The head of the outermost file: what the others use. */
  readonly head: (declared: Declared) => string;
  readonly include: (file: string) => string;
};

export type Declared = {
  readonly title: string;
  /** The first day of the period. */
  readonly date: string;
  readonly ledgerAccounts: readonly string[];
  readonly commodities: readonly {
    readonly name: string;
    readonly asset: string;
    readonly decimals: number;
  }[];
};

export function journal(
  facts: TargetFacts,
  language: Language,
  form: readonly string[],
  isAccount: RegExp,
): Target {
  return {
    ...facts,
    form: [
      ...form,
      "One file for each account and year, and one that includes them. Dates are those of the configuration's time zone; the exact time in UTC is beside each.",
    ],
    words: chart(isAccount),
    reads: "events",
    zone: "configured",
    skipsTwins: false,
    columns: [],
    open: (books) => journalWriter(facts, language, books),
  };
}

/** One line of a transaction, of which every event has two. */
export type Posting = {
  /** Of the transaction, from 1. */
  readonly number: number;
  readonly event: ExportEvent;
  readonly date: string;
  readonly ledgerAccount: string;
  /** + debit, − credit. */
  readonly amount: Decimal;
  /** In the reporting currency; null where a price is missing. */
  readonly value: Decimal | null;
};

export type PostingColumn = {
  readonly header: string;
  readonly cell: (posting: Posting) => string | null;
  readonly means?: string;
};

/** CSV with two lines for each event: the wallet's, and that of the account that the chart gives its kind. */
export function journalTable(facts: TargetFacts, columns: readonly PostingColumn[]): Target {
  return {
    ...facts,
    reads: "events",
    form: [
      "CSV in UTF-8, commas, a decimal point, lines that end in CR LF. One file for all accounts.",
      "Every event is a transaction of two lines. Every digit of every amount.",
    ],
    words: chart(/\S/),
    zone: "configured",
    skipsTwins: false,
    columns: columns.map((column) => ({ ...column, cell: () => null })),
    open: ({ words, timeZone, fileName }) => {
      const file = fileName(facts.name, "csv");
      const days = calendar("day", timeZone);
      let number = 0;
      const postingsOf = (event: ExportEvent): Posting[] => {
        number += 1;
        const of = { number, event, date: days.around(event.at).name };
        const { amount, value } = event;
        const counter = wordOf(words, event.kind, amount);
        return [
          { ...of, ledgerAccount: accountName(walletWord(words), event, PLAIN), amount, value },
          {
            ...of,
            ledgerAccount: accountName(counter, event, PLAIN),
            amount: amount.negated(),
            value: value?.negated() ?? null,
          },
        ];
      };
      return {
        begin: () => [{ file, text: csvLines([columns.map(({ header }) => header)]), rows: [] }],
        add: (events) => {
          const postings = events.flatMap(postingsOf);
          const text = csvLines(postings.map((posting) => columns.map(({ cell }) => cell(posting))));
          return [{ file, text, rows: postings.map(({ event }) => event) }];
        },
        end: () => [],
      };
    },
  };
}

/** A cell may hold any text. */
const PLAIN: Pick<Language, "part"> = { part: (text) => text };

/** The chart, in which a language allows such names. */
export function chart(isAccount: RegExp): WordTable {
  return {
    key: "accounts",
    defaults: DEFAULT_CHART,
    fault: (name, word) => chartFault(name, word, isAccount),
  };
}

function chartFault(name: string, word: string, isAccount: RegExp): string | null {
  const unknown = [...word.matchAll(/\{(.*?)\}/g)].find(([, field]) => !FIELDS.some((one) => one === field));
  if (unknown !== undefined)
    return `${unknown[0]} is none of ${FIELDS.map((field) => `{${field}}`).join(", ")}`;
  if (name === "wallet" && !word.includes("{account}"))
    return "the wallet of each account needs one of its own: {account}";
  return isAccount.test(word.replace(/\{.*?\}/g, "X")) ? null : "no account of a journal is called so";
}

/** Decimals that a cent-like amount shows at least. */
export const DECIMALS_MIN = 2;

function journalWriter(facts: TargetFacts, language: Language, books: Books): Writer {
  const { period, words, fileName } = books;
  const decimals = decimalsOf(books.accounts);
  const months = calendar("month", books.timeZone);
  const days = calendar("day", books.timeZone);
  const files = new Map<string, true>();
  /** By what the name is made of, each that was used. */
  const used = new Map<string, string>();
  const wallets = new Map(books.accounts.map((of) => [of.account, walletsOf(of)]));
  const firstDay = days.around(period.from).name;
  const fileOf = (account: string, date: string) => {
    const file = fileName(`${facts.name}-${account}-${date.slice(0, "2026".length)}`, language.extension);
    files.set(file, true);
    return file;
  };
  const amountText = (amount: Decimal, asset: string) =>
    formatDecimals(amount, decimals.get(asset) ?? DECIMALS_MIN);
  const ledgerAccount = (
    word: string,
    event: Pick<ExportEvent, "account" | "venue" | "asset" | "symbol">,
  ) => {
    const { account, venue, asset, symbol } = event;
    const key = [word, account, venue, asset, symbol ?? ""].join("\n");
    const known = used.get(key);
    if (known !== undefined) return known;
    const name = accountName(word, event, language);
    used.set(key, name);
    return name;
  };
  const transactionOf = (
    event: Pick<ExportEvent, "account" | "venue" | "asset" | "symbol" | "kind" | "amount">,
    date: string,
    said: Pick<Transaction, "words" | "facts">,
  ): string => {
    const commodity = language.commodity(event.asset);
    return language.transaction({
      ...said,
      date,
      account: event.account,
      postings: [
        [ledgerAccount(walletWord(words), event), amountText(event.amount, event.asset), commodity],
        [
          ledgerAccount(wordOf(words, event.kind, event.amount), event),
          amountText(event.amount.negated(), event.asset),
          commodity,
        ],
      ],
    });
  };
  const balancesOf = (of: Wallets, at: Instant): Piece => {
    const last = days.around(plus(at, -1));
    const day = { date: last.name, next: days.around(last.until).name };
    const balances = [...of.balances].map(
      ([asset, balance]) =>
        [
          ledgerAccount(walletWord(words), { ...of.books, asset, symbol: null }),
          amountText(balance, asset),
          language.commodity(asset),
        ] as const,
    );
    return { file: fileOf(of.books.account, day.date), text: language.balances(day, balances), rows: [] };
  };
  return {
    begin: () =>
      books.accounts.flatMap(({ account, venue, wallets }) =>
        wallets
          .filter(({ opening }) => !opening.isZero())
          .map(({ asset, opening }): Piece => {
            const event = { account, venue, asset, symbol: null, kind: "opening", amount: opening } as const;
            const said = { words: "balance brought forward", facts: [] };
            return { file: fileOf(account, firstDay), text: transactionOf(event, firstDay, said), rows: [] };
          }),
      ),
    add: (events) => {
      const pieces: Piece[] = [];
      for (const event of events) {
        const of = wallets.get(event.account);
        if (of === undefined) throw new RangeError(`${event.account} is none of the accounts`);
        if (of.month !== null && event.at >= of.month) pieces.push(balancesOf(of, of.month));
        of.month = months.around(event.at).until;
        of.balances.set(event.asset, (of.balances.get(event.asset) ?? ZERO).plus(event.amount));
        const date = days.around(event.at).name;
        const text = transactionOf(event, date, { words: happened(event), facts: factsOf(event) });
        pieces.push({ file: fileOf(event.account, date), text, rows: [event] });
      }
      return joined(pieces);
    },
    end: () => [
      ...[...wallets.values()].flatMap((of) => [
        ...(of.month !== null && of.month < period.until ? [balancesOf(of, of.month)] : []),
        ...(of.balances.size === 0 ? [] : [balancesOf(of, period.until)]),
      ]),
      {
        file: fileName(facts.name, language.extension),
        text: [
          language.head({
            title: books.accounts.map(({ account, venue }) => `${account} on ${venue}`).join(", "),
            date: firstDay,
            ledgerAccounts: [...new Set(used.values())].toSorted(),
            commodities: [...decimals].map(([asset, places]) => ({
              name: language.commodity(asset),
              asset,
              decimals: places,
            })),
          }),
          ...[...files.keys()].map(language.include),
        ].join(""),
        rows: [],
      },
    ],
  };
}

type Wallets = {
  readonly books: AccountBooks;
  readonly balances: Map<string, Decimal>;
  /** The end of the month of the last event; null while there was none. */
  month: Instant | null;
};

function walletsOf(books: AccountBooks): Wallets {
  return {
    books,
    balances: new Map(books.wallets.map(({ asset, opening }) => [asset, opening])),
    month: null,
  };
}

/**
 * All amounts of an asset are written with the same number of decimals, because a tool infers its tolerance
 * for sums from them.
 */
export function decimalsOf(accounts: readonly AccountBooks[]): ReadonlyMap<string, number> {
  const decimals = new Map<string, number>();
  for (const { asset, decimals: places } of accounts.flatMap(({ wallets }): readonly WalletSpan[] => wallets))
    decimals.set(asset, Math.max(places, decimals.get(asset) ?? DECIMALS_MIN));
  return decimals;
}

export function walletWord({ wallet = "" }: Words): string {
  return typeof wallet === "string" ? wallet : (wallet["received"] ?? "");
}

export function accountName(
  word: string,
  event: Pick<ExportEvent, "account" | "venue" | "asset" | "symbol">,
  { part }: Pick<Language, "part">,
): string {
  return word.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = event[field as (typeof FIELDS)[number]];
    return part(value ?? "None");
  });
}

function factsOf(event: ExportEvent): [string, string][] {
  const {
    at,
    occurredAt,
    isAdjustment,
    symbol,
    entryIds,
    transactionId,
    tradeId,
    orderId,
    basis,
    currency,
    value,
  } = event;
  const facts: [string, string | null | undefined][] = [
    ["time", formatInstant(at)],
    ["occurred", entryIds.length > 1 || !isAdjustment ? null : formatInstant(occurredAt)],
    ["symbol", symbol],
    ["entry", entryIds.length === 1 ? entryIds[0] : null],
    ["entries", entryIds.length === 1 ? null : `${entryIds.length}`],
    ["transaction", transactionId],
    ["trade", tradeId],
    ["order", orderId],
    ["basis", basis === "cash" ? null : basis],
    ["value", value === null || currency === null ? null : `${formatDecimal(value)} ${currency}`],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== undefined);
}

/** Neighbours of one file as one piece: to append each by itself would take long. */
function joined(pieces: readonly Piece[]): Piece[] {
  const groups: { readonly file: string; readonly pieces: Piece[] }[] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last?.file === piece.file) last.pieces.push(piece);
    else groups.push({ file: piece.file, pieces: [piece] });
  }
  return groups.map(({ file, pieces: of }) => ({
    file,
    text: of.map(({ text }) => text).join(""),
    rows: of.flatMap(({ rows }) => rows),
  }));
}
