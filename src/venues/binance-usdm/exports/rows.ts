/**
 * A row of an export as the row that the venue's interface would have sent, so that one `decode` reads both: the interface's field
 * names, ids and amounts as quoted text, digits as the file has them, and the file's name as `source`.
 *
 * What a file does not have is either left out or, where `decode` must have something, named in `absent`, so that nobody who traces a figure
 * takes it for the venue's word.
 */
import { formatDecimal } from "../../../domain/decimal.ts";
import { type Instant, SECOND_MS } from "../../../domain/instant.ts";
import type { PositionSide, Side } from "../../../domain/record.ts";
import { textFault, withoutUnstorable } from "../../../domain/storable.ts";
import { identityOf, POSITION_SIDES } from "../../binance-family/rows.ts";
import {
  booleanCell,
  choiceCell,
  decimalCell,
  feeCell,
  idCell,
  type Row,
  symbolCell,
  textCell,
  unread,
  wordCell,
} from "./cells.ts";

export type ExportRow = {
  /** As for the rows of the venue's interface: in a fixed order, without an occurrence. */
  readonly identity: readonly string[];
  readonly symbol: string;
  /** A whole second. */
  readonly occurredAt: Instant;
  /** A JSON object in the shape of the interface's rows. */
  readonly body: string;
  /** What a row of the interface of the same event shares with this one; amounts in it are plain, without trailing zeros. */
  readonly matchKey: string;
};

export type RowContext = {
  readonly source: string;
  readonly occurredAt: Instant;
  /** The place of this row among those of its second and symbol, from 1, oldest first. */
  readonly place: number;
  /** For files without a column of position sides. */
  readonly positionSide: PositionSide | null;
};

const SIDES: readonly Side[] = ["BUY", "SELL"];

/** The words of files for what the interface calls TRANSFER; the interface's sign says which way. */
const TRANSFERS = ["DEPOSIT", "WITHDRAW", "TRANSFER"];

export function incomeRow(row: Row, { source, occurredAt }: RowContext): ExportRow {
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
    asset: wordCell(row, "asset"),
    info: word,
    tranId: idCell(row, "transaction id"),
    tradeId: "",
    source,
  };
  return {
    identity: identityOf("income", fields, occurredAt, []),
    symbol: fields.symbol,
    occurredAt,
    body: JSON.stringify({ ...fields, time: occurredAt }),
    matchKey: matchKeyOf([fields.incomeType, fields.tranId, fields.asset, fields.symbol]),
  };
}

export function fillRow(row: Row, context: RowContext): ExportRow {
  const { source, occurredAt } = context;
  const { columns } = row;
  if (symbolCell(row) === "") throw unread(row, "symbol", "text");
  // A file says of each contract that it has all of its fills; of one without a name that can be kept, nobody could say which.
  const fault = textFault(symbolCell(row));
  if (fault !== null) throw unread(row, "symbol", fault);
  const quantity = decimalCell(row, "quantity");
  if (!quantity.greaterThan(0)) throw unread(row, "quantity", "a positive decimal");
  const price = decimalCell(row, "price");
  decimalCell(row, "amount");
  decimalCell(row, "realized profit");
  const fee = feeCell(row);
  const side = choiceCell(row, "side", SIDES);
  const hasIds = columns.has("trade id");
  const quoteAsset = textCell(row, "quote asset");
  const fields = {
    symbol: symbolCell(row),
    id: hasIds ? idCell(row, "trade id") : idWithout(context),
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
    body: JSON.stringify({ ...fields, time: occurredAt, ...(absent.length === 0 ? {} : { absent }) }),
    matchKey: matchKeyOf(
      hasIds
        ? [fields.symbol, fields.id, side]
        : [fields.symbol, side, formatDecimal(price), formatDecimal(quantity)],
    ),
  };
}

/** What the store cannot hold is in no row of the interface either: so it matches none. */
function matchKeyOf(words: readonly string[]): string {
  return withoutUnstorable(words.join("/"));
}

/**
 * A stand-in for the trade id: the second, and the row's place among the fills of its symbol in it. So two fills that agree in everything
 * stay two, one second's fills stay in their order (the books sort by the length and the text of ids), and no id of the venue's, all digits, is
 * ever equal to it. A second belongs whole to one export, so another export of the same span gives the same.
 */
function idWithout({ occurredAt, place }: RowContext): string {
  return `no-id-${occurredAt / SECOND_MS}-${place}`;
}

function positionSideOf(row: Row, { positionSide }: RowContext): PositionSide {
  if (row.columns.has("position side")) return choiceCell(row, "position side", POSITION_SIDES);
  // `readExport` refuses such a file before its first row.
  if (positionSide === null) throw unread(row, "position side", POSITION_SIDES.join(", "));
  return positionSide;
}
