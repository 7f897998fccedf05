/** What every venue must keep, whatever it is: run once for each way to sign in. */
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, type DurationMs, HOUR_MS, instant, plus } from "../../src/domain/instant.ts";
import { NAMES_AS_SENT, STREAM_NAMES, type StreamName } from "../../src/domain/record.ts";
import { PerpbooksError, RateLimitedError, RequestRefusedError, RetryableError } from "../../src/errors.ts";
import {
  type PageQuery,
  type Reply,
  supportOf,
  type Venue,
  type VenueRequest,
} from "../../src/venues/venue.ts";

export type ContractTerms = {
  /** Texts that must never be seen: keys, secrets, passphrases. */
  readonly secrets: readonly string[];
  /** The body of a page without rows, where it is not `[]`. */
  readonly emptyPage?: string;
  /** True where a 403 in HTML is a firewall's that relents, and is tried again. */
  readonly isFirewallTransient?: boolean;
};

const AT = parseInstant("2026-03-01T00:00:00Z");
const SYMBOLS = ["BTCUSDT", "币安人生USDT", "A'B(C)*!USDT"];

export function replyOf(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, header: (name) => headers[name] ?? null, body };
}

/** The requests that a planner would send first: the longest window of each stream. */
function firstQueries(venue: Venue): readonly PageQuery[] {
  return STREAM_NAMES.flatMap((stream) => {
    const support = supportOf(venue, stream);
    if (support === null) return [];
    const window = { from: AT, until: plus(AT, support.windowMax) };
    return (support.scope === "symbol" ? SYMBOLS : [""]).map((symbol) => ({
      stream,
      symbol,
      filters: {},
      span: { by: "time", window },
    }));
  });
}

function allRequests(venue: Venue): readonly VenueRequest[] {
  return [
    venue.timeRequest,
    venue.instrumentsRequest,
    venue.balancesRequest,
    venue.positionsRequest,
    ...firstQueries(venue).map((pageQuery) => venue.pageRequest(pageQuery)),
    ...[venue.rights ?? [], venue.modes ?? []].flat().map((inquiry) => inquiry.request),
    ...(venue.klines === undefined
      ? []
      : SYMBOLS.map((symbol) => klinesRequest(venue.klines, symbol)).filter((request) => request !== null)),
    ...SYMBOLS.flatMap((symbol) => venue.feeRates?.request(symbol) ?? []),
    ...SYMBOLS.flatMap((symbol) =>
      venue.fundingRates === undefined
        ? []
        : [venue.fundingRates.request(symbol, { from: AT, until: plus(AT, HOUR_MS) })],
    ),
    ...(venue.account === undefined ? [] : [venue.account.request]),
    ...(venue.marks?.intervals ?? []).flatMap((interval) =>
      SYMBOLS.map((symbol) => marksRequest(venue.marks, symbol, interval)).filter((one) => one !== null),
    ),
    ...Object.values(venue.downloads?.streams ?? {}).flatMap((stream) => [
      stream.request({ from: AT, until: plus(AT, venue.downloads?.spanMax ?? 0) }),
      stream.stateRequest("546975389218332672"),
    ]),
  ];
}

/** The longest span of an interval's marks that is requested at once. */
function marksRequest(marks: Venue["marks"], symbol: string, interval: DurationMs): VenueRequest | null {
  if (marks === undefined) return null;
  return marks.request(symbol, interval, { from: AT, until: plus(AT, marks.rowsMax * interval) });
}

/** The longest span of minutes that is requested at once. */
function klinesRequest(klines: Venue["klines"], symbol: string): VenueRequest | null {
  if (klines === undefined) return null;
  return klines.request(symbol, { from: AT, until: plus(AT, klines.spanMax) });
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}

export function venueContract(name: string, makeVenue: () => Venue, terms: ContractTerms): void {
  const { secrets, emptyPage = "[]", isFirewallTransient = false } = terms;
  const supported = (venue: Venue): readonly StreamName[] =>
    STREAM_NAMES.filter((stream) => supportOf(venue, stream) !== null);

  describe(`${name} keeps the contract of venues`, () => {
    test("each stream has limits that a planner can use, or a reason why it is not offered", () => {
      const { streams } = makeVenue();
      for (const stream of STREAM_NAMES) {
        const support = streams[stream];
        if (support === undefined) continue;
        if (support.kind === "unsupported") {
          expect(support.why).not.toBe("");
          continue;
        }
        expect(support.windowMax).toBeGreaterThan(0);
        expect(support.windowMax).toBeLessThanOrEqual(7 * DAY_MS);
        expect(support.pageRowsMax).toBeGreaterThan(0);
        expect(support.lateness).toBeGreaterThanOrEqual(0);
        const { retention } = support;
        if (retention === null) continue;
        expect(retention.sure).toBeGreaterThan(support.windowMax);
        expect(retention.possible).toBeGreaterThanOrEqual(retention.sure);
      }
    });

    test("it has a name, a beginning and a weight", () => {
      const venue = makeVenue();
      expect(venue.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(venue.title).not.toBe("");
      expect(venue.historyBegins).toBeLessThan(AT);
      expect(venue.weightPerMinute).toBeGreaterThan(0);
    });

    test("every request it describes is on its own allowlist and has a weight within a minute's", () => {
      const venue = makeVenue();
      for (const request of allRequests(venue)) {
        expect(venue.allowedPaths).toContain(request.path);
        expect(request.weight).toBeGreaterThan(0);
        expect(request.weight).toBeLessThanOrEqual(venue.weightPerMinute);
      }
    });

    test("a query becomes the same request each time, and its text is printable", () => {
      const venue = makeVenue();
      for (const pageQuery of firstQueries(venue)) {
        const request = venue.pageRequest(pageQuery);
        expect(venue.pageRequest(pageQuery)).toEqual(request);
        expect(request.isSigned).toBe(true);
        for (const [, value] of request.query) expect(value).not.toMatch(/undefined|null|NaN|\[object/);
      }
    });

    test("signing leaves the query as it was before the parameters of authentication", () => {
      const venue = makeVenue();
      for (const request of allRequests(venue)) {
        const { target } = venue.sign(request, AT);
        const address = new URL(`https://venue.invalid${target}`);
        expect(address.pathname).toBe(request.path);
        expect([...address.searchParams].slice(0, request.query.length)).toEqual(request.query);
      }
    });

    test("what is signed is what a URL parser sends: nothing is encoded again", () => {
      const venue = makeVenue();
      for (const request of allRequests(venue)) {
        const { target } = venue.sign(request, AT);
        expect(new URL(`https://venue.invalid${target}`).href).toBe(`https://venue.invalid${target}`);
      }
    });

    test("a signature in the query comes last, and requests without one carry no key", () => {
      const venue = makeVenue();
      for (const request of allRequests(venue)) {
        const { target, headers } = venue.sign(request, AT);
        if (target.includes("signature=")) expect(target).toMatch(/[?&]signature=[^&]+$/);
        if (!request.isSigned) {
          expect(target).not.toContain("signature=");
          expect(headers).toEqual({});
        }
      }
    });

    test("a second attempt is signed anew", () => {
      const venue = makeVenue();
      const first = venue.sign(venue.balancesRequest, AT);
      const second = venue.sign(venue.balancesRequest, plus(AT, 1));
      expect(second).not.toEqual(first);
    });

    test("no secret is in the query, in the venue's text or in what an inspector shows", () => {
      const venue = makeVenue();
      const shown = [JSON.stringify(venue), inspect(venue, { depth: 9, showHidden: true })];
      for (const request of allRequests(venue)) shown.push(venue.sign(request, AT).target);
      for (const secret of secrets) for (const text of shown) expect(text).not.toContain(secret);
    });

    test("a refusal shows no secret and no signature, even if the venue echoes the request", () => {
      const venue = makeVenue();
      const { target, headers } = venue.sign(venue.balancesRequest, AT);
      const echoes = [target, ...Object.entries(headers).map(([header, value]) => `${header}: ${value}`)];
      for (const status of [400, 401, 403, 404, 429, 500]) {
        for (const echo of echoes) {
          const error = venue.refusal(replyOf(status, `<p>Refused: ${echo}</p>`), "main balances", AT);
          expect(error).toBeInstanceOf(PerpbooksError);
          const signature = new URLSearchParams(target.split("?")[1]).get("signature");
          for (const hidden of [...secrets, ...Object.values(headers), signature ?? secrets].flat()) {
            expect(error?.message).not.toContain(hidden);
          }
        }
      }
    });

    test("an answer that is none of its refusals is let through", () => {
      const venue = makeVenue();
      expect(venue.refusal(replyOf(200, emptyPage), "main income", AT)).toBeNull();
    });

    test(`429 pauses the host, a 5xx page of HTML is tried again${isFirewallTransient ? " as is one of 403, and" : ", and 403 and"} 451 stop`, () => {
      const venue = makeVenue();
      const html = "<html><body>Bad gateway</body></html>";
      expect(venue.refusal(replyOf(429, "", { "retry-after": "7" }), "x", AT)).toEqual(
        expect.objectContaining({ retryAt: plus(AT, 7000) }),
      );
      expect(venue.refusal(replyOf(429, ""), "x", AT)).toBeInstanceOf(RateLimitedError);
      for (const status of [500, 502, 503, 504]) {
        expect(venue.refusal(replyOf(status, html), "x", AT)).toBeInstanceOf(RetryableError);
      }
      for (const status of [403, 451]) {
        const error = venue.refusal(replyOf(status, html), "x", AT);
        expect(error?.remedy).toBe(status === 403 && isFirewallTransient ? "retry" : "stop");
        expect(error?.message).toMatch(/^x: .+\n[\s\S]*\n {2}next: .+/);
      }
    });

    test("a page without rows is a page; an answer of another shape is refused; a cut one is a SyntaxError", () => {
      const venue = makeVenue();
      for (const pageQuery of firstQueries(venue)) {
        expect(venue.readPage(pageQuery, emptyPage)).toEqual([]);
        expect(thrownBy(() => venue.readPage(pageQuery, `{"surprise":[1]}`))).toBeInstanceOf(
          RequestRefusedError,
        );
        expect(thrownBy(() => venue.readPage(pageQuery, `"text"`))).toBeInstanceOf(RequestRefusedError);
        expect(thrownBy(() => venue.readPage(pageQuery, emptyPage.slice(0, -1)))).toBeInstanceOf(SyntaxError);
      }
    });

    test("a row that lacks everything is set aside with a reason, never thrown", () => {
      const venue = makeVenue();
      for (const stream of supported(venue)) {
        for (const body of ["{}", `{"time":1}`, "5", "null", "[]"]) {
          const decoded = venue.decode(stream, body, NAMES_AS_SENT);
          expect(decoded).toEqual({ kind: "unknown", why: expect.stringMatching(/\w/) });
        }
      }
    });

    test("splitting a full millisecond gives narrower requests of the same span and symbol, or none", () => {
      const venue = makeVenue();
      for (const pageQuery of firstQueries(venue)) {
        const parts = venue.splitInstant(pageQuery, { rowsSeen: [], knownSymbols: ["BTCUSDT", "ETHUSDT"] });
        if (parts === null) continue;
        expect(parts.length).toBeGreaterThan(1);
        const queries = new Set(parts.map((part) => JSON.stringify(venue.pageRequest(part).query)));
        expect(queries.size).toBe(parts.length);
        for (const part of parts)
          expect(part).toMatchObject({ stream: pageQuery.stream, span: pageQuery.span });
      }
    });

    test("a numbered page, where there is one, asks the same but for its number", () => {
      const venue = makeVenue();
      for (const pageQuery of firstQueries(venue)) {
        const pages = [1, 2].map((number) => venue.numberedPage?.(pageQuery, number) ?? null);
        const [first, second] = pages.map((page) => (page === null ? [] : venue.pageRequest(page).query));
        expect(first?.length).toBe(second?.length);
        const changed = first?.filter((pair, position) => pair[1] !== second?.[position]?.[1]) ?? [];
        expect(changed).toHaveLength(pages[0] === null ? 0 : 1);
      }
    });

    test("a page's cursor, where there is one, asks the same but for the cursor", () => {
      const venue = makeVenue();
      for (const pageQuery of firstQueries(venue)) {
        if (supportOf(venue, pageQuery.stream)?.paging !== "cursor" || pageQuery.span.by !== "time") continue;
        const span = { by: "cursor", window: pageQuery.span.window, cursor: "0880ACF0F3CD33" } as const;
        const { query, ...first } = venue.pageRequest(pageQuery);
        const { query: nextQuery, ...next } = venue.pageRequest({ ...pageQuery, span });
        expect(next).toEqual(first);
        expect(nextQuery.filter((pair) => !pair.includes("0880ACF0F3CD33"))).toEqual(query);
        expect(nextQuery).toHaveLength(query.length + 1);
        expect(venue.readCursor?.(emptyPage)).toBeNull();
      }
    });

    test("an id cursor, where there is one, makes a request without times", () => {
      const venue = makeVenue();
      for (const pageQuery of firstQueries(venue)) {
        if (!venue.hasIdCursor(pageQuery.stream)) continue;
        const { query } = venue.pageRequest({ ...pageQuery, span: { by: "id", fromId: "9007199254740993" } });
        expect(query.map(([, value]) => value)).toContain("9007199254740993");
        expect(query.map(([, value]) => value)).not.toContain(String(instant(AT)));
      }
    });
  });
}
