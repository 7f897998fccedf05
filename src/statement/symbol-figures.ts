/** The rows of `realized-pnl-net` by symbol, all accounts together. */
import { type Amount, amountOf, total } from "./amounts.ts";
import { type Row, type StatedRows, textOf } from "./stated-rows.ts";

export type SymbolFigures = {
  /** Empty for what belongs to no contract. */
  readonly symbol: string;
  readonly net: Amount;
  readonly realizedPnl: Amount;
  readonly fees: Amount;
  readonly funding: Amount;
  readonly liquidation: Amount;
};

/** The most first; equal ones by their name. What is not known comes last. */
export function netBySymbol({ kept }: StatedRows, asset: string): SymbolFigures[] {
  const rows = kept["realized-pnl-net"].filter((row) => row["asset"] === asset);
  return [...groupBySymbol(rows)]
    .map(([symbol, own]): SymbolFigures => {
      const of = (...columns: readonly string[]) =>
        total(own.flatMap((row) => columns.map((column) => amountOf(row[column]))));
      return {
        symbol,
        net: of("net_of_all"),
        realizedPnl: of("realized_pnl"),
        fees: of("trading_fees", "rebates"),
        funding: of("funding"),
        liquidation: of("liquidation"),
      };
    })
    .toSorted((a, b) => byAmount(b.net, a.net) || (a.symbol < b.symbol ? -1 : 1));
}

export function groupBySymbol(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const symbol = textOf(row, "symbol");
    const group = groups.get(symbol);
    if (group === undefined) groups.set(symbol, [row]);
    else group.push(row);
  }
  return groups;
}

/** As a sort wants it; the unknown is below all. */
export function byAmount(a: Amount, b: Amount): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a.comparedTo(b);
}
