/**
 * What a target of an export is: a file's form and what a person must know of it, as data, and a pure way
 * from events to rows. A table's target is made by `table` (here), a journal's by `journal` (`journal.ts`).
 */
import { type Decimal, formatDecimal, roundDown, roundHalfUp, ZERO } from "../domain/decimal.ts";
import { formatInstant, type Instant } from "../domain/instant.ts";
import type { Period } from "../domain/period.ts";
import type { LotMethod } from "../domain/treatment.ts";
import { csvLines, type LineEnd } from "../report/write-csv.ts";
import type { Disposal } from "./disposals.ts";
import type { AccountBooks, EventKind, ExportEvent } from "./events.ts";

/** The target's word for a kind of event: one, or one for each direction. */
export type Word = string | { readonly received: string; readonly paid: string };
export type Words = Readonly<Record<string, Word>>;

/** The words that a configuration may override, by kind of event. */
export type WordTable = {
  /** What they are called in the configuration. */
  readonly key: "tags" | "accounts";
  readonly defaults: Words;
  /** What is wrong with a word; null where nothing is. */
  readonly fault: (name: string, word: string) => string | null;
};

/**
 * How sure the format is: A, the tool's own template or code was seen; B, two writers agree, or the tool's
 * help quotes it; C, one writer.
 */
export type Confidence = "A" | "B" | "C";

/** What people are told of a target, in `--list` and in the README beside its files. */
export type TargetFacts = {
  readonly name: string;
  readonly title: string;
  readonly readBy: string;
  readonly confidence: Confidence;
  /** How it is imported, step by step, in the tool's own menu words. */
  readonly howToImport: readonly string[];
  /** What the format cannot express. */
  readonly cannotSay: readonly string[];
  /** What to look at after the import, beside the sums. */
  readonly check: readonly string[];
  /** Whether an import takes the place of all before it, so that a file of a part would delete the rest. */
  readonly replacesEarlier?: true;
  /** The reporting currency that its amounts are in, or any; where absent, they are in their own assets. */
  readonly currency?: "any" | "USD" | "EUR";
};

export type Target = TargetFacts & {
  /** What its rows are. */
  readonly reads: "events" | "disposals";
  /** The form of its files, in sentences. */
  readonly form: readonly string[];
  readonly words: WordTable | null;
  /** Whose midnights its dates go by. */
  readonly zone: "UTC" | "configured";
  /** Whether its reader skips a row that equals another one. */
  readonly skipsTwins: boolean;
  readonly columns: readonly Column[];
  readonly open: (books: Books) => Writer;
};

/** What a target's files are made from, beside the events. */
export type Books = {
  /** In the order in which their events come. */
  readonly accounts: readonly AccountBooks[];
  readonly period: Period;
  readonly timeZone: string;
  readonly words: Words;
  /** The lot methods whose disposals are wanted. */
  readonly methods: readonly LotMethod[];
  /** The name of a file, which says so where the period is incomplete. */
  readonly fileName: (name: string, extension: string) => string;
};

/** Text for the end of a file, and what each of its rows stands for. */
export type Piece = { readonly file: string; readonly text: string; readonly rows: readonly Traced[] };
export type Traced = Pick<ExportEvent, "account" | "entryIds">;

/**
 * Takes the events account by account, in the order of their instants; at once those of one account alone.
 */
export type Writer = {
  begin(): readonly Piece[];
  add(events: readonly ExportEvent[]): readonly Piece[];
  /** Of one account and method at once; only where disposals are what it reads. */
  close?(disposals: readonly Disposal[]): readonly Piece[];
  end(): readonly Piece[];
};

export type Column = {
  readonly header: string;
  readonly cell: (event: ExportEvent, word: string) => string | null;
  /** For the README, where it is not the tool's own column. */
  readonly means?: string;
};

export type Table = TargetFacts & {
  /** By kind of event, all of them; null where the table has no such column. */
  readonly tags: Readonly<Record<EventKind, Word>> | null;
  /** One file for each account, or one for all, whose rows name theirs. */
  readonly files: "by account" | "one";
  readonly columns: readonly Column[];
  readonly lineEnd: LineEnd;
  /** Without the header; more go into further files. Null where the tool names no limit. */
  readonly rowsMax: number | null;
  /**
   * Of amounts; what is below is carried to the next row of the account and asset. Null where every digit is
   * taken.
   */
  readonly decimals: number | null;
  readonly skipsTwins: boolean;
};

/**
 * A target whose files are tables. Text that a spreadsheet would run is neutralised, numbers are never
 * touched.
 */
export function table(of: Table): Target {
  return {
    ...of,
    form: [
      `CSV in UTF-8, commas, a decimal point, lines that end in ${of.lineEnd === "\n" ? "LF" : "CR LF"}. Times are UTC.`,
      of.files === "one" ? "One file for all accounts." : "One file for each account.",
      ...(of.replacesEarlier === undefined
        ? []
        : ["Always all there is: an import replaces those before it."]),
      ...(of.rowsMax === null ? [] : [`At most ${of.rowsMax} rows a file; more are in further files.`]),
      ...(of.decimals === null
        ? ["Every digit of every amount."]
        : [`Amounts have ${of.decimals} decimals; what is below is carried to the next row of the asset.`]),
    ],
    words: of.tags === null ? null : { key: "tags", defaults: of.tags, fault: () => null },
    reads: "events",
    zone: "UTC",
    open: (books) => tableWriter(of, books),
  };
}

function tableWriter(of: Table, { accounts, words, fileName }: Books): Writer {
  const rowsOf = new Map<string, number>();
  const carry = of.decimals === null ? null : carrier(of.decimals);
  const header = csvLines([of.columns.map(({ header }) => header)], of.lineEnd);
  const nameOf = (account: string, part: number) =>
    fileName(
      [of.name, ...(of.files === "one" ? [] : [account]), ...(part === 1 ? [] : [part])].join("-"),
      "csv",
    );
  const begin = (account: string): Piece => ({ file: nameOf(account, 1), text: header, rows: [] });
  return {
    begin: () => (of.files === "one" ? [begin("")] : accounts.map(({ account }) => begin(account))),
    add: (events) => {
      const pieces: Piece[] = [];
      const rows = carry === null ? events : events.flatMap(carry);
      const account = of.files === "one" ? "" : (rows[0]?.account ?? "");
      for (let from = 0; from < rows.length; ) {
        const written = rowsOf.get(account) ?? 0;
        const part = of.rowsMax === null ? 1 : Math.floor(written / of.rowsMax) + 1;
        const room = of.rowsMax === null ? rows.length : part * of.rowsMax - written;
        const piece = rows.slice(from, from + room);
        const cells = piece.map((event) =>
          of.columns.map(({ cell }) => cell(event, wordOf(words, event.kind, event.amount))),
        );
        const isNewFile = part > 1 && room === of.rowsMax;
        const text = csvLines(cells, of.lineEnd);
        pieces.push({ file: nameOf(account, part), text: isNewFile ? header + text : text, rows: piece });
        rowsOf.set(account, written + piece.length);
        from += piece.length;
      }
      return pieces;
    },
    end: () => [],
  };
}

/**
 * Cuts amounts to so many decimals and adds what was cut to the next row of the account and asset, so that
 * their sum is never further off than one unit of the last decimal. An event that is too small for a row of
 * its own goes with that next one.
 */
export function carrier(decimals: number): (event: ExportEvent) => readonly ExportEvent[] {
  const rests = new Map<string, { readonly amount: Decimal; readonly entryIds: readonly string[] }>();
  return (event) => {
    const key = `${event.account}\n${event.asset}`;
    const rest = rests.get(key) ?? { amount: ZERO, entryIds: [] };
    const whole = event.amount.plus(rest.amount);
    const amount = roundDown(whole, decimals);
    const entryIds = [...rest.entryIds, ...event.entryIds];
    const left = whole.minus(amount);
    rests.set(key, { amount: left, entryIds: amount.isZero() ? entryIds : [] });
    return amount.isZero() ? [] : [{ ...event, amount, entryIds }];
  };
}

/**
 * Rounds each amount so that the rounded ones add up to the rounded sum: what one leaves over goes into the
 * next. The sign of an amount stays, or it becomes zero.
 */
export function roundedOn(decimals: number): (amount: Decimal) => Decimal {
  let exact = ZERO;
  let rounded = ZERO;
  return (amount) => {
    const before = rounded;
    exact = exact.plus(amount);
    rounded = roundHalfUp(exact, decimals);
    return rounded.minus(before);
  };
}

/** For formats that know no other characters: those become question marks. */
export function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "?");
}

export function wordOf(words: Words, kind: EventKind, amount: Decimal): string {
  const word = words[kind] ?? "";
  if (typeof word === "string") return word;
  return amount.isNegative() ? word.paid : word.received;
}

/** For the columns of tables whose amounts have no sign: what came in, and what went out. */
export const received = ({ amount }: ExportEvent): string =>
  amount.isNegative() ? "" : formatDecimal(amount);
export const receivedAsset = ({ amount, asset }: ExportEvent): string => (amount.isNegative() ? "" : asset);
export const paid = ({ amount }: ExportEvent): string =>
  amount.isNegative() ? formatDecimal(amount.negated()) : "";
export const paidAsset = ({ amount, asset }: ExportEvent): string => (amount.isNegative() ? asset : "");

/** A column that the tool has and nothing is written to. */
export const nothing = (): string => "";

/** `2026-01-31 23:59:59` in UTC: milliseconds are cut, never rounded into another second. */
export function secondsText(at: Instant): string {
  return formatInstant(at).slice(0, "2026-01-31T23:59:59".length).replace("T", " ");
}

/** What happened, for a person: `trading fee, BTCUSDT, SELL 0.004 at 91000`. */
export function happened(event: ExportEvent): string {
  const {
    kind,
    cashKind,
    symbol,
    side,
    quantity,
    price,
    entryIds,
    counterpartyAccount,
    occurredAt,
    isAdjustment,
  } = event;
  return [
    (kind === "transfer" && cashKind !== null ? cashKind : kind).replaceAll("_", " "),
    symbol,
    side === null || quantity === null || price === null ? null : `${side} ${quantity} at ${price}`,
    counterpartyAccount === null ? null : `with ${counterpartyAccount}`,
    entryIds.length === 1 ? null : `${entryIds.length} events`,
    entryIds.length > 1 || !isAdjustment ? null : `adjustment of ${secondsText(occurredAt)}`,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

/** The same with the venue's id, or ours where it gives none. */
export function describe(event: ExportEvent): string {
  const id = event.transactionId ?? (event.entryIds.length === 1 ? event.entryIds[0] : undefined);
  return id === undefined ? happened(event) : `${happened(event)} | ${id}`;
}
