/** What the page says and does not say, at its edges and at its sizes. */
import { expect, test } from "vitest";
import { sheetStyle } from "../../src/statement/style.ts";
import { type StatedWorld, statedPage } from "../support/stated-world.ts";

/** What a person reads: without tags, scripts and styles, blanks taken together. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script|title|desc)[^>]*>[\s\S]*?<\/\1>/g, " ")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");
}

function sectionsOf(html: string): string[] {
  return [...html.matchAll(/<section id="([a-z]+)"/g)].map(([, id = ""]) => id);
}

const WALLETS_AND_PROOF = ["result", "wallets", "proof", "basis"];

type Case = {
  readonly of: string;
  readonly world: StatedWorld;
  readonly sections?: readonly string[];
  readonly says?: readonly string[];
  readonly never?: readonly string[];
};

const CASES: readonly Case[] = [
  {
    of: "nothing that happened",
    world: { isTraded: false },
    sections: WALLETS_AND_PROOF,
    says: ["No position was closed and no fee or funding was booked."],
    never: ['<svg class="wide" viewBox="0 0 1040 304', "0 %", "Won"],
  },
  {
    of: "one day: no curve and no calendar",
    world: { period: "2026-05-03" },
    sections: [
      "result",
      "returns",
      "symbols",
      "trips",
      "funding",
      "fees",
      "wallets",
      "sheet",
      "proof",
      "basis",
    ],
    says: ["In 1 day the account "],
  },
  {
    of: "one account: nobody speaks of accounts",
    world: {},
    says: ["main on Aster"],
    never: ["accounts in USDT", "Account and asset", "Each account"],
  },
  {
    of: "a gap in the middle: the line breaks, days are hollow, and sums say what is not in them",
    world: { unread: [["2026-05-04", "2026-05-20"]], incomplete: ["main: income was not read"] },
    says: [
      "without 4 May – 19 May, not read",
      "Best day of the days read",
      "at least; ",
      "45 of 61 days read",
      "In 45 days that were read ",
      "Incomplete",
    ],
    never: ["Proven against"],
  },
  {
    of: "a history that begins inside",
    world: { historyFrom: "2026-05-11" },
    says: ["no history before 11 May", "51 of 61 days read"],
    never: ["not read yet"],
  },
  {
    of: "returns: in percent of two decimals, or as many as show a digit, half to even, with their days",
    world: {},
    says: [
      "USDT Span Time-weighted Money-weighted Profit Drawdown Best day Worst day The period 61 days",
      "+3.99 % +0.000004 % +12.50 −12.50 % 1 May – 30 Jun 2026 +1.00 % 1 May 2026 −1.00 % 30 Jun 2026",
      'value="0.00000004"',
      "June 2026 30 days",
    ],
    never: ["all accounts together", "without a return", "Deepest drawdown of equity"],
  },
  {
    of: "returns of accounts: together by year and month, and the period of each",
    world: { accounts: ["main", "second"] },
    says: ["USDT all accounts together", "Account Time-weighted", "second 61 days"],
  },
  {
    of: "days without a return: they are named, and what is not known because of them",
    world: {
      isTraded: false,
      rows: {
        portfolio: [{ asset: "USDC", net_result: "1", realized_pnl: "1" }],
        performance: [
          {
            account: "main",
            asset: "USDC",
            span: "2026-05-01..2026-06-30",
            days: "61",
            profit: "20",
            time_weighted_return_rounded: null,
            money_weighted_return_rounded: "0.04",
            max_drawdown_rounded: null,
            best_day: "2026-05-02",
            best_day_return_rounded: "0",
            days_without_return: "2",
            first_day_without_return: "2026-05-30",
          },
        ],
      },
    },
    says: [
      "not known +4.00 % +20.00 not known 0.00 % 2 May 2026",
      "2 first 30 May 2026",
      "A day is without a return",
    ],
  },
  {
    of: "two accounts that are one: nothing of them together",
    world: {
      isTraded: false,
      accounts: ["main", "again"],
      rows: {
        portfolio: [{ asset: "USDC", net_result: "1", realized_pnl: "1" }],
        performance: [
          { account: "main", asset: "USDC", span: "2026-05-01..2026-06-30", days: "61" },
          { account: "again", asset: "USDC", span: "2026-05-01..2026-06-30", days: "61" },
        ],
      },
    },
    says: ["There is no return of all accounts together", "again 61 days"],
    never: ["The period"],
  },
  {
    of: "no day of equity: no return is known",
    world: {
      isTraded: false,
      rows: { portfolio: [{ asset: "USDC", net_result: "1", realized_pnl: "1" }] },
    },
    says: ["No return is known: the books hold no day of equity in this period."],
  },
  {
    of: "equity with a drawdown: in percent beside it",
    world: {
      rows: {
        equity: [
          { asset: "USDT", day: "2026-05-01", wallet: "10", unrealized_pnl: "1", equity: "11" },
          { asset: "USDT", day: "2026-05-02", wallet: "10", unrealized_pnl: "0", equity: "10" },
        ],
      },
    },
    says: ["Deepest drawdown of equity −12.50 % 1 May – 30 Jun 2026, without transfers"],
  },
  {
    of: "what differs: with its amount, before every figure",
    world: {
      differing: [
        {
          account: "main",
          check_name: "wallet",
          subject: "USDT",
          asset: "USDT",
          difference: "-1.5",
          expected: "3",
          found: "1.5",
          note: "no row tells why",
        },
      ],
    },
    says: ["≠ 1 comparison differs", "wallet USDT −1.50", "no row tells why"],
    never: ["Proven against"],
  },
  {
    of: "suspense: a line of the wallet's equation",
    world: { suspense: "12.5" },
    says: ["In suspense", "+12.50"],
  },
  {
    of: "what a person accepted: still proven, and said",
    world: { accepted: ["main: a gap of 2025, because the account was not used"] },
    says: [
      "with 1 matter accepted by a person",
      "because the account was not used",
      "Proven against the venues",
    ],
  },
  {
    of: "an opening that is inferred",
    world: {
      rows: { balances: [{ account: "main", asset: "BNB", opening: "1", closing: "1", basis: "inferred" }] },
    },
    says: ["† holds an opening that is inferred"],
  },
  {
    of: "adjustments after a close",
    world: {
      rows: {
        adjustments: [
          { asset: "USDT", amount: "-3" },
          { asset: "USDT", amount: "1" },
        ],
      },
    },
    says: ["2 adjustments came after the close of an earlier period, net −2.00 USDT: see adjustments.csv."],
  },
  {
    of: "a price that is missing: the sum says what is not in it",
    world: {
      rows: {
        "valued-result": [
          {
            currency: "EUR",
            net_result_value_of_priced: "1234.5601",
            unpriced: "3",
            realized_pnl_value: null,
          },
        ],
      },
    },
    says: ["+1,234.56 EUR, 3 amounts without a price are not in it", "Realized PnL not known"],
  },
  {
    of: "a result that is not known",
    world: {
      isTraded: false,
      rows: { portfolio: [{ asset: "USDC", net_result: null, realized_pnl: null, trading_fees: "0" }] },
    },
    says: ["What the account earned or lost in USDC is not known."],
  },
  {
    of: "only losses: no profit factor of nothing, no best day",
    world: { amount: () => "-5" },
    says: ["lost", "Profit factor 0.00", "Average win –"],
    never: ["<dt>Best day"],
  },
  {
    of: "only gains: a profit factor has no divisor",
    world: { amount: () => "5" },
    says: ["earned", "Profit factor –", "Deepest drawdown none"],
  },
  {
    of: "several accounts: all together, and then each with what it earned, holds and is proven by",
    world: { accounts: ["main", "second"], unread: [["2026-05-04", "2026-05-05"]] },
    says: [
      "at the end of the period, all accounts together; each asset by itself",
      "second Aster ✓ 40 comparisons agree to the last digit ! 1 day not read USDT net result",
      "Cumulative net result by day",
      "Net result of second by month, running and with its drawdown, in USDT",
    ],
    never: ["Equity by day"],
  },
  {
    of: "several accounts with marks: the line of each is its equity",
    world: { accounts: ["main", "second"], hasMarks: true, amount: () => "1" },
    says: ["Equity at the end", "Equity by day", "Equity of second at the end of each month, in USDT"],
    never: ["Cumulative net result by day"],
  },
  {
    of: "accounts that differ, or were never compared: each says so of itself",
    world: { accounts: ["main", "second"], counts: { second: { "checks/differs": 2 }, main: {} } },
    says: ["main Aster – no comparison with the venue was made", "second Aster ≠ 2 comparisons differ"],
  },
  {
    of: "more accounts than have a block: how to see the others",
    world: { accounts: Array.from({ length: 26 }, (_, nth) => `account ${nth}`), period: "2026-05-03" },
    says: ["2 more accounts: perpbooks statement --account NAME makes a page of one."],
  },
  {
    of: "a balance sheet: both sides come to the same, positions at cost and at the mark",
    world: { hasMarks: true, amount: () => "1" },
    says: [
      "Open positions 2 +20.00 1,200.00 1,220.00",
      "Transfers equity +1,000.00",
      "Realized PnL income +61.00",
      "Unrealized PnL +20.00",
    ],
  },
  {
    of: "a balance sheet that lacks a mark: what is not known is not a part of it",
    world: {
      isTraded: false,
      rows: {
        "balance-sheet": [
          { asset: "BNB", side: "assets", item: "wallet", amount: "4" },
          {
            asset: "BNB",
            side: "assets",
            item: "position X BOTH",
            amount: null,
            cost: "3",
            market_value: null,
          },
          { asset: "BNB", side: "equity", item: "unrealized_pnl", amount: null },
        ],
      },
    },
    says: ["Wallet 4.0000", "Open positions 1 not known 3.0000 not known", "Together not known"],
    never: ["In EUR"],
  },
  {
    of: "a balance sheet with values in the reporting currency",
    world: {
      isTraded: false,
      rows: {
        "balance-sheet": [{ asset: "BNB", side: "assets", item: "wallet", amount: "4" }],
        "valued-balance-sheet": [
          { asset: "BNB", side: "assets", item: "wallet", amount: "4", currency: "EUR", value: "2100.5" },
          { asset: null, side: "assets", item: "total", amount: null, currency: "EUR", value: "2100.5" },
        ],
      },
    },
    says: ["In EUR Wallet 4.0000 2,100.50 Together 4.0000 2,100.50"],
  },
  {
    of: "the rate of all fees: of what is settled in the reporting currency or pegged to it",
    world: {
      assets: ["USDT", "USD"],
      rows: {
        "valued-result": [
          {
            currency: "USD",
            trading_fees_value: "-9",
            rebates_value: "1.5",
            unpriced: "0",
            net_result_value_of_priced: "1",
          },
        ],
        "prices-used": [{ asset: "USDT", quality: "peg", worth: "0.5", source: "because" }],
      },
    },
    says: ["Fees less rebates −7.50 USD", "Traded value 15,000.00 USD", "Rate of all fees 5.00 bp"],
  },
  {
    of: "the rate of all fees: not known of what is settled in an asset whose price moves",
    world: {
      rows: {
        "valued-result": [
          {
            currency: "EUR",
            trading_fees_value: "-9",
            rebates_value: "1.5",
            unpriced: "0",
            net_result_value_of_priced: "1",
          },
        ],
        "prices-used": [
          { asset: "USDT", quality: "peg", worth: "0.5", source: "because" },
          { asset: "USDT", quality: "day", worth: "0.5", source: "ecb" },
        ],
      },
    },
    says: ["Fees less rebates −7.50 EUR", "Traded value not known EUR", "Rate of all fees –"],
  },
  {
    of: "figures behind charts: by day while a person reads them, and days that were not read are named",
    world: { unread: [["2026-05-04", "2026-05-05"]] },
    says: [
      "Net result by day, running and with its drawdown, in USDT",
      "2026-05-04 not read",
      "Funding by day and running, in USDT",
      "Net result by cause, in USDT",
      "How often which result, in USDT",
    ],
  },
  {
    of: "figures behind charts of years: by month",
    world: { period: "2024-12-15..2025-12-31", hasMarks: true },
    says: [
      "Net result by month, running and with its drawdown, in USDT",
      "Equity at the end of each month, in USDT",
    ],
    never: ["2025-03-04 "],
  },
  {
    of: "coins with eighteen decimals: what is not zero shows a digit",
    world: { assets: ["ETH"], amount: () => "0.000000000000000123" },
    says: ["+0.0000000000000001"],
    never: ["−0.00<", "NaN", "Infinity"],
  },
  {
    of: "amounts as large as 1e12",
    world: { amount: (nth) => (nth % 2 === 0 ? "1000000000000.12" : "-999999999999.98") },
    says: ["T"],
    never: ["NaN", "Infinity", "e+"],
  },
  {
    of: "everything at zero",
    world: { amount: () => "0" },
    never: ["NaN", "Infinity", "−0.00"],
  },
  {
    of: "many assets: three have charts, five have cards, the rest is a table",
    world: { assets: Array.from({ length: 20 }, (_, nth) => `COIN${nth}`), period: "2026-05" },
    says: ["COIN19", "Net result of the other assets, by cause"],
    never: ["How COIN13 came to"],
  },
];

test.each(CASES)("of $of", ({ world, sections, says = [], never = [] }) => {
  const html = statedPage(world);
  const text = textOf(html);
  if (sections !== undefined) expect(sectionsOf(html)).toEqual(sections);
  const body = html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, "");
  const isSaid = (words: string) => text.includes(words) || body.includes(words);
  expect({ missing: says.filter((words) => !isSaid(words)), wrong: never.filter(isSaid) }).toEqual({
    missing: [],
    wrong: [],
  });
});

const HOSTILE = `<script>alert("1")</script>'&\u202e${"x".repeat(200)}`;

test("hostile text of a venue is text everywhere", () => {
  const html = statedPage({
    accounts: [HOSTILE],
    symbols: [HOSTILE, "BTCUSDT"],
    incomplete: [HOSTILE],
    differing: [{ account: HOSTILE, check_name: HOSTILE, subject: HOSTILE, note: HOSTILE, asset: "USDT" }],
    rows: {
      transfers: [{ account: HOSTILE, asset: HOSTILE, amount: "1", kind: HOSTILE }],
      gaps: [{ account: HOSTILE, what: "gap", reason: HOSTILE, accepted_because: HOSTILE }],
      liquidations: [
        { account: HOSTILE, symbol: HOSTILE, kind: HOSTILE, asset: HOSTILE, wallet_change: "-1" },
      ],
    },
  });
  const { length } = [...html.matchAll(/<script/g)];
  expect(length, "the page's own").toBe(1);
  expect(html).not.toContain('alert("1")');
  // Between quotes no quote, between tags no tag.
  expect(html.replace(/<script>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, "")).not.toMatch(
    /alert\("|<\/script>'/,
  );
});

test("the page asks for nothing, and only what it was made with may run or apply", () => {
  const html = statedPage();
  expect(html).not.toMatch(
    / style=| on[a-z]+=|https?:\/\/(?!www\.w3\.org\/2000\/svg")|<img|<link|@import|url\(/,
  );
  expect(html).toMatch(
    /default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'/,
  );
  expect(/<script>([\s\S]*?)<\/script>/.exec(html)?.[1]?.length).toBeLessThan(4_096);
});

test("the same rows give the same bytes, and each name of a chart stands once", () => {
  const html = statedPage({ period: "2025" });
  expect(statedPage({ period: "2025" })).toBe(html);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the head of each sheet says what is not sound, and nothing in it can end the style", () => {
  expect(statedPage()).not.toContain("@top-left");
  const html = statedPage({ period: "2026-05-01..2026-05-31", incomplete: ["main: income was not read"] });
  expect(html).toContain(
    '<style>@page{@top-left{content:"Statement of account, 1 \\2013  31 May 2026: Incomplete"',
  );
  expect(html).toMatch(/style-src 'sha256-[\w+/]{43}=' 'sha256-[\w+/]{43}='; script-src/);
  expect(sheetStyle('"}</style>\n\\')).toContain('content:"\\22 \\7d \\3c \\2f style\\3e \\a \\5c "');
});

test("a loss is a circle and a gain a square, so that a year needs no colour", () => {
  const html = statedPage({ period: "2025" });
  const strip = /<g class="strip">[\s\S]*?<\/g>/.exec(html)?.[0] ?? "";
  expect(strip).toMatch(/<rect class="g\d"/);
  expect(strip).toMatch(/<circle class="l\d"/);
  expect(strip).not.toMatch(/<rect class="l|<circle class="g/);
});

test("40 symbols: twelve bars and one of the others with their sum, and all of them in the table", () => {
  const symbols = Array.from({ length: 40 }, (_, nth) => `COIN${nth}USDT`);
  const html = statedPage({ symbols });
  const chart = /<section id="symbols"[\s\S]*?<\/svg>/.exec(html)?.[0] ?? "";
  expect(chart.match(/<rect class="fill/g)?.length).toBe(13);
  expect(chart).toContain("28 others");
  const table = /<section id="symbols"[\s\S]*?<\/section>/.exec(html)?.[0] ?? "";
  for (const symbol of symbols) expect(table).toContain(`<th scope="row">${symbol}</th>`);
});

const SIZES: readonly (readonly [of: string, world: StatedWorld, bytesMax: number])[] = [
  ["60 days", { period: "2026-05-01..2026-06-29" }, 200_000],
  ["a year", { period: "2025" }, 270_000],
  [
    "five years of ten accounts, 40 symbols and two assets, and a position closed on each day",
    {
      period: "2021-01-01..2025-12-31",
      hasMarks: true,
      accounts: Array.from({ length: 10 }, (_, nth) => `account ${nth}`),
      assets: ["USDT", "USDC"],
      symbols: Array.from({ length: 40 }, (_, nth) => `COIN${nth}USDT`),
    },
    600_000,
  ],
];

test.each(SIZES)("a page of %s is not too large", (_, world, bytesMax) => {
  const html = statedPage(world);
  const nodes = html.match(/<[a-z]/g)?.length ?? 0;
  expect({ bytes: html.length, nodes }).toEqual({
    bytes: Math.min(html.length, bytesMax),
    nodes: Math.min(nodes, 15_000),
  });
});
