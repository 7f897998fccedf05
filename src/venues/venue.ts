/**
 * The port: what the program needs from a venue. Adding a venue is adding one folder that makes one of these,
 * and one line in `registry.ts`.
 *
 * A venue describes requests, signs them, reads answers and decodes rows. It never sends, retries, sleeps,
 * logs or stores: those are done once, in `http/`, `extract/` and `load/`, so that failures are handled in
 * one way for all venues. Its limits are data, so that one planner serves all of them and a test can read
 * them.
 */
import type { Decimal } from "../domain/decimal.ts";
import type { DurationMs, Instant } from "../domain/instant.ts";
import type {
  Balance,
  CollateralState,
  CommonStreamName,
  HistoryRecord,
  Instrument,
  Names,
  PositionState,
  ShownAccount,
  ShownPosition,
  StreamName,
} from "../domain/record.ts";
import type { Window } from "../domain/window.ts";
import type { PerpbooksError } from "../errors.ts";

export type StreamSupport =
  | {
      readonly kind: "supported";
      /** What one request covers: the whole account, or one symbol of it. */
      readonly scope: "account" | "symbol";
      /** The longest window a request may span; never more than seven days. */
      readonly windowMax: DurationMs;
      /** The rows of a full page. A page this long proves nothing about what lies beyond it. */
      readonly pageRowsMax: number;
      /** How far back the venue answers; null where no limit is documented. */
      readonly retention: Retention | null;
      /** How late a row may appear: windows younger than this are read again. */
      readonly lateness: DurationMs;
      /** Fields of a row that may change after it was first served. A change in any other is an alarm. */
      readonly mayChange: readonly string[];
      /**
       * What leads from one page of a window to the next: time alone, or the venue's cursor, followed to its
       * end.
       */
      readonly paging?: "time" | "cursor";
      /**
       * Whether one request may look over all of time, whatever `windowMax` is, for where rows begin. Its
       * answer loads nothing, and the rows are read by windows all the same.
       */
      readonly hasSurvey?: true;
      /** How long a pending row is requested again; without end where it is absent. */
      readonly pendingMax?: DurationMs;
    }
  | { readonly kind: "unsupported"; readonly why: string };

/** An answer without rows is a proof only where the venue is sure to still serve the span. */
export type Retention = {
  /** What the shortest document promises. */
  readonly sure: DurationMs;
  /** What any document allows, read at its longest: requested once. */
  readonly possible: DurationMs;
};

/** Narrows a request by the venue's own parameters, for a millisecond that holds more rows than a page. */
export type Filters = Readonly<Record<string, string>>;

/** A request for one page. */
export type PageQuery = {
  readonly stream: StreamName;
  /** "" for streams of the account's scope. */
  readonly symbol: string;
  readonly filters: Filters;
  readonly span:
    | { readonly by: "time"; readonly window: Window }
    /** Of a span of any length, for where its rows begin. Only for streams that have a survey. */
    | { readonly by: "survey"; readonly window: Window }
    /**
     * From this id on, oldest first, whatever the time. Only for streams whose `idCursor` the venue offers.
     */
    | { readonly by: "id"; readonly fromId: string }
    /**
     * The page after the one that gave this cursor, of the same window. Only for streams that page by cursor.
     */
    | { readonly by: "cursor"; readonly window: Window; readonly cursor: string };
};

/** One row as the venue sent it. */
export type VerbatimRow = {
  /**
   * Everything that tells the row from others of its stream, in a fixed order; `domain/identity.ts` adds the
   * occurrence.
   */
  readonly identity: readonly string[];
  readonly symbol: string;
  readonly occurredAt: Instant;
  /** The row's JSON text with its digits as sent. */
  readonly body: string;
  /** The row's number in the venue's ascending id sequence of its symbol; null where rows have none. */
  readonly id: string | null;
  /**
   * True while the venue may still change the row for the account's books: its instant is requested again
   * until it no longer does.
   */
  readonly isPending?: boolean;
};

export type VenueRequest = {
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly weight: number;
  readonly isSigned: boolean;
  /** Whether it requests a part of a history, of which a refusal leaves out no more than that part. */
  readonly isOfHistory?: boolean;
};

/** Exactly what goes on the wire: after signing, nothing may encode or reorder it again. */
export type SignedRequest = {
  /** Path, question mark and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
};

export type Reply = {
  readonly status: number;
  /** Looked up in lower case. */
  readonly header: (name: string) => string | null;
  readonly body: string;
};

export type Decoded =
  /**
   * One row may be several events: a closing trade of edgeX is its result, its fee, and a row of the
   * collateral statement.
   */
  | { readonly kind: "known"; readonly records: readonly HistoryRecord[] }
  /** Kept in `raw`, set aside with this reason, counted and shown: never dropped, never guessed. */
  | { readonly kind: "unknown"; readonly why: string };

export type ReadNames = {
  readonly contracts: readonly { readonly id: string; readonly name: string }[];
  readonly assets: readonly { readonly id: string; readonly name: string }[];
};

export type Statement = {
  readonly version: string;
  readonly collateral: readonly CollateralState[];
  readonly positions: readonly PositionState[];
};

/** How to separate rows that share one millisecond and fill a page. */
export type SplitContext = {
  readonly rowsSeen: readonly VerbatimRow[];
  readonly knownSymbols: readonly string[];
};

/** What people want to know of an account and the books do not need; its answer is lines for them. */
export type Inquiry = {
  readonly request: VenueRequest;
  /**
   * The address of the request, where it is not the account's own; such a host has a weight count of its own.
   */
  readonly baseUrl?: string;
  /** Throws a `RequestRefusedError` when the answer is another than expected. */
  read(body: string): readonly string[];
};

export type SupportedStream = Extract<StreamSupport, { readonly kind: "supported" }>;

/** What a planner needs of a stream; null where the venue has none. */
export function supportOf(venue: Pick<Venue, "streams">, stream: StreamName): SupportedStream | null {
  const support = venue.streams[stream];
  return support?.kind === "supported" ? support : null;
}

export interface Venue {
  readonly id: string;
  /** As people write it: `Aster`. */
  readonly title: string;
  /** No account has history before this instant. */
  readonly historyBegins: Instant;
  /** The weight one host allows a minute, until the venue itself says otherwise. */
  readonly weightPerMinute: number;
  /** From one request to the next at least, where the venue publishes no limit; none where it is absent. */
  readonly paceMs?: DurationMs;
  /** A stream beyond the common four that is left out does not exist on this venue. */
  readonly streams: Readonly<
    Record<CommonStreamName, StreamSupport> & Partial<Record<StreamName, StreamSupport>>
  >;

  /**
   * Paths that may be requested at all; a request for anything else is never sent, whatever the key could do.
   */
  readonly allowedPaths: ReadonlySet<string>;
  readonly timeRequest: VenueRequest;
  readonly instrumentsRequest: VenueRequest;
  readonly balancesRequest: VenueRequest;
  readonly positionsRequest: VenueRequest;
  pageRequest(pageQuery: PageQuery): VenueRequest;
  /** Narrower queries that together read the same; null when the endpoint offers no way. */
  splitInstant(pageQuery: PageQuery, context: SplitContext): readonly PageQuery[] | null;
  /**
   * The query for the n-th page (from 1) of what `pageQuery` reads, all else being the same; null where the
   * stream's pages have no numbers. Absent where no stream's have. Only for one millisecond: over a longer
   * window, numbers shift when rows appear.
   */
  numberedPage?(pageQuery: PageQuery, number: number): PageQuery | null;
  /** True where `span: { by: "id" }` is understood for this stream. */
  hasIdCursor(stream: StreamName): boolean;

  /** Signs for this attempt; called again for every attempt. `now` is the venue's own time as measured. */
  sign(request: VenueRequest, now: Instant): SignedRequest;
  /** The weight used in the current minute by the venue's own count; null where the answer does not say. */
  usedWeight(reply: Reply): number | null;
  /**
   * The venue's refusal as an error of the right remedy; null for an answer that is none. `where` is the
   * caller's place; from `now`, the venue's own time as measured, a wait given in seconds is counted. What
   * was requested can change what a refusal means: a key may have the right to everything but one stream.
   */
  refusal(reply: Reply, where: string, now: Instant, request?: VenueRequest): PerpbooksError | null;

  readTime(body: string): Instant;
  readInstruments(body: string): readonly Instrument[];
  /** The weight that the answer with the instruments grants one host a minute; null where it does not say. */
  readWeightLimit?(body: string): number | null;
  readBalances(body: string, names: Names): readonly Balance[];
  readPositions(body: string, names: Names): readonly ShownPosition[];
  /** Throws a `RequestRefusedError` when the answer is not a page, and a SyntaxError when it is not whole. */
  readPage(pageQuery: PageQuery, body: string): readonly VerbatimRow[];
  /** The cursor of the page after this one, null after the last. Only where a stream pages by cursor. */
  readCursor?(body: string): string | null;
  /** Pure: the same row decodes to the same records, today and in a rebuild next year. */
  decode(stream: StreamName, body: string, names: Names): Decoded;
  /**
   * How many decimals the venue keeps of an amount: its own realized PnL differs from ours by one unit of the
   * last of them.
   */
  readonly amountDecimals: number;

  /**
   * Contracts and assets by the numbers that the venue's records name them with; absent where they are named
   * by symbol.
   */
  readNames?(body: string): ReadNames;
  /**
   * What the account counts of its collateral and positions beside the wallet, in the answer to
   * `balancesRequest`; the snapshot's parts are of one state of the account where `version` is the same in
   * all of them. Absent where the venue keeps no collateral statement.
   */
  readStatement?(body: string, names: Names): Statement;

  /**
   * What the account is worth by the venue's own count. Where its request is `balancesRequest` itself, it is
   * read from the same answer. Absent where the venue shows none.
   */
  readonly account?: AccountInquiry;

  /** What every key of this kind can do beyond reading, where the venue gives out none that only reads. */
  readonly keyPower?: string;
  /** What the key could do beyond reading, one line each; absent where the venue cannot tell. */
  readonly rights?: Inquiry;
  /** How the account is set up (position mode, margin mode, what fees are paid in), one line each. */
  readonly modes?: readonly Inquiry[];
  /** Files that the venue makes when it is asked to; absent where it makes none. */
  readonly downloads?: Downloads;
  /** Public prices by the minute; absent where the venue has none that we read. */
  readonly klines?: Klines;
  /** Public mark prices of the past; absent where the venue serves none. */
  readonly marks?: Marks;
  /** The account's fee rates of now; absent where the venue does not tell them by contract. */
  readonly feeRates?: FeeRates;
  /** Public funding rates of the past; absent where the venue serves none that payments are settled by. */
  readonly fundingRates?: FundingRates;
}

/** All of one answer, so that wallet, unrealized PnL and equity are of one state of the account. */
export type AccountInquiry = {
  readonly request: VenueRequest;
  /** Throws a `RequestRefusedError` when the answer is another than expected. */
  read(body: string, names: Names): ShownAccount;
};

/** What a contract's price was, minute by minute. */
export type Klines = {
  /**
   * What the contract of `base` against `quote` would be called; whether there is one, only the venue's
   * listing says.
   */
  symbolOf(base: string, quote: string): string;
  /** The span of one request that brings the most minutes for its weight. */
  readonly spanMax: DurationMs;
  /** Requests every minute of a window whose ends are full minutes. */
  request(symbol: string, window: Window): VenueRequest;
  /**
   * The window's minutes, oldest first. Throws a `RequestRefusedError` when the answer is another than
   * expected.
   */
  read(symbol: string, window: Window, body: string): readonly Kline[];
};

export type Kline = {
  readonly openedAt: Instant;
  /** The price of the last trade in it, or before it; plain digits as sent. */
  readonly close: string;
};

/** What a contract's mark price was at past instants. */
export type Marks = {
  /** The grids on which marks are served, the widest first. */
  readonly intervals: readonly DurationMs[];
  /** How many intervals one request spans at most, for the most marks for its weight. */
  readonly rowsMax: number;
  /** Requests the marks of every interval of a window whose ends are on the grid. */
  request(symbol: string, interval: DurationMs, window: Window): VenueRequest;
  /**
   * The window's marks, oldest first; what the venue does not serve is left out. Throws a
   * `RequestRefusedError` when the answer is another than expected.
   */
  read(symbol: string, interval: DurationMs, window: Window, body: string): readonly Mark[];
};

/** `price` has the venue's digits. */
export type Mark = { readonly markedAt: Instant; readonly price: string };

/** What the account is charged of a fill's value in one contract; a rate below zero is paid to it. */
export type FeeRates = {
  request(symbol: string): VenueRequest;
  /** Throws a `RequestRefusedError` when the answer is another than expected. */
  read(symbol: string, body: string): { readonly maker: Decimal; readonly taker: Decimal };
};

/** What funding was settled at. */
export type FundingRates = {
  /** The rows of a full answer: what comes after its last row is requested from there. */
  readonly rowsMax: number;
  request(symbol: string, window: Window): VenueRequest;
  /**
   * The window's settlements, oldest first. Throws a `RequestRefusedError` when the answer is another than
   * expected.
   */
  read(symbol: string, window: Window, body: string): readonly FundingRate[];
};

export type FundingRate = {
  /** By the venue's own time of it, which may be some milliseconds after the hour. */
  readonly settledAt: Instant;
  /** Longs pay a positive rate to shorts. */
  readonly rate: Decimal;
  /** The mark that was settled at; null where the venue does not say. */
  readonly markPrice: Decimal | null;
  /** Not where it was paid beside the regular rate. */
  readonly isRegular: boolean;
};

/**
 * Files of an account's history that the venue makes on request, for what its interface no longer serves. A
 * request is answered with an id at once and with a link when the file is made. Every request spends some of
 * a monthly allowance; to see how far it is, and to fetch it, is free.
 */
export type Downloads = {
  /** The longest span of one file. */
  readonly spanMax: DurationMs;
  /** From one request to the next at least. */
  readonly pause: DurationMs;
  readonly streams: Readonly<Record<HistoryFileTable["stream"], DownloadStream>>;
};

export type DownloadStream = {
  /**
   * How many requests a calendar month (UTC) has; what people download on the venue's site counts too, and
   * only the venue knows of it.
   */
  readonly requestsPerMonth: number;
  request(span: Window): VenueRequest;
  /**
   * The id of the file that will be made. Throws a `RequestRefusedError` when the answer is another than
   * expected.
   */
  readId(body: string): string;
  stateRequest(downloadId: string): VenueRequest;
  /** Throws a `RequestRefusedError`, which never shows the link, when the answer is another than expected. */
  readState(downloadId: string, body: string): DownloadState;
};

export type DownloadState =
  | { readonly kind: "preparing" }
  /**
   * The link is all it takes to fetch the file: it is never shown and never kept. `until` is null where the
   * venue does not say.
   */
  | { readonly kind: "ready"; readonly url: string; readonly until: Instant | null }
  | { readonly kind: "expired" };

/** Bytes that can be read more than once and from any place: a file on disk, or what was fetched. */
export type ByteSource = {
  readonly size: number;
  /** The bytes of [from, until); fewer only where the source ends. */
  read(from: number, until: number): Promise<Uint8Array>;
};

/** A file that the venue makes of an account's history, for people to download. */
export type HistoryFile = {
  /** The file's own name, without its folder: it may hold the time zone. */
  readonly name: string;
  readonly source: ByteSource;
  /** The zone of the file's times, by the user's word: `UTC+3`. */
  readonly timeZone?: string;
  /**
   * Said by those who take the account to be in one-way mode, for files that do not name the position side.
   */
  readonly positionSide?: "BOTH";
};

/** The streams that such files hold. */
export const FILE_STREAMS = ["income", "fills"] as const;
export type FileStream = (typeof FILE_STREAMS)[number];

export function isInFiles(stream: string): boolean {
  return (FILE_STREAMS as readonly string[]).includes(stream);
}

/**
 * One table of such a file. Tables, and the rows of each, come as they are read, so that memory does not grow
 * with a file: a table's rows are to be read before the next table.
 */
export type HistoryFileTable = {
  /** The file, and the one inside of it where it is an archive. */
  readonly file: string;
  readonly stream: FileStream;
  /** False where the file does not say which position a fill belongs to. */
  readonly namesPositionSide: boolean;
  /** False where rows have no id of the venue's. */
  readonly hasIds: boolean;
  /**
   * Which part of a split download this is, and what the names of all of its parts have in common; null where
   * the name says nothing of it.
   */
  readonly split: { readonly part: number; readonly of: number; readonly download: string } | null;
  /**
   * In the file's order. The last of them may be followed by a `UsageError`: only a table that was read to
   * its end is understood.
   */
  readonly rows: AsyncIterable<HistoryFileRow>;
};

/** `body` is what `decode` reads; times are whole seconds. */
export type HistoryFileRow = Pick<VerbatimRow, "identity" | "symbol" | "occurredAt" | "body"> & {
  readonly line: number;
  /** What a row of the interface of the same event shares with it, and a row of another file. */
  readonly matchKey: string;
};

/**
 * Stands in the identity and the body of a row without an id, for its number among those of its symbol and
 * second, oldest first: only who has all rows of the second can tell it.
 */
export const PLACE = "{place}";
