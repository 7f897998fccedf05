/**
 * A forced order's executed quantity and average price = those of its fills; and every liquidation clearance
 * has its liquidation order.
 */
import { counted } from "../domain/counted.ts";
import { divide, lastPlace, parseDecimal, ZERO } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";

const AVERAGE_SCALE = 18;

type OrderRow = {
  symbol: string;
  order_id: string;
  record_key: string;
  occurred_at: string;
  /** Signed: bought is positive. */
  expected_quantity: string;
  found_quantity: string;
  expected_price: string;
  price_decimals: number;
  filled_value: string;
  filled_quantity: string;
  fills: string;
  is_doubled: boolean;
};

export async function checkForcedOrders(transaction: Transaction, account_id: string): Promise<Finding[]> {
  const rows = await runSqlFile<OrderRow>(transaction, "reconcile/forced-orders", { account_id });
  return rows.flatMap((row) => [quantityFinding(row), ...priceFinding(row)]);
}

/**
 * The quantity is signed, and only fills of its contract, side of the position and hour count: so those are
 * checked as well.
 */
function quantityFinding(row: OrderRow): Finding {
  const [expected, found] = [parseDecimal(row.expected_quantity), parseDecimal(row.found_quantity)];
  const agrees = expected.eq(found) && !row.is_doubled;
  return {
    ...aboutOrder(row),
    subject: `${row.symbol} order ${row.order_id} quantity, record ${row.record_key}`,
    expected,
    found,
    status: agrees ? "agrees" : "differs",
    class: agrees ? "" : row.is_doubled ? "doubled_row" : row.fills === "0" ? "missing_row" : "altered_row",
    ...(agrees
      ? { note: `the sum of ${counted(row.fills, "fill")}` }
      : {
          suspect: row.is_doubled
            ? "a forced order that is there twice"
            : "fills of the order that are missing, or a forced order other than the venue's",
          next: "compare it with the venue's list of forced orders",
        }),
    ...(agrees || row.is_doubled
      ? {}
      : {
          lacking: { streams: ["fills"], symbol: row.symbol, from: row.occurred_at, until: row.occurred_at },
        }),
  };
}

/** To one unit of the last decimal that the venue prints: it may round or truncate there. */
function priceFinding(row: OrderRow): Finding[] {
  const quantity = parseDecimal(row.filled_quantity);
  if (quantity.isZero()) return [];
  const expected = parseDecimal(row.expected_price);
  const found = divide(parseDecimal(row.filled_value), quantity, AVERAGE_SCALE);
  const unit = lastPlace(row.price_decimals);
  const distance = found.minus(expected).abs();
  const isClose = distance.lte(unit);
  return [
    {
      ...aboutOrder(row),
      subject: `${row.symbol} order ${row.order_id} price, record ${row.record_key}`,
      expected,
      found,
      status: distance.isZero() ? "agrees" : isClose ? "within_tolerance" : "differs",
      class: distance.isZero() ? "" : isClose ? "truncation" : "altered_row",
      ...(isClose
        ? {
            note: `value ÷ quantity of ${counted(row.fills, "fill")}, to within one unit of the venue's ${row.price_decimals} decimals`,
          }
        : {
            suspect: "a fill or a forced order other than the venue's",
            next: "compare both with the venue's lists",
          }),
    },
  ];
}

function aboutOrder(row: OrderRow) {
  return {
    check_name: "forced_order",
    asset: "",
    symbol: row.symbol,
    from_time: row.occurred_at,
    checked_at: row.occurred_at,
  } satisfies Partial<Finding>;
}

export async function checkLiquidationOrders(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
): Promise<Finding[]> {
  type Row = {
    symbol: string;
    /** The clearance that has no order; null for those that have one. */
    record_key: string | null;
    occurred_at: string;
    clearances: number;
    orders: number;
  };
  const rows = await runSqlFile<Row>(transaction, "reconcile/liquidation-orders", { account_id });
  return rows.map((row): Finding => {
    const shared = {
      check_name: "liquidation_order",
      asset: "",
      symbol: row.symbol,
      expected: parseDecimal(String(row.clearances)),
      found: row.orders === 0 ? ZERO : parseDecimal(String(row.orders)),
    } satisfies Partial<Finding>;
    return row.record_key === null
      ? {
          ...shared,
          subject: row.symbol,
          from_time: null,
          checked_at,
          status: "agrees",
          class: "",
          note: "each liquidation clearance has a liquidation order within an hour",
        }
      : {
          ...shared,
          subject: `${row.symbol} record ${row.record_key}`,
          from_time: row.occurred_at,
          checked_at: row.occurred_at,
          status: "differs",
          class: "missing_row",
          suspect: "a forced order that is missing or altered, or a clearance under another contract",
          next: "compare it with the venue's list of forced orders",
          lacking: {
            streams: ["forced_orders"],
            symbol: row.symbol,
            from: row.occurred_at,
            until: row.occurred_at,
          },
        };
  });
}
