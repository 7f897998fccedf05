/**
 * The transactions of a journal as CSV for a program that makes a journal of it by rules of its own: a record
 * for each event with both accounts and the wallet's balance after it. One file for each account, because
 * balances follow each other in it, and beside it the rules.
 */
import { type Decimal, formatDecimals, ZERO } from "../../domain/decimal.ts";
import { csvLines } from "../../report/write-csv.ts";
import type { ExportEvent } from "../events.ts";
import { calendar } from "../granularity.ts";
import { type Books, type Piece, type Target, type TargetFacts, type Writer, wordOf } from "../target.ts";
import { happened } from "./columns.ts";
import { accountName, chart, DECIMALS_MIN, decimalsOf, type Language, walletWord } from "./journal.ts";

type Subject = Pick<ExportEvent, "account" | "venue" | "asset" | "symbol" | "kind" | "amount">;

export type JournalRecord = {
  readonly date: string;
  /** Null for the balance from before the period. */
  readonly event: ExportEvent | null;
  readonly words: string;
  readonly wallet: string;
  readonly counter: string;
  readonly commodity: string;
  /** Of the wallet; all of an asset have the same number of decimals. */
  readonly amount: string;
  /** Behind it. */
  readonly balance: string;
};

export type JournalRecords = {
  readonly language: Pick<Language, "part" | "commodity">;
  readonly isAccount: RegExp;
  readonly form: readonly string[];
  readonly columns: readonly {
    readonly header: string;
    readonly cell: (record: JournalRecord) => string | null;
    readonly means: string;
  }[];
  /** The rules: their text, and what is added to the CSV's file name to name them. */
  readonly rules: { readonly extension: string; readonly text: string };
};

export function journalRecords(facts: TargetFacts, of: JournalRecords): Target {
  return {
    ...facts,
    form: [
      ...of.form,
      "One file for each account, and its rules. Dates are those of the configuration's time zone.",
    ],
    words: chart(of.isAccount),
    reads: "events",
    zone: "configured",
    skipsTwins: false,
    columns: of.columns.map((column) => ({ ...column, cell: () => null })),
    open: (books) => recordsWriter(facts, of, books),
  };
}

function recordsWriter(
  facts: TargetFacts,
  { language, columns, rules }: JournalRecords,
  books: Books,
): Writer {
  const { accounts, period, timeZone, words, fileName } = books;
  const days = calendar("day", timeZone);
  const decimals = decimalsOf(accounts);
  const balances = new Map<string, Decimal>();
  const fileOf = (account: string) => fileName(`${facts.name}-${account}`, "csv");
  const recordOf = (subject: Subject, said: Pick<JournalRecord, "date" | "event" | "words">): string[] => {
    const { account, asset, kind, amount } = subject;
    const key = `${account}\n${asset}`;
    const balance = (balances.get(key) ?? ZERO).plus(amount);
    balances.set(key, balance);
    const places = decimals.get(asset) ?? DECIMALS_MIN;
    const record = {
      ...said,
      wallet: accountName(walletWord(words), subject, language),
      counter: accountName(wordOf(words, kind, amount), subject, language),
      commodity: language.commodity(asset),
      amount: formatDecimals(amount, places),
      balance: formatDecimals(balance, places),
    };
    return columns.map(({ cell }) => cell(record) ?? "");
  };
  return {
    begin: () =>
      accounts.flatMap(({ account, venue, wallets }): Piece[] => {
        const opening = wallets.filter(({ opening }) => !opening.isZero());
        const date = days.around(period.from).name;
        const said = { date, event: null, words: `${account}: balance brought forward` };
        const lines = [
          columns.map(({ header }) => header),
          ...opening.map(({ asset, opening: amount }) =>
            recordOf({ account, venue, asset, symbol: null, kind: "opening", amount }, said),
          ),
        ];
        return [
          {
            file: fileOf(account),
            text: csvLines(lines, "\n"),
            rows: opening.map(() => ({ account, entryIds: [] })),
          },
          { file: `${fileOf(account)}.${rules.extension}`, text: rules.text, rows: [] },
        ];
      }),
    add: (events) => {
      const lines = events.map((event) =>
        recordOf(event, {
          event,
          date: days.around(event.at).name,
          words: `${event.account}: ${happened(event)}`,
        }),
      );
      const [first] = events;
      if (first === undefined) return [];
      return [{ file: fileOf(first.account), text: csvLines(lines, "\n"), rows: events }];
    },
    end: () => [],
  };
}
