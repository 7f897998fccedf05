/**
 * A row of an export as the row that the venue's interface would have sent, so that one `decode` reads both:
 * the interface's field names, ids and amounts as quoted text, digits as the file has them, and the file's
 * name as `source`.
 *
 * What a file does not have is either left out or, where `decode` must have something, named in `absent`, so
 * that nobody who traces a figure takes it for the venue's word.
 */
import { formatDecimal } from "../../../domain/decimal.ts";
import { type Instant, SECOND_MS } from "../../../domain/instant.ts";
import type { PositionSide, Side } from "../../../domain/record.ts";
import { identityOf, POSITION_SIDES } from "../../binance-family/rows.ts";
import { type HistoryFileRow, PLACE } from "../../venue.ts";
import {
  assetCell,
  booleanCell,
  choiceCell,
  decimalCell,
  feeCell,
  idCell,
  optionalAssetCell,
  type Row,
  symbolCell,
  textCell,
  unread,
  wordCell,
} from "./cells.ts";

export type RowContext = {
  readonly source: string;
  readonly line: number;
  /** A whole second. */
  readonly occurredAt: Instant;
  /** For files without a column of position sides. */
  readonly positionSide: PositionSide | null;
};

const SIDES: readonly Side[] = ["BUY", "SELL"];

/** The words of files for what the interface calls TRANSFER; the interface's sign says which way. */
const TRANSFERS = ["DEPOSIT", "WITHDRAW", "TRANSFER"];

export function incomeRow(row: Row, { source, line, occurredAt }: RowContext): HistoryFileRow {
  const word = wordCell(row, "type");
  const amount = decimalCell(row, "amount");
  if (word === "DEPOSIT" && amount.isNegative())
    throw unread(row, "amount", "a deposit of a positive amount");
  if (word === "WITHDRAW" && amount.isPositive() && !amount.isZero()) {
    throw unread(row, "amount", "a withdrawal of a negative amount");
  }
  const fields = {
    symbol: symbolCell(row),
    incomeType: TRANSFERS.includes(word) ? "TRANSFER" : word,
    income: textCell(row, "amount"),
    asset: assetCell(row, "asset"),
    info: word,
    tranId: idCell(row, "transaction id"),
    tradeId: "",
    source,
  };
  return {
    identity: identityOf("income", fields, occurredAt, []),
    symbol: fields.symbol,
    occurredAt,
    line,
    body: JSON.stringify({ ...fields, time: occurredAt }),
    matchKey: [fields.incomeType, fields.tranId, fields.asset, fields.symbol].join("/"),
  };
}

export function fillRow(row: Row, context: RowContext): HistoryFileRow {
  const { source, line, occurredAt } = context;
  const { columns } = row;
  if (symbolCell(row) === "") throw unread(row, "symbol", "text");
  const quantity = decimalCell(row, "quantity");
  if (!quantity.greaterThan(0)) throw unread(row, "quantity", "a positive decimal");
  const price = decimalCell(row, "price");
  if (!price.greaterThan(0)) throw unread(row, "price", "a positive decimal");
  decimalCell(row, "amount");
  decimalCell(row, "realized profit");
  const fee = feeCell(row);
  const side = choiceCell(row, "side", SIDES);
  const hasIds = columns.has("trade id");
  const quoteAsset = optionalAssetCell(row, "quote asset");
  const fields = {
    symbol: symbolCell(row),
    id: hasIds ? idCell(row, "trade id") : idWithout(occurredAt),
    // The interface never gives this one, so no forced order is taken for this fill's.
    orderId: hasIds ? idCell(row, "order id") : "no-id",
    side,
    positionSide: positionSideOf(row, context),
    price: textCell(row, "price"),
    qty: textCell(row, "quantity"),
    quoteQty: textCell(row, "amount"),
    commission: fee.amount,
    commissionAsset: fee.asset,
    realizedPnl: textCell(row, "realized profit"),
    ...(quoteAsset === "" ? {} : { marginAsset: quoteAsset }),
    // `false` stands for "not known" where `absent` says so; nothing is booked from it.
    maker: columns.has("maker") && booleanCell(row, "maker"),
    buyer: columns.has("buyer") ? booleanCell(row, "buyer") : side === "BUY",
    source,
  };
  const absent = [
    ...(hasIds ? [] : ["id", "orderId"]),
    ...(columns.has("position side") ? [] : ["positionSide"]),
    ...(columns.has("maker") ? [] : ["maker"]),
  ];
  return {
    identity: identityOf("fills", fields, occurredAt, []),
    symbol: fields.symbol,
    occurredAt,
    line,
    body: JSON.stringify({ ...fields, time: occurredAt, ...(absent.length === 0 ? {} : { absent }) }),
    matchKey: hasIds
      ? [fields.symbol, fields.id, side].join("/")
      : [fields.symbol, side, formatDecimal(price), formatDecimal(quantity)].join("/"),
  };
}

/**
 * A stand-in for the trade id: the second, and the row's place among the fills of its symbol in it. So two
 * fills that agree in everything stay two, one second's fills stay in their order (the books sort by the
 * length and the text of ids), and no id of the venue's, all digits, is ever equal to it. A second belongs
 * whole to one export, though perhaps to two parts of it, so another export of the same span gives the same.
 */
function idWithout(occurredAt: Instant): string {
  return `no-id-${occurredAt / SECOND_MS}-${PLACE}`;
}

function positionSideOf(row: Row, { positionSide }: RowContext): PositionSide {
  if (row.columns.has("position side")) return choiceCell(row, "position side", POSITION_SIDES);
  // `readExport` refuses such a file at its first row.
  if (positionSide === null) throw unread(row, "position side", POSITION_SIDES.join(", "));
  return positionSide;
}
