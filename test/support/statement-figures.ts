/**
 * Looks for every figure of a statement in the CSV files of its folder: as a cell, or as one of the sums and
 * quotients that a statement may show. It reads both as a person would, and shares no code with the page.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type Decimal, divide, formatDecimal, parseDecimal, sum, ZERO } from "../../src/domain/decimal.ts";

type Row = Readonly<Record<string, string>>;
type Tables = ReadonlyMap<string, readonly Row[]>;

/** Sums by the values of the first columns; `a + b` are added up within the row. */
const SUMS: readonly (readonly [report: string, by: string, columns: string])[] = [
  ["portfolio", "asset", "trading_fees+rebates"],
  ["daily-result", "asset,day", "net_result funding"],
  ["realized-pnl-net", "asset,symbol", "net_of_all realized_pnl trading_fees+rebates funding liquidation"],
  ["funding-by-symbol", "asset,symbol", "net_funding received paid payments"],
  ["funding-by-symbol", "asset", "net_funding received paid payments"],
  ["fees-by-symbol", "asset,symbol", "net_fees trading_fees rebates fills"],
  ["fees-by-symbol", "asset", "net_fees trading_fees rebates fills"],
  ["fees-by-symbol", "turnover_asset", "turnover"],
  ["balances", "account,asset", "trading_fees+rebates"],
  ["balance-sheet", "asset,side", "amount"],
  ["balance-sheet", "asset,item", "amount"],
  ["valued-balance-sheet", "asset,side", "value"],
  ["valued-balance-sheet", "asset,item", "value"],
  ["round-trips", "asset,direction", "result"],
  ["round-trips", "account,closing_record_key,symbol,position_side", "opening_fee+closing_fee"],
  ["positions", "asset", "unrealized_pnl"],
  ["equity", "asset,day", "equity wallet unrealized_pnl"],
  ["adjustments", "asset", "amount"],
  [
    "valued-result",
    "currency",
    "net_result_value_of_priced realized_pnl_value trading_fees_value rebates_value funding_value liquidation_value rewards_value trading_fees_value+rebates_value",
  ],
];

/**
 * Figures of the page that no file of the folder has, and texts that are not their figure rounded; empty if
 * all is well. What stands in the months alone is read from `months`.
 */
export async function unexplainedFigures(folder: string, months: readonly string[] = []): Promise<string[]> {
  const tables = await readTables([folder, ...months]);
  const known = new Set<string>();
  for (const rows of tables.values())
    for (const row of rows) for (const cell of Object.values(row)) known.add(cell.replace(/^'/, ""));
  for (const amount of derived(tables)) known.add(formatDecimal(amount));
  const page = (await readdir(folder)).find((name) => /^statement.*\.html$/.test(name)) ?? "";
  const html = await readFile(join(folder, page), "utf8");
  const figures = [...html.matchAll(/<data[^>]* value="([^"]*)"[^>]*>([^<]*)<\/data>/g)];
  const sentences = stringsOf(JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
  const isQuoted = (text: string) => known.has(text) || sentences.some((sentence) => text.endsWith(sentence));
  return [
    ...(figures.length === 0 ? ["no figure at all"] : []),
    ...unmarkedFigures(html).flatMap(({ figure, text }) =>
      isQuoted(text) ? [] : [`${figure} is no <data>, in: ${text}`],
    ),
    ...figures.flatMap(([, value = "", text = ""]) => [
      ...(known.has(value) ? [] : [`${value} is in no file`]),
      ...(isRoundingOf(text, parseDecimal(value)) ? [] : [`${text} is not ${value} rounded`]),
    ]),
  ];
}

/** Sentences that the page may quote, with the account before them. */
function stringsOf(json: unknown): string[] {
  if (typeof json === "string") return json.includes(" ") ? [json] : [];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap(stringsOf) : [];
}

const NOT_FIGURES: readonly RegExp[] = [
  // What a chart says stands in a table beside it, and in its description.
  /<(style|script|title|desc|svg|code|data)\b[\s\S]*?<\/\1>/g,
  // Of the program, of time, and of the unit of a rate.
  /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)/g,
  /perpbooks \d+\.\d+\.\d+/g,
  /\d+\.\d+ [hd]\b/g,
  /1 bp is 0\.01 %/g,
];

/**
 * Amounts that stand in the page as plain text: with a sign, with decimals, or in groups of thousands. What
 * is quoted from a person or a report is for the caller to know.
 */
export function unmarkedFigures(html: string): { readonly figure: string; readonly text: string }[] {
  const plain = NOT_FIGURES.reduce((rest, pattern) => rest.replace(pattern, ""), html);
  return [...plain.matchAll(/>([^<]+)</g)].flatMap(([, escaped = ""]) => {
    const text = escaped.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&").trim();
    const figure = /[+−]\d[\d,.]*|\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+/.exec(text)?.[0];
    return figure === undefined ? [] : [{ figure, text }];
  });
}

/** At most half a unit of its last digit away, of the same sign, and not zero for what is not. */
function isRoundingOf(text: string, value: Decimal): boolean {
  const unit = /[^\d]*$/.exec(text)?.[0] ?? "";
  const zeros = UNIT_ZEROS[unit] ?? 0;
  const plain = text
    .slice(0, text.length - unit.length)
    .replace(/[+,]/g, "")
    .replace("−", "-");
  const shown = parseDecimal(plain).times(`1e-${zeros}`);
  const decimals = (plain.split(".")[1]?.length ?? 0) + zeros;
  const half = parseDecimal(`0.${"0".repeat(decimals)}5`);
  // A number without its sign stands behind a verb that says it; eight digits are what a quotient has.
  const distance = shown.abs().minus(value.abs()).abs();
  const isNear =
    distance.lessThanOrEqualTo(half) || distance.lessThanOrEqualTo(value.abs().times("0.00000005"));
  return isNear && shown.isZero() === value.isZero() && (shown.isPositive() || value.isNegative());
}

/** How many digits a fraction is moved by. */
const UNIT_ZEROS: Readonly<Record<string, number>> = { " %": 2, " bp": 4 };

async function readTables(folders: readonly string[]): Promise<Tables> {
  const tables = new Map<string, Row[]>();
  for (const [place, folder] of folders.entries())
    for (const name of await readdir(folder)) {
      const report = /^([\w-]+?)(?:-INCOMPLETE)?\.csv$/.exec(name)?.[1];
      // Of the months only what the folder itself does not have.
      if (report === undefined || (place > 0 && tables.has(report) && !BY_MONTH.includes(report))) continue;
      const rows = parse(await readFile(join(folder, name)), { columns: true }) as Row[];
      tables.set(report, [...(tables.get(report) ?? []), ...rows]);
    }
  return tables;
}

const BY_MONTH = ["round-trips", "transfers", "adjustments"];

function* derived(tables: Tables): Generator<Decimal> {
  for (const [report, by, columns] of SUMS)
    for (const rows of grouped(tables.get(report) ?? [], by.split(",")).values())
      for (const column of columns.split(" ")) yield sum(rows.flatMap((row) => cellsOf(row, column)));
  yield ZERO;
  yield* curves(tables.get("daily-result") ?? []);
  yield* openPositions(tables.get("balance-sheet") ?? []);
  yield* rates(tables.get("fees-by-symbol") ?? []);
  yield* averages(tables.get("round-trips") ?? []);
  for (const rows of grouped(tables.get("transfers") ?? [], ["account", "asset"]).values()) {
    const amounts = rows.flatMap((row) => cellsOf(row, "amount"));
    yield sum(amounts);
    yield sum(amounts.filter((amount) => amount.isNegative()));
    yield sum(amounts.filter((amount) => !amount.isNegative()));
  }
}

function cellsOf(row: Row, columns: string): Decimal[] {
  return columns.split("+").flatMap((column) => {
    const cell = row[column] ?? "";
    return cell === "" ? [] : [parseDecimal(cell)];
  });
}

function grouped(rows: readonly Row[], columns: readonly string[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = columns.map((column) => row[column]).join("\n");
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/**
 * Of all accounts together and of each: sums of weeks, months and years, the running sum at each day, and how
 * far it lies below its highest.
 */
function* curves(rows: readonly Row[]): Generator<Decimal> {
  for (const by of [["asset"], ["account", "asset"]])
    for (const own of grouped(rows, by).values())
      for (const column of ["net_result", "funding"]) {
        const days = new Map<string, Decimal>();
        for (const row of own.toSorted((a, b) => ((a["day"] ?? "") < (b["day"] ?? "") ? -1 : 1)))
          days.set(row["day"] ?? "", (days.get(row["day"] ?? "") ?? ZERO).plus(sum(cellsOf(row, column))));
        for (const unit of [weekOf, (day: string) => day.slice(0, 7), (day: string) => day.slice(0, 4)]) {
          const sums = new Map<string, Decimal>();
          for (const [day, net] of days) sums.set(unit(day), (sums.get(unit(day)) ?? ZERO).plus(net));
          yield* sums.values();
        }
        let [running, highest] = [ZERO, ZERO];
        for (const net of days.values()) {
          // The size of a day is a step of the calendar's colours.
          yield net.abs();
          running = running.plus(net);
          if (running.greaterThan(highest)) highest = running;
          yield running;
          yield running.minus(highest);
        }
      }
}

function* openPositions(rows: readonly Row[]): Generator<Decimal> {
  const open = rows.filter((row) => row["item"]?.startsWith("position "));
  for (const own of grouped(open, ["asset"]).values())
    for (const column of ["amount", "cost", "market_value"])
      yield sum(own.flatMap((row) => cellsOf(row, column)));
}

/** Fees charged in the asset of the turnover, by it. */
function* rates(rows: readonly Row[]): Generator<Decimal> {
  const own = rows.filter((row) => row["asset"] === row["turnover_asset"]);
  for (const by of [["asset"], ["asset", "symbol"]])
    for (const group of grouped(own, by).values()) {
      const of = (column: string) => sum(group.flatMap((row) => cellsOf(row, column)));
      if (!of("turnover").isZero()) yield divide(of("net_fees").negated(), of("turnover"), 18);
    }
}

/** A calendar cuts its weeks at the months. */
function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return `${day.slice(0, 7)} ${date.toISOString().slice(0, 10)}`;
}

function* averages(rows: readonly Row[]): Generator<Decimal> {
  for (const ofAsset of grouped(rows, ["asset"]).values()) {
    const results = ofAsset.flatMap((row) => cellsOf(row, "result"));
    for (const some of [
      results,
      results.filter((one) => one.greaterThan(0)),
      results.filter((one) => one.lessThan(0)),
    ])
      if (some.length > 0) yield divide(sum(some), parseDecimal(`${some.length}`), 18);
    const losses = sum(results.filter((one) => one.lessThan(0)));
    if (!losses.isZero()) yield divide(sum(results.filter((one) => one.greaterThan(0))), losses.abs(), 18);
  }
}
