/**
 * What a target of an export is: a file's form and what a person must know of it, as data, and a pure way
 * from events to rows. A table's target is made by `table` (here), a journal's by `journal` (`journal.ts`).
 */
import { type Decimal, formatDecimal, roundDown, roundHalfUp, sum, ZERO } from "../domain/decimal.ts";
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
  /** What is wrong with a word for what goes in these directions; null where nothing is. */
  readonly fault: (name: string, word: string, directions: readonly Direction[]) => string | null;
};

export type Direction = "received" | "paid";

/**
 * How sure the format is: own, it is nobody else's; A, the tool's own template or code was seen; B, two
 * writers agree, or the tool's help quotes it; C, one writer.
 */
export type Confidence = "own" | "A" | "B" | "C";

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
  readonly types?: Table["types"];
  readonly apart?: Apart;
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

/** A target whose files are made from the reports, and not from events. */
export type ReportsTarget = TargetFacts & {
  /** A sheet of them for each lot method that is wanted. */
  readonly reads: "disposals";
  readonly form: readonly string[];
  readonly words: null;
  readonly sheets: readonly Sheet[];
};

export type Sheet = {
  /** At most 31 characters. */
  readonly name: string;
  readonly report: string;
  /** Without it, all of the report's. */
  readonly columns?: readonly string[];
  /** The report of each month, one after the other. */
  readonly byMonth?: true;
  /** A sheet for each lot method that is wanted. */
  readonly ofMethod?: true;
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
  /** The reporting currency; null where there is none. */
  readonly currency: string | null;
  /** The name of a file, which says so where the period is incomplete. */
  readonly fileName: (name: string, extension: string) => string;
};

/** Text for the end of a file, and what each of its rows stands for. */
export type Piece = {
  readonly file: string;
  readonly text: string;
  readonly rows: readonly Traced[];
  /** At the end: what is in no row of the file, because it is below the last decimal. */
  readonly rests?: readonly Rest[];
};
export type Traced = Pick<ExportEvent, "account" | "entryIds">;
export type Rest = Traced & Pick<ExportEvent, "asset" | "amount">;

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
  readonly cell: (event: ExportEvent, word: string, timeZone: string) => string | null;
  /** For the README, where it is not the tool's own column. */
  readonly means?: string;
};

export type Apart = {
  /** At the end of the file's name. */
  readonly name: string;
  readonly kinds: readonly EventKind[];
  readonly columns: readonly Column[];
};

export type Table = TargetFacts & {
  /** By kind of event, all of them; null where the table has no such column. */
  readonly tags: Readonly<Record<EventKind, Word>> | null;
  /**
   * The tool's own words by direction, where nothing but the word tells the direction of an amount: another
   * one would turn it around.
   */
  readonly types?: Readonly<Record<Direction, readonly string[]>>;
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
  { name, files, rowsMax, lineEnd }: Table,
  columns: readonly Column[],
  suffix: readonly string[],
  { words, fileName, timeZone }: Books,
) {
  const rowsOf = new Map<string, number>();
  const header = csvLines([columns.map(({ header }) => header)], lineEnd);
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
    begin: (account: string): Piece => ({ file: nameOf(account, 1), text: header, rows: [] }),
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
        pieces.push({ file: nameOf(account, part), text: isNewFile ? header + text : text, rows: piece });
        rowsOf.set(account, written + piece.length);
        from += piece.length;
      }
      return pieces;
    },
  };
}

/**
 * Cuts amounts to so many decimals and adds what was cut to the next row of the account and asset, so that
 * their sum is never further off than one unit of the last decimal. Or rounds them, as bookkeepers do: the
 * sum of the rows is the rounded sum then, and what is whole cents stays as it is. An event that is too small
 * for a row of its own goes with that next one.
 */
export function carrier(decimals: number, round: typeof roundDown = roundDown): Carrier {
  const rests = new Map<string, Rest>();
  return {
    add: (event) => {
      const { account, asset } = event;
      const key = `${account}\n${asset}`;
      const rest = rests.get(key) ?? { amount: ZERO, entryIds: [] };
      const whole = event.amount.plus(rest.amount);
      const amount = round(whole, decimals);
      const entryIds = [...rest.entryIds, ...event.entryIds];
      const left = whole.minus(amount);
      rests.set(key, { account, asset, amount: left, entryIds: amount.isZero() ? entryIds : [] });
      return amount.isZero() ? [] : [{ ...event, amount, entryIds }];
    },
    rests: () => [...rests.values()].filter(({ amount }) => !amount.isZero()),
  };
}

/** How a statement of an account in the reporting currency is written, which is no table. */
export type Statement = {
  readonly extension: string;
  readonly form: readonly string[];
  readonly head: (of: StatementOf) => string;
  /** The amount is in the currency, in cents. */
  readonly row: (event: ExportEvent) => string;
  readonly foot: (sum: Decimal, of: StatementOf) => string;
};

export type StatementOf = Pick<AccountBooks, "account" | "venue"> & {
  readonly currency: string;
  readonly period: Period;
};

/** One file for each account, in the reporting currency. */
export function statement(facts: TargetFacts, of: Statement): Target {
  return {
    ...facts,
    reads: "events",
    form: [
      ...of.form,
      "One file for each account.",
      "Amounts are in the reporting currency, rounded to cents with the rest carried to the next row; what has no price is in no row, and named below.",
    ],
    words: null,
    zone: "configured",
    skipsTwins: false,
    columns: [],
    open: ({ accounts, period, currency, fileName }) => {
      if (currency === null) throw new TypeError(`${facts.name} is refused without a reporting currency`);
      const [priced, carry] = [valuer(), carrier(2, roundHalfUp)];
      const sums = new Map<string, Decimal>();
      const fileOf = (account: string) => fileName(`${facts.name}-${account}`, of.extension);
      const statements = accounts.map(({ account, venue }) => ({ account, venue, currency, period }));
      return {
        // An account in which nothing happened has its statement too.
        begin: () => statements.map((own) => ({ file: fileOf(own.account), text: of.head(own), rows: [] })),
        add: (events) => {
          const rows = events.flatMap((event) => priced.add(event)).flatMap((event) => carry.add(event));
          const [first] = rows;
          if (first === undefined) return [];
          const { account } = first;
          sums.set(account, sum([sums.get(account) ?? ZERO, ...rows.map(({ amount }) => amount)]));
          return [{ file: fileOf(account), text: rows.map(of.row).join(""), rows }];
        },
        end: () => {
          const rests = [...priced.rests(), ...carry.rests()];
          return statements.map((own) => ({
            file: fileOf(own.account),
            text: of.foot(sums.get(own.account) ?? ZERO, own),
            rows: [],
            rests: rests.filter((rest) => rest.account === own.account),
          }));
        },
      };
    },
  };
}

/** Amounts in the reporting currency; what has no price is left over, in its own asset. */
function valuer(): Carrier {
  const rests = new Map<string, Rest>();
  return {
    add: (event) => {
      const { account, asset, value, currency } = event;
      if (value !== null && currency !== null) return [{ ...event, asset: currency, amount: value }];
      const key = `${account}\n${asset}`;
      const rest = rests.get(key) ?? { amount: ZERO, entryIds: [] };
      const entryIds = [...rest.entryIds, ...event.entryIds];
      rests.set(key, { account, asset, amount: rest.amount.plus(event.amount), entryIds });
      return [];
    },
    rests: () => [...rests.values()],
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

export type Carrier = {
  add(event: ExportEvent): readonly ExportEvent[];
  /** What is left at the end, with the entries that are in no row. */
  rests(): readonly Rest[];
};

export function wordOf(words: Words, kind: EventKind, amount: Decimal): string {
  const word = words[kind] ?? "";
  if (typeof word === "string") return word;
  return amount.isNegative() ? word.paid : word.received;
}

/*
 * The columns that say what a row changes in the wallet are these, in every table: so a test can read each
 * file back. One amount with its sign, or without it where the type tells the direction, or what came in and
 * what went out in columns of their own.
 */
export const asset = ({ asset }: ExportEvent): string => asset;
export const signedAmount = ({ amount }: ExportEvent): string => formatDecimal(amount);
export const unsignedAmount = ({ amount }: ExportEvent): string => formatDecimal(amount.abs());
/** The target's word for the event. */
export const type = (_: ExportEvent, word: string): string => word;
export const received = ({ amount }: ExportEvent): string =>
  amount.isNegative() ? "" : formatDecimal(amount);
export const receivedAsset = ({ amount, asset }: ExportEvent): string => (amount.isNegative() ? "" : asset);
export const paid = ({ amount }: ExportEvent): string =>
  amount.isNegative() ? formatDecimal(amount.negated()) : "";
export const paidAsset = ({ amount, asset }: ExportEvent): string => (amount.isNegative() ? asset : "");

/** For columns that say no more than the direction. */
export function byDirection(words: Readonly<Record<Direction, string>>): Column["cell"] {
  return ({ amount }) => (amount.isNegative() ? words.paid : words.received);
}

/** A column that the tool has and nothing is written to. */
export const nothing = (): string => "";

/** `2026-01-31 23:59:59` in UTC: milliseconds are cut, never rounded into another second. */
export function secondsText(at: Instant): string {
  return formatInstant(at).slice(0, "2026-01-31T23:59:59".length).replace("T", " ");
}

/** The day on which the books count it, as clocks of the zone show it. */
export function dateOf(
  { at }: ExportEvent,
  timeZone: string,
  form: (year: string, month: string, day: string) => string,
): string {
  const [year = "", month = "", day = ""] = formatInstant(at, timeZone)
    .slice(0, "2026-01-31".length)
    .split("-");
  return form(year, month, day);
}

/** `01/31/2026 23:59:59`, the same. */
export function monthFirstText(at: Instant): string {
  return dateParts(at, (year, month, day) => `${month}/${day}/${year}`);
}

/** `31.01.2026 23:59:59`, the same. */
export function dayFirstText(at: Instant): string {
  return dateParts(at, (year, month, day) => `${day}.${month}.${year}`);
}

function dateParts(at: Instant, date: (year: string, month: string, day: string) => string): string {
  const [year = "", month = "", day = "", time = ""] = secondsText(at).split(/[- ]/);
  return `${date(year, month, day)} ${time}`;
}

/** The account's name in a tool that has those of all exchanges: one venue may have several. */
export const exchange = ({ venue, account }: ExportEvent): string => `${venue} ${account}`;

/**
 * Unlike every other row's, in all accounts. The venue's id would not do: it is unique in one kind of cash
 * alone. Of a merged row, that of its first entry, which is in no other row.
 */
export const rowId = ({ account, entryIds }: ExportEvent): string => `${account}/${entryIds[0]}`;

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
