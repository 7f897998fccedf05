/** What is there at the end of the period, and where it came from: each asset by itself. */
import { type Amount, amountOf, balance, change, count, total } from "../amounts.ts";
import { type Html, html, type Part } from "../html.ts";
import { isSeveral, type Page } from "../page.ts";
import { type Row, textOf } from "../stated-rows.ts";
import { number, type Section, table, text } from "../table.ts";

/** As many assets as have both sides in full; of the others a table has what is there. */
const FULL_MAX = 3;

export function balanceSheetSection(page: Page): Section | null {
  const all = itemsOf(page);
  if (all.length === 0) return null;
  const charted = page.charted.map(({ asset }) => asset);
  const others = [...new Set(all.map((row) => textOf(row, "asset")))].filter((one) => !charted.includes(one));
  const sheets = [...charted, ...others.toSorted()].map((asset) => ({
    asset,
    rows: all.filter((row) => row["asset"] === asset),
  }));
  const known = sheets.filter(({ rows }) => rows.length > 0);
  return {
    id: "sheet",
    heading: "Balance sheet",
    beside: `at the end of the period${isSeveral(page) ? ", all accounts together" : ""}; each asset by itself`,
    link: "Balance",
    body: html`${known.slice(0, FULL_MAX).map(fullSheet)}${otherAssets(known.slice(FULL_MAX))}${NOTE}`,
  };
}

/** With their values, where there is a reporting currency. */
function itemsOf({ rows: { kept } }: Page): readonly Row[] {
  const valued = kept["valued-balance-sheet"].filter((row) => row["item"] !== "total");
  return valued.length > 0 ? valued : kept["balance-sheet"];
}

const NOTE = html`<p class="small">What is there and where it came from add up to the same. An open position is worth its unrealized PnL to the account: the value at the mark less the cost. What it came from is counted since the books begin, not since the period does.</p>`;

type Sheet = { readonly asset: string; readonly rows: readonly Row[] };

type Line = {
  readonly name: Part;
  readonly rows: readonly Row[];
  /** A balance, and not what something changed. */
  readonly isBalance: boolean;
};

const WALLET = "wallet";
const POSITION = "position ";

function fullSheet({ asset, rows }: Sheet): Html {
  const there = rows.filter((row) => row["side"] === "assets");
  const from = rows.filter((row) => row["side"] === "equity");
  const positions = there.filter(isPosition);
  const items = (side: readonly Row[]) =>
    [...new Set(side.filter((row) => !isPosition(row)).map((row) => textOf(row, "item")))].toSorted().map(
      (item): Line => ({
        name: itemName(item),
        rows: side.filter((row) => row["item"] === item),
        isBalance: item === WALLET,
      }),
    );
  const open: Line[] =
    positions.length === 0
      ? []
      : [
          {
            name: html`Open positions <small>${count(positions.length)}</small>`,
            rows: positions,
            isBalance: false,
          },
        ];
  const left = sideTable(`What is there, in ${asset}`, "What is there", [...items(there), ...open], asset, {
    hasPositions: positions.length > 0,
  });
  const right = sideTable(`Where it came from, in ${asset}`, "Where it came from", items(from), asset, {
    hasPositions: false,
  });
  return html`<div class="keep"><h3>${asset}</h3><div class="halves">${left}${right}</div></div>`;
}

function isPosition(row: Row): boolean {
  return textOf(row, "item").startsWith(POSITION);
}

function sideTable(
  caption: string,
  head: string,
  lines: readonly Line[],
  asset: string,
  { hasPositions }: { readonly hasPositions: boolean },
): Html {
  const all = lines.flatMap(({ rows }) => rows);
  const currencies = currenciesOf(all);
  const cells = ({ rows, isBalance }: Omit<Line, "name">) => [
    (isBalance ? balance : change)(of(rows, "amount"), asset),
    ...(hasPositions
      ? ["cost", "market_value"].map((column) =>
          rows.every(isPosition) ? balance(of(rows, column), asset) : null,
        )
      : []),
    ...currencies.map((currency) => (isBalance ? balance : change)(of(rows, "value"), currency)),
  ];
  return table({
    caption,
    columns: [
      text(head),
      number("Amount"),
      ...(hasPositions ? [number("Cost"), number("At the mark")] : []),
      ...currencies.map((currency) => number(`In ${currency}`)),
    ],
    rows: lines.map((line) => [line.name, ...cells(line)]),
    foot: ["Together", ...cells({ rows: all, isBalance: true })],
  });
}

/** Not known where one of them is not. */
function of(rows: readonly Row[], column: string): Amount {
  return total(rows.map((row) => amountOf(row[column])));
}

/** The reporting currency, where the rows have values in it. */
function currenciesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map((row) => textOf(row, "currency")).filter((one) => one !== ""))];
}

/** `income:realized_pnl` as `Realized PnL`, with the class of its account behind it. */
function itemName(item: string): Html {
  const [first = "", second] = item.split(":");
  const words = (second ?? first).replaceAll("_", " ").replace(/\bpnl\b/, "PnL");
  const name = words.charAt(0).toUpperCase() + words.slice(1);
  return second === undefined ? html`${name}` : html`${name} <small>${first}</small>`;
}

function otherAssets(sheets: readonly Sheet[]): Html | null {
  if (sheets.length === 0) return null;
  const rows = sheets.map(({ asset, rows }): Part[] => {
    const there = rows.filter((row) => row["side"] === "assets");
    const positions = there.filter(isPosition);
    return [
      asset,
      balance(of(there, "amount"), asset),
      balance(
        of(
          there.filter((row) => !isPosition(row)),
          "amount",
        ),
        asset,
      ),
      positions.length === 0 ? null : change(of(positions, "amount"), asset),
    ];
  });
  return html`<h3>Other assets</h3>${table({ caption: "Balance sheets of the other assets", columns: [text("Asset"), number("There"), number("Wallet"), number("Open positions")], rows })}`;
}
