/**
 * Asynchronous downloads: requested, prepared for a while, then a link to a zip of CSV files that is valid
 * for a day. Each request counts against a monthly quota, shared by all who use the account. The answer to a
 * request beyond the quota is documented nowhere.
 */
import { DAY_MS, type DurationMs, formatInstant, type Instant, plus } from "../../domain/instant.ts";
import type { AccountView } from "../binance-family/account-view.ts";
import type { Span } from "../binance-family/parameters.ts";
import { bare, object } from "../binance-family/payload.ts";
import { refusals } from "../binance-family/refusal.ts";
import type { Answer, SimulatedRequest } from "../shared/exchange.ts";
import {
  type CsvFile,
  type CsvOptions,
  type TradeDialect,
  type TransactionDialect,
  tradeFiles,
  transactionFiles,
} from "./csv.ts";
import { zip } from "./zip.ts";

type DownloadKind = "income" | "trade";

export type DownloadOptions = {
  /** Default 5, of each kind. */
  readonly perMonth?: number;
  /** How many times the state is "processing". Default 2. */
  readonly pollsUntilReady?: number;
  /** Default 24 hours. */
  readonly linkLifetime?: DurationMs;
  readonly transactions?: TransactionDialect;
  readonly trades?: TradeDialect;
  readonly csv?: CsvOptions;
};

type Order = { readonly kind: DownloadKind; readonly view: AccountView; readonly span: Span };
type Job = Order & {
  readonly downloadId: string;
  readonly orderedAt: Instant;
  polls: number;
  expiresAt: Instant | null;
};

export type Downloads = {
  /** The answer to an order; throws a `Refusal`. */
  order(order: Order & { readonly now: Instant }): string;
  /** The answer to a request about an order. */
  state(request: {
    readonly kind: DownloadKind;
    readonly view: AccountView;
    readonly downloadId: string;
    readonly now: Instant;
    readonly host: string;
  }): string;
  /** The file behind a link; null for a path that is none. Anybody may fetch it. */
  file(request: SimulatedRequest, now: Instant): Answer | null;
};

const SPAN_DAYS_MAX = 366;
const FOLDER = "/downloads/";
/** Beyond 2^53, as those in the documentation. */
const FIRST_ID = 546_975_389_218_332_672n;

export function makeDownloads(options: DownloadOptions = {}): Downloads {
  const jobs: Job[] = [];
  const { perMonth = 5, pollsUntilReady = 2, linkLifetime = DAY_MS } = options;

  return {
    order({ now, ...order }) {
      if (order.span.until - order.span.from > SPAN_DAYS_MAX * DAY_MS) throw refusals.interval(365);
      const ordered = jobs.filter(
        (job) =>
          job.kind === order.kind && job.view === order.view && monthOf(job.orderedAt) === monthOf(now),
      );
      if (ordered.length >= perMonth) throw refusals.downloadsUsedUp(perMonth);
      const downloadId = String(FIRST_ID + BigInt(jobs.length));
      jobs.push({ ...order, downloadId, orderedAt: now, polls: 0, expiresAt: null });
      return object({ avgCostTimestampOfLast30d: bare(7_241_837), downloadId });
    },
    state({ kind, view, downloadId, now, host }) {
      const job = jobs.find(
        (known) => known.downloadId === downloadId && known.kind === kind && known.view === view,
      );
      if (job === undefined) throw refusals.invalid("downloadId");
      job.polls += 1;
      if (job.polls <= pollsUntilReady) return statePayload({ downloadId, url: "", expiresAt: null });
      job.expiresAt ??= plus(now, linkLifetime);
      const url = `http://${host}${FOLDER}${downloadId}.zip`;
      return statePayload({ downloadId, url, expiresAt: job.expiresAt, isExpired: now >= job.expiresAt });
    },
    file({ path, method }, now) {
      if (!path.startsWith(FOLDER)) return null;
      const job = jobs.find((known) => `${FOLDER}${known.downloadId}.zip` === path);
      // The venue's file store gives this one answer to every wrong request.
      if (method !== "GET" || job?.expiresAt == null || now >= job.expiresAt) return REFUSED_BY_STORE;
      return {
        status: 200,
        headers: { "Content-Type": "application/zip" },
        body: zip(filesOf(job, options)),
        weight: 0,
      };
    },
  };
}

const REFUSED_BY_STORE: Answer = {
  status: 403,
  headers: { "Content-Type": "application/xml" },
  body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
  weight: 0,
};

/**
 * The whole span that was requested, whatever the retention of the histories, as it was when it was ordered.
 */
function filesOf({ kind, view, span, orderedAt }: Job, options: DownloadOptions): readonly CsvFile[] {
  const requested = {
    ...span,
    limit: Number.MAX_SAFE_INTEGER,
    page: 1,
    truncate: "oldest",
    now: orderedAt,
    retention: null,
  } as const;
  if (kind === "income") {
    const rows = view.incomes(requested, { symbol: null, incomeType: null });
    return transactionFiles(rows, options.transactions ?? "T1", options.csv);
  }
  const symbols = [...new Set(view.account.fills.map((fill) => fill.symbol))];
  const fills = symbols
    .flatMap((symbol) => view.fills(symbol, requested))
    .toSorted((a, b) => a.occurredAt - b.occurredAt);
  return tradeFiles(fills, options.trades ?? "F2", options.csv);
}

function statePayload(state: {
  readonly downloadId: string;
  readonly url: string;
  readonly expiresAt: Instant | null;
  readonly isExpired?: boolean;
}): string {
  const isReady = state.expiresAt !== null;
  return object({
    downloadId: state.downloadId,
    status: isReady ? "completed" : "processing",
    url: state.url,
    s3Link: bare("null"),
    notified: isReady,
    expirationTimestamp: bare(state.expiresAt ?? -1),
    isExpired: state.isExpired === true ? true : bare("null"),
  });
}

/** Of the calendar in UTC. */
function monthOf(at: Instant): string {
  return formatInstant(at).slice(0, "2026-01".length);
}
